//! {"end": ["timed out"], "limit_ms": 700}
console.log("denied");
const again = () => Promise.resolve().then(again);
again();
