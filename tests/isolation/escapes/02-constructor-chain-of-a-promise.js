const F = runAction("a.b").constructor.constructor;
console.log(F === Function && F("return typeof process + typeof require + typeof python")() === "undefinedundefinedundefined" ? "denied" : "ESCAPED");
