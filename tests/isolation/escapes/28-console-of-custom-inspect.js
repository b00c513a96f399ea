const seen = [];
console.log({ [Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) { seen.push(options, inspect); return "custom"; } });
console.log(seen.some((v) => v && v.constructor && v.constructor.constructor && v.constructor.constructor("return typeof process")() !== "undefined") ? "ESCAPED" : "denied");
