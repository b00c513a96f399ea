const made = runAction.constructor("return this")();
console.log(made === globalThis && !made.python && !made.process ? "denied" : "ESCAPED");
