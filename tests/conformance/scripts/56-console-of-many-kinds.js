console.log("%s is %d years and %i, %f, %j %o %O %%", "Bob", 42.5, 42.9, "1.5", { a: 1 }, [1], { b: { c: {} } }, "extra", 1);
console.log({ a: 1, "b-c": [1, "two", null, undefined, true], f() {}, g: class K {}, d: new Date(0), r: /x/g, n: -0, s: Symbol("q"), big: 10n });
console.log([[1, [2, [3, [4]]]], { a: { b: { c: { d: 1 } } } }], new Map([["k", { v: 1 }]]), new Set([1, "a"]), [, 1, , 2], new Array(3));
console.log("multi\nline", ["multi\nline", 'it\'s', "say \"hi\""], null, undefined, true, 1e21, -0, "");
console.info("info"); console.warn("warn", { x: 1 }); console.error("error"); console.debug("debug");
console.log(); console.log(Array.from({ length: 120 }, (_, i) => i)); console.log("a".repeat(200), { long: "b".repeat(100), more: "c".repeat(20) });
console.log(Object.create(null), Object.create({ inherited: 1 }), new (class Thing { constructor() { this.x = 1; } })(), (() => {}), function named() {}, [undefined, null]);
console.log(new Uint8Array(3), new ArrayBuffer(2), Promise.resolve(4), new WeakMap(), [1.5, "x"].entries(), new Error("boom").message, { get a() { return 1; }, set b(v) {} });
