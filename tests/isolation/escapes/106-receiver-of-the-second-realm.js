const realm = debuggerGlobal;
const found = [];
try { Object.setPrototypeOf(realm, Object.prototype); } catch (e) { /* no */ }
for (const one of [() => realm.eval, () => realm.Debugger, () => eval.call(realm, "typeof Debugger"), () => Function("return typeof this.Debugger").call(realm), () => Reflect.get(realm, "Function")]) { try { const v = one(); if (v !== undefined && v !== "undefined") found.push(String(v)); } catch (e) { /* denied */ } }
console.log(found.length ? `ESCAPED ${found}` : "denied");
