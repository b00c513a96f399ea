const body = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}');
runAction("a.b", body).then((r) => console.log({}.polluted || r.polluted ? "ESCAPED" : "denied"));
