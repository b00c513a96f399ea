let n = 0;
const step = { toString() { n++; return n > 1 ? "other.step" : "a.b"; } };
try { runAction(step).then(() => console.log("denied"), () => console.log("denied")); } catch (e) { console.log("denied", e.name); }
