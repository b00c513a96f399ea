//! {"end": ["timed out"], "limit_ms": 700}
console.log("denied");
/^(a+)+$/.test("a".repeat(60) + "!");
