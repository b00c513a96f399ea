//! {"end": ["error"]}
console.log("denied");
throw { get name() { while (true) { return "n".repeat(1e6); } }, get message() { throw this; }, get stack() { return globalThis; }, toString() { throw 1; } };
