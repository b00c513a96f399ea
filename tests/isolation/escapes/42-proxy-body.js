const traps = [];
const body = new Proxy({ fields: { a: 1 } }, { get(t, k) { traps.push(String(k)); return t[k]; }, ownKeys(t) { traps.push("keys"); return Reflect.ownKeys(t); } });
runAction("a.b", body).then((r) => console.log(r.statusCode === 200 ? "denied" : "ESCAPED"));
