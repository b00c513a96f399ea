class SkipError extends Error { constructor(reason) { super(`skipped: ${reason}`); this.name = "SkipError"; this.reason = reason; } }
try { throw new SkipError("night"); } catch (e) { console.log(e instanceof SkipError, e instanceof Error, String(e), Object.keys(e), e.stack.split("\n")[0], JSON.stringify(e)); }
console.log(typeof Error.captureStackTrace, Error.stackTraceLimit, Object.getOwnPropertyNames(new Error("x")), "stack" in new Error(), new TypeError("t").toString(), Error("x").message);
