const found = [];
for (const f of [runAction, performQuery, console.log]) for (const k of ["caller", "arguments", "callee"]) { try { if (f[k]) found.push(k); } catch (e) { /* refused */ } }
console.log(found.length ? `ESCAPED ${found}` : "denied");
