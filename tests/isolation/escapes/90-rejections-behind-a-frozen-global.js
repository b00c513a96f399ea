//! {"end": ["rejected"]}
Object.freeze(globalThis);
try { Promise.reject(new Error("x")); console.log("denied"); } catch (e) { console.log("ESCAPED", e); }
