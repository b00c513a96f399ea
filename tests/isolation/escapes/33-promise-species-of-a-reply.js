class Spy extends Promise { static get [Symbol.species]() { console.log("species"); return Spy; } }
Object.defineProperty(Promise, Symbol.species, { get() { return Spy; } });
const p = runAction("a.b"); Object.setPrototypeOf(p, Spy.prototype);
p.then((r) => console.log(r.statusCode === 200 ? "denied" : "ESCAPED"));
