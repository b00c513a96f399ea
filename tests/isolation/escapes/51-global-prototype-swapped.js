//! {"end": ["ok", "error"]}
try { Object.setPrototypeOf(globalThis, new Proxy({}, { get() { throw new Error("trap"); }, has() { return true; } })); } catch (e) { /* immutable */ }
console.log("denied");
