let seen = "";
try { (0, eval)("throw new Error('x')\n//# sourceURL=workbench:sandbox"); } catch (e) { seen += e.stack; }
try { Function("throw new Error('y')\n//# sourceURL=/etc/passwd")(); } catch (e) { seen += e.stack; }
console.log(/kit|door|host|root:/.test(seen) ? `ESCAPED ${seen}` : "denied");
