//! {"end": ["ok"]}
(async () => { for await (const x of (async function* () { try { yield 1; await new Promise(() => {}); } finally { console.log("never"); } })()) console.log("denied", x); })();
