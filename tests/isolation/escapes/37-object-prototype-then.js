Object.prototype.then = function (yes) { delete Object.prototype.then; yes({ forged: true }); };
runAction("a.b").then((r) => console.log("denied"), () => console.log("denied"));
