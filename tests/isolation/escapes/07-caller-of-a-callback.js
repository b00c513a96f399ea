let seen = null;
try { runAction("a.b", { toJSON() { try { seen = this.toJSON.caller; } catch (e) { seen = null; } return {}; } }); } catch (e) { seen = null; }
console.log(!seen || seen.constructor === Function && !/python|frame|send/i.test(Object.keys(seen)) ? "denied" : "ESCAPED");
