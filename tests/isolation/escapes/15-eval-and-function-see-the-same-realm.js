const seen = [eval("typeof python"), (0, eval)("typeof require"), new Function("return typeof process")(), Function("return typeof pmEval")(), (async () => {}).constructor("return 1")() instanceof Promise];
console.log(seen.slice(0, 4).every((t) => t === "undefined") && seen[4] ? "denied" : `ESCAPED ${seen}`);
