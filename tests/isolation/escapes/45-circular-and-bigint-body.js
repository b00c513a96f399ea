//! {"end": ["ok", "error", "rejected"]}
const body = {}; body.body = body;
for (const bad of [body, { n: 1n }, { toJSON() { throw new Error("mine"); } }]) { try { runAction("a.b", bad).then(() => {}, (e) => console.log("rejected", e.name)); } catch (e) { console.log("threw", e.name); } }
console.log("denied");
