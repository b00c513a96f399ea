//! {"end": ["out of memory"], "limit_ms": 30000}
console.log("denied");
const a = []; for (;;) a.push({ a: [1, 2, 3] });
