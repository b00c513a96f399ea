let depth = 0;
const body = { get fields() { if (depth++ < 3) runAction("c.d", body); return { depth }; } };
runAction("a.b", body).then(() => console.log("denied"));
