//! {"profile": "node12", "end": ["error"]}
console.log("denied");
queueMicrotask(() => { throw { get stack() { throw 1; }, get message() { throw 2; } }; });
