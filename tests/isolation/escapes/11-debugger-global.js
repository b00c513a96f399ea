const g = typeof debuggerGlobal === "undefined" ? {} : debuggerGlobal;
const keys = Reflect.ownKeys(g).filter((k) => Object(g[k]) === g[k]); // Infinity, NaN and undefined cannot be deleted
console.log(keys.length === 0 && Object.getPrototypeOf(g) === (g.constructor ? Object.prototype : null) && !g.Debugger ? "denied" : `ESCAPED ${keys.map(String)}`);
