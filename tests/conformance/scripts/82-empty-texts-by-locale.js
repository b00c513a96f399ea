console.log(["b", "\u200b", "", "a\ufeff", "a"].sort((x, y) => x.localeCompare(y)).map((x) => JSON.stringify(x)).join());
console.log("".localeCompare("\ufeff"), "\u200b".localeCompare(""), "".localeCompare(""), "a".localeCompare("a\u200b"), "".localeCompare("a"));
