//! {"profile": "node12", "end": ["ok"]}
let seen = 0;
for (const k of ["due", "then", "callback", "id", "args"]) Object.prototype.__defineSetter__(k, () => { seen++; });
Array.prototype.push = Array.prototype.splice = Map.prototype.set = () => { seen++; };
setTimeout(() => console.log(seen ? `ESCAPED ${seen}` : "denied"), 3);
setTimeout(() => {}, 1);
