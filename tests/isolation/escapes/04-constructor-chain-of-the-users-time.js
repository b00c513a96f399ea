const F = Meta.currentUserTime.constructor.constructor;
console.log(F === Function && typeof F("return this")().require === "undefined" ? "denied" : "ESCAPED");
