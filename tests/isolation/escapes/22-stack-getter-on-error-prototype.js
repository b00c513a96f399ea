//! {"end": ["ok", "error"]}
Object.defineProperty(Error.prototype, "stack", { get() { return { toString() { return "forged"; } }; }, configurable: true });
Object.defineProperty(Error.prototype, "message", { get() { throw new Error("again"); }, configurable: true });
console.log("denied");
throw new TypeError("x");
