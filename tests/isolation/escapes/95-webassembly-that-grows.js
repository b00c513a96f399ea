//! {"end": ["out of memory", "error", "ok"], "limit_ms": 5000}
console.log("denied");
const kept = [];
for (let n = 0; n < 200; n++) { const m = new WebAssembly.Memory({ initial: 1, maximum: 65536 }); m.grow(2000); new Uint8Array(m.buffer).fill(1); kept.push(m); }
