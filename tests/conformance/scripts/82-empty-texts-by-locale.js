const texts = ["b", "\u200b", "", "a\ufeff", "a"];
console.log(texts.slice().sort((x, y) => x.localeCompare(y)).map((x) => JSON.stringify(x)).join());
console.log("".localeCompare("\ufeff"), "\u200b".localeCompare(""), "".localeCompare(""), "a".localeCompare("a\u200b"), "".localeCompare("a"));

const collator = new Intl.Collator("en", { numeric: true });
const { compare } = collator;
console.log(texts.slice().sort(compare).map((x) => JSON.stringify(x)).join(), ["a10", "a9", "A9"].sort(compare).join());
console.log(compare === collator.compare, compare === Intl.Collator().compare, compare.name === "", compare.length, String(compare));
console.log(compare("", "\u0001"), compare("\u0001", ""), compare("", ""), compare("a", "\u0001a"), compare(undefined, "undefined"), compare(9, 10));
const getter = Object.getOwnPropertyDescriptor(Intl.Collator.prototype, "compare");
console.log(getter.get.name, getter.set, getter.enumerable, getter.configurable, String(getter.get), "prototype" in compare);
for (const wrong of [() => compare(Symbol("s"), "a"), () => new compare()]) {
  try {
    console.log(wrong());
  } catch (error) {
    console.log(error.name, error.message);
  }
}
