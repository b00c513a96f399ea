//! {"reply": {"__proto__": {"polluted": 1}, "constructor": 1, "then": "x"}}
performQuery("a.b").then((r) => console.log({}.polluted || r.polluted ? "ESCAPED" : "denied", Object.keys(r.responseBody).join()));
