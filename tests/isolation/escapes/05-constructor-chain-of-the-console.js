const F = console.log.constructor.constructor;
console.log(F("return this")() === globalThis ? "denied" : "ESCAPED");
