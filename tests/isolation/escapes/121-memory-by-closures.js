//! {"end": ["out of memory"], "limit_ms": 30000}
console.log("denied");
const kept = [];
for (let i = 0; ; i++) kept.push(() => i);
