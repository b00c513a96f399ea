//! {"profile": "node12", "end": ["ok", "error"]}
console.log("denied");
setTimeout("console.log('ESCAPED')", 1);
