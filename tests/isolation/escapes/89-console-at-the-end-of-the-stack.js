//! {"end": ["ok", "error", "timed out"], "limit_ms": 2000}
console.log("denied");
function deeper(n) { try { deeper(n + 1); } finally { try { console.log(n, { a: { b: [n] } }); } catch (e) { /* no room */ } } }
try { deeper(0); } catch (e) { console.log(e.name); }
