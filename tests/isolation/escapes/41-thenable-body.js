let called = false;
runAction("a.b", { then(yes) { called = true; yes({ forged: 1 }); } }).then(() => console.log(called ? "ESCAPED" : "denied"));
