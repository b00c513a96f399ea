//! {"end": ["ok", "error", "out of memory", "timed out"], "limit_ms": 3000}
console.log("denied");
for (const text of ["(".repeat(1e5), "[".repeat(1e6), `x${".y".repeat(1e5)}`, `var ${"a".repeat(1e6)} = 1`]) { try { eval(text); } catch (e) { /* refused */ } }
