const text = JSON.stringify(Object.getOwnPropertyNames(globalThis).map((k) => { try { return String(globalThis[k]); } catch (e) { return ""; } })) + new Error("x").stack;
console.log(text.includes("canary") ? "ESCAPED" : "denied");
