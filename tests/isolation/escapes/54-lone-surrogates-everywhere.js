console.log("\ud800", "\udc00\ud800", { "\ud800": "\udfff" });
runAction("a.b", { fields: { "\ud800": "\udfff" } }).then((r) => console.log("denied", r.statusCode));
