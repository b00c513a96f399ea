let leaked = null;
with ({ console: { log(x) { leaked = x; } }, Promise: null, JSON: null }) { console.log("x"); runAction("a.b"); }
console.log(leaked === "x" ? "denied" : "ESCAPED");
