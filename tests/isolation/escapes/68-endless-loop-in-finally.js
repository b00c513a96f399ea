//! {"end": ["timed out"], "limit_ms": 700}
console.log("denied");
for (;;) try { throw 1; } catch (e) { continue; } finally { continue; }
