//! {"end": ["out of memory"], "limit_ms": 30000}
console.log("denied");
let text = "a".repeat(1000);
for (;;) text = text.replace(/a/g, "aa");
