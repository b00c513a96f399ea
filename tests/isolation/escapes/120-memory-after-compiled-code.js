//! {"end": ["out of memory"], "limit_ms": 30000}
// Compiled code is discarded when memory runs out: that must end the script, and not the process in place of it.
const compiled = [];
for (let n = 0; n < 400; n++) compiled.push(Function("x", `let s = ${n}; for (let i = 0; i < 200; i++) s += x * i; return s;`));
for (const each of compiled) each(each(2));
compiled.length = 0;
console.log("denied");
const kept = [];
for (;;) kept.push({ numbers: [1, 2, 3] });
