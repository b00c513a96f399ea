Object.defineProperty(Array, Symbol.species, { get() { return function () { return { push() {}, length: 0 }; }; } });
Array.prototype[Symbol.iterator] = function* () { yield "forged"; };
Array.prototype.push = () => 0; Array.prototype.map = () => ["forged"]; Array.prototype.join = () => "forged"; Array.prototype.shift = () => "forged";
runAction("a.b", { fields: { list: [1, 2, 3] } }).then((r) => console.log(r.statusCode === 200 ? "denied" : "ESCAPED"));
