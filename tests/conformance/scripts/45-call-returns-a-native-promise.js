const p = runAction("a.b", { fields: {} });
console.log(p instanceof Promise, Object.prototype.toString.call(p), p.constructor === Promise, typeof p.then, p);
const both = [p.then((r) => r.statusCode), p.catch(() => 0), p.finally(() => 1)];
Promise.all(both).then((all) => console.log(all.length, all[0]));
