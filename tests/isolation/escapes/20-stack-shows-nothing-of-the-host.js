const text = [new Error("a").stack, (() => { try { null.x; } catch (e) { return e.stack; } })(), (() => { try { runAction(); } catch (e) { return e.stack; } })()].join("\n");
console.log(/\.py|\.so|site-packages|Traceback|sandbox\/|\/usr|\/work|\/home|<string>/.test(text) ? `ESCAPED ${text}` : "denied");
