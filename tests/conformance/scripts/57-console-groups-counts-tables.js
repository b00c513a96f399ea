console.group("outer"); console.log("inside\ntwo lines"); console.group(); console.warn("deeper"); console.groupEnd(); console.groupEnd(); console.log("out");
console.count(); console.count("x"); console.count(); console.countReset(); console.count(); console.assert(true, "not shown"); console.assert(false, "shown %d", 1); console.assert(false);
console.table([{ a: 1, b: "x" }, { a: 2 }]); console.table([[1, 2], [3]]); console.table(5); console.dir({ a: { b: { c: { d: 1 } } } });
