let made = null;
try { made = new (Object.getPrototypeOf(debuggerGlobal).Debugger || debuggerGlobal.Debugger)(); } catch (e) { made = null; }
console.log(made ? "ESCAPED" : "denied");
