const body = { toJSON() { JSON.stringify = () => '{"forged": 1}'; JSON.parse = () => ({ forged: 2 }); return { fields: { a: 1 } }; } };
runAction("a.b", body).then((r) => console.log(r.forged || r.responseBody.forged ? "ESCAPED" : "denied"));
