//! {"end": ["ok", "error"]}
const hostile = new Proxy({}, { get() { throw new Error("get"); }, ownKeys() { throw new Error("keys"); }, getOwnPropertyDescriptor() { throw new Error("gopd"); }, getPrototypeOf() { throw new Error("gpo"); } });
try { console.log(hostile, [hostile], { get x() { throw 1; }, toString() { throw 2; }, inspect() { throw 3; }, [Symbol.toStringTag]: "x" }); } catch (e) { /* an error of the script's own trap */ }
console.log("denied");
