//! {"end": ["ok", "error", "timed out"], "limit_ms": 2000}
console.log("denied");
function deeper(n) { try { return deeper(n + 1); } catch (e) { throw e; } }
try { deeper(0); } catch (e) { console.log(e.name); }
