//! {"end": ["ok", "error", "rejected", "out of memory", "timed out"], "limit_ms": 8000}
console.log("denied");
runAction("a.b", { fields: { text: "x".repeat(100 * 1024 * 1024) } });
