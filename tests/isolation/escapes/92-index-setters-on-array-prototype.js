const seen = [];
for (const i of [0, 1, 2]) Object.defineProperty(Array.prototype, i, { get() { return "evil"; }, set(v) { seen.push(v); }, configurable: true });
console.log("denied", "b", "c");
runAction("a.b", { fields: { a: [] } }).then((r) => { if (r.statusCode !== 200) console.log("ESCAPED"); });
try { null.x; } catch (e) { if (/evil/.test(e.stack)) console.log("ESCAPED"); }
