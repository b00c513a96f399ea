//! {"end": ["out of memory", "error"], "limit_ms": 30000}
console.log("denied");
const kept = []; for (;;) kept.push(new Uint8Array(1 << 24).fill(1));
