//! {"end": ["timed out"], "limit_ms": 700}
console.log("denied");
(async () => { for await (const one of (async function* () { for (;;) yield 1; })()) one; })();
