//! {"end": ["timed out"], "limit_ms": 700}
console.log("denied");
runAction("a.b", { get fields() { for (;;); } });
