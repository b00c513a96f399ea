RegExp.prototype.exec = () => ({ 0: "forged", index: 0 }); RegExp.prototype[Symbol.replace] = () => "forged"; RegExp.prototype.test = () => true;
console.log("denied"); runAction("a.b");
