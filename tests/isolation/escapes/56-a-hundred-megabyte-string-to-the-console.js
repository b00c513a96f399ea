//! {"end": ["ok", "out of memory", "timed out"], "limit_ms": 8000}
console.log("denied"); console.log("x".repeat(100 * 1024 * 1024));
