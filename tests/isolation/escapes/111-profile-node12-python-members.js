//! {"profile": "node12", "end": ["ok"]}
const bad = ["__class__", "__globals__", "__code__", "__self__", "__base__", "__subclasses__", "__dict__"];
const found = [], seen = new Set();
const walk = (o, path, depth) => {
  if (depth > 3 || o === null || (typeof o !== "object" && typeof o !== "function") || seen.has(o)) return;
  seen.add(o);
  for (const k of bad) { try { if (k in o) found.push(`${path}.${k}`); } catch (e) { /* a getter of the language */ } }
  for (const k of Reflect.ownKeys(o)) { let d; try { d = Reflect.getOwnPropertyDescriptor(o, k); } catch (e) { continue; } if (d) for (const v of [d.value, d.get, d.set]) walk(v, `${path}.${String(k)}`, depth + 1); }
};
walk(globalThis, "", 0);
for (const made of [setTimeout(() => {}, 1), Buffer.from("x"), new URL("https://example.com/?a=b"), new TextDecoder()]) walk(made, "made", 0);
console.log(found.length ? `ESCAPED ${found}` : "denied");
