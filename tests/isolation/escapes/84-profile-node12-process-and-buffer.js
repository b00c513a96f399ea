//! {"profile": "node12"}
const bad = [];
if (typeof process !== "undefined") for (const k of ["binding", "dlopen", "kill", "chdir", "mainModule", "_linkedBinding", "openStdin"]) if (process[k]) bad.push(k);
if (typeof process !== "undefined" && process.env && Object.keys(process.env).some((k) => /CANARY/.test(k))) bad.push("env");
if (typeof require !== "undefined") bad.push("require");
console.log(bad.length ? `ESCAPED ${bad}` : "denied");
