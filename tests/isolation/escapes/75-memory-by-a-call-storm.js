//! {"end": ["error", "ok", "rejected", "crashed"], "limit_ms": 9000}
console.log("denied");
for (let i = 0; i < 100000; i++) runAction("a.b", { fields: { i } }).catch(() => {});
