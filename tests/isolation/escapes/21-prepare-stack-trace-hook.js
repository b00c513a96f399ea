let got = null;
Error.prepareStackTrace = (e, frames) => { got = frames; return "mine"; };
const text = String(new Error("x").stack);
console.log(got && got.some && got.some((f) => f.getThis && f.getThis() !== undefined && f.getThis() !== globalThis) ? "ESCAPED" : "denied", typeof text);
