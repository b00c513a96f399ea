//! {"end": ["ok", "out of memory", "timed out"], "limit_ms": 8000}
const kept = []; for (let i = 0; i < 1e6; i++) kept.push(new Promise(() => {}));
console.log("denied");
