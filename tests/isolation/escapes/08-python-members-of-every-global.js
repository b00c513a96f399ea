const bad = ["__class__", "__globals__", "__code__", "__self__", "__base__", "__subclasses__", "__dict__"];
const found = [];
for (const name of Reflect.ownKeys(globalThis)) { let v; try { v = globalThis[name]; } catch (e) { continue; } if (v !== null && (typeof v === "object" || typeof v === "function")) for (const k of bad) if (k in Object(v)) found.push([String(name), k]); }
console.log(found.length ? `ESCAPED ${found}` : "denied");
