Number.prototype.valueOf = () => 1e9; Object.prototype.valueOf = () => ({}); Object.prototype[Symbol.toPrimitive] = () => { throw new Error("primitive"); };
try { runAction("a.b", { limit: 1 }).then((r) => globalThis, () => {}); } catch (e) { /* refused */ }
delete Object.prototype[Symbol.toPrimitive];
console.log("denied");
