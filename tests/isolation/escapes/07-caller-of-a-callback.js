let seen = null;
try { runAction("a.b", { toJSON() { seen = this.toJSON.caller; return {}; } }); } catch (e) { seen = null; }
console.log(!seen || seen.constructor === Function && !/python|frame|send/i.test(Object.keys(seen)) ? "denied" : "ESCAPED");
