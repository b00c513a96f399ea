const tries = [() => eval("("), () => new RegExp("("), () => JSON.parse("{"), () => new Array(-1), () => null.x, () => decodeURIComponent("%"), () => 1n + 1, () => Symbol() + "", () => { const [a] = null; }, () => new Proxy({}, null), () => (1).toFixed(1000)];
const foreign = tries.filter((one) => { try { one(); } catch (e) { return !(e instanceof Object) || e.constructor.constructor !== Function; } return false; });
console.log(foreign.length ? `ESCAPED ${foreign.map(String)}` : "denied");
