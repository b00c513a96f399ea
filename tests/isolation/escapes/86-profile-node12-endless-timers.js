//! {"profile": "node12", "end": ["timed out", "ok", "error"], "limit_ms": 1500}
console.log("denied");
setInterval(() => {}, 0);
