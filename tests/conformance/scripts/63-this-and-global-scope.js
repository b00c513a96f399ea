var declared = 1; let lexical = 2; implicit = 3; function hoisted() { return this === globalThis; }
console.log(this === globalThis, globalThis.declared, globalThis.lexical, globalThis.implicit, hoisted(), typeof hoisted, delete globalThis.implicit, typeof implicit);
console.log(typeof window, typeof global, typeof require, typeof process, typeof module, typeof fetch, typeof setTimeout, typeof Buffer, typeof URL);
