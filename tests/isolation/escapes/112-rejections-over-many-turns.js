//! {"end": ["rejected"], "limit_ms": 9000}
console.log("denied");
(async () => { for (let i = 0; i < 20; i++) { await runAction("a.b"); for (let n = 0; n < 20; n++) Promise.reject(new Error(`${i} ${n}`)); } })();
