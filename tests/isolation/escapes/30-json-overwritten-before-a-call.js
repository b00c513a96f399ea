JSON.parse = () => ({ forged: true }); JSON.stringify = () => "forged";
performQuery("a.b", { fields: { x: 1 } }).then((r) => console.log(r.forged ? "ESCAPED" : "denied", r.statusCode));
