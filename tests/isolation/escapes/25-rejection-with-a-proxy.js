//! {"end": ["rejected"]}
console.log("denied");
Promise.reject(new Proxy({}, { get(t, k) { throw new Error(String(k)); }, getPrototypeOf() { throw 1; } }));
