//! {"end": ["ok", "rejected", "timed out"], "limit_ms": 3000}
console.log("denied");
for (let i = 0; i < 100000; i++) runAction("a.b", { fields: { i } }).catch(() => {});
