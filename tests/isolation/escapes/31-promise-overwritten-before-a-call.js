globalThis.Promise = class { constructor() { throw new Error("mine"); } static resolve() { return "forged"; } };
const p = performQuery("a.b");
p.then((r) => console.log(r.statusCode === 200 ? "denied" : "ESCAPED"));
