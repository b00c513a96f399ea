Object.freeze(globalThis); Object.freeze(Object.prototype); Object.freeze(Promise.prototype); Object.freeze(Array.prototype);
runAction("a.b").then((r) => console.log("denied", r.statusCode));
