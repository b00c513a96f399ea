//! {"end": ["error", "out of memory", "timed out"], "limit_ms": 8000}
console.log("denied");
throw new Error("x".repeat(100 * 1024 * 1024));
