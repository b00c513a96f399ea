Function.prototype.call = function () { return "forged"; }; Function.prototype.apply = function () { return "forged"; }; Function.prototype.bind = function () { return () => "forged"; };
Reflect.apply = () => "forged"; Reflect.construct = () => ({ forged: 1 });
runAction("a.b", { fields: {} }).then((r) => console.log(r.statusCode === 200 ? "denied" : "ESCAPED"));
