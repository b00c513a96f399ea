//! {"end": ["ok", "error", "timed out"], "limit_ms": 2000}
console.log("denied");
let made = 0;
function deeper(n) { try { return deeper(n + 1); } catch (e) { if (made++ < 50) runAction("a.b", { fields: { n } }).catch(() => {}); throw e; } }
try { deeper(0); } catch (e) { console.log(e.name); }
