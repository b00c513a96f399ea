//! {"profile": "node12", "end": ["ok"]}
for (const delay of [NaN, -1, 1e308, "5", null, undefined, {}, () => 1, 2 ** 31]) setTimeout(() => {}, delay);
for (const id of [{}, -1, "x", null, NaN, Symbol.iterator]) try { clearTimeout(id); } catch (e) { /* as Node may */ }
try { setTimeout("runAction('a.b')"); } catch (e) { console.log(e.name); }
setTimeout(() => console.log("denied"), 1);
