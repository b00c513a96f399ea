//! {"end": ["timed out", "out of memory", "error"], "limit_ms": 700}
console.log("denied");
Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);
