//! {"end": ["out of memory", "ok", "timed out"], "limit_ms": 30000}
console.log("denied");
const kept = []; try { for (;;) kept.push(new Float64Array(1 << 21).fill(1)); } catch (e) { kept.length = 0; }
