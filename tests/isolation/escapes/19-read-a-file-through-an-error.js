//! {"end": ["ok"]}
let text = "";
try { eval("}\n//# sourceURL=" + Trigger.ingredients.canary_file); } catch (e) { text = String(e.stack) + e.message; }
console.log(text.includes("canary-content") ? "ESCAPED" : "denied");
