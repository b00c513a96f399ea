let made = null;
try { made = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))); } catch (e) { made = null; }
console.log("denied", made === null || Object.keys(made.exports).length);
