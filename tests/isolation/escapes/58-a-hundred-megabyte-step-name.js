//! {"end": ["ok", "error", "rejected", "out of memory", "timed out"], "limit_ms": 8000}
console.log("denied");
runAction("x".repeat(100 * 1024 * 1024), {});
