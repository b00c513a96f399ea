console.log(new Function("o", "with (o) { return typeof python + typeof process; }")(new Proxy({}, { has: () => false })) === "undefinedundefined" ? "denied" : "ESCAPED");
