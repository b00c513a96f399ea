//! {"end": ["rejected", "out of memory", "timed out"], "limit_ms": 8000}
console.log("denied");
for (let i = 0; i < 1e6; i++) Promise.reject(i);
