try { debuggerGlobal.eval = 1; debuggerGlobal.Debugger = class {}; } catch (e) { /* frozen */ }
console.log("denied");
