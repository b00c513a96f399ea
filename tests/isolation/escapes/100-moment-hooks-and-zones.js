moment.updateOffset = function () { throw new Error("x"); };
moment.createFromInputFallback = (c) => { c._d = new Date(0); };
let seen = "";
try { seen += moment("junk").format(); } catch (e) { seen += e.stack; }
try { moment.locale("../../etc/passwd"); seen += moment.locale(); } catch (e) { seen += e.stack; }
console.log(/root:|passwd|Traceback/.test(seen) ? `ESCAPED ${seen}` : "denied");
