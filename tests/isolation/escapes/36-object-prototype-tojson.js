Object.prototype.toJSON = () => "forged"; Array.prototype.toJSON = () => "forged"; String.prototype.toJSON = () => "forged";
runAction("a.b", { fields: { a: 1 } }).then((r) => console.log("denied", r.statusCode));
