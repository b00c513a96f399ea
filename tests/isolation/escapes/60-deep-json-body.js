//! {"end": ["ok", "error", "rejected"]}
let body = {}; for (let i = 0; i < 100000; i++) body = { b: body };
console.log("denied");
try { runAction("a.b", body).catch(() => {}); } catch (e) { console.log(e.name); }
