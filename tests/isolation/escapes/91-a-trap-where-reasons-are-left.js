//! {"end": ["rejected"]}
let caught = null;
Object.defineProperty(globalThis, "workbench:reason", { get() { return 1; }, set(v) { caught = v; } });
Promise.reject(new Error("x"));
console.log(caught === null ? "denied" : "ESCAPED");
