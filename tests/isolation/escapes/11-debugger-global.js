const g = typeof debuggerGlobal === "undefined" ? {} : debuggerGlobal;
const keys = Reflect.ownKeys(g);
console.log(keys.length === 0 && Object.getPrototypeOf(g) === (g.constructor ? Object.prototype : null) && !g.Debugger ? "denied" : `ESCAPED ${keys.map(String)}`);
