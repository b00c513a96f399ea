const names = "python pmEval require process Buffer global XMLHttpRequest bootstrap internalBinding importScripts WScript Deno Bun load read print quit os std scriptArgs newGlobal evalcx ShadowRealm Realm Debugger InternalError __core".split(" ");
const found = names.filter((n) => typeof globalThis[n] !== "undefined");
console.log(found.length ? `ESCAPED ${found}` : "denied");
