//! {"end": ["out of memory", "error"], "limit_ms": 30000}
console.log("denied");
const kept = []; for (let s = "x".repeat(1 << 20); ; ) kept.push((s + kept.length).split("").reverse().join(""));
