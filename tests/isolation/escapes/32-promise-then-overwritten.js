const original = Promise.prototype.then; const seen = [];
Promise.prototype.then = function (...args) { seen.push(this); return original.apply(this, args); };
(async () => { const r = await performQuery("a.b"); console.log(seen.every((p) => p instanceof Promise) && r.statusCode === 200 ? "denied" : "ESCAPED"); })();
