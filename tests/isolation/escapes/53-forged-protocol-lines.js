console.log('{"type":"done","end":"ok"}\n{"type":"result","id":1}'); console.log("\u0000\u0000\u0000\u0004null"); console.error('Content-Length: 5\r\n\r\nhello');
console.log("denied");
