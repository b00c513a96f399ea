console.log("a\u0000b\u0001\u001b[31m\u2028\u2029\ufeff");
runAction("a.b\u0000c", { fields: { "\u0000": "\u0000" } }).then(() => console.log("denied"), () => console.log("denied"));
