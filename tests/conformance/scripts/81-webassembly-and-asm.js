// (module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))
const bytes = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0, 10, 9, 1, 7, 0, 32, 0,
  32, 1, 106, 11,
]);
function Asm(stdlib) {
  "use asm";
  var imul = stdlib.Math.imul;
  function twice(x) {
    x = x | 0;
    return imul(x, 2) | 0;
  }
  return { twice: twice };
}
class Named extends WebAssembly.Module {}
const module = new WebAssembly.Module(bytes);
console.log(Asm(globalThis).twice(21), new WebAssembly.Instance(module).exports.add(40, 2));
console.log(WebAssembly.validate(bytes), WebAssembly.validate(bytes.slice(4)), WebAssembly.Module.exports(module));
console.log(new Named(bytes) instanceof Named, module.constructor === WebAssembly.Module, String(module), WebAssembly.Module.name);
for (const make of [() => new WebAssembly.Module(bytes.slice(0, 20)), () => new WebAssembly.Module(5), () => WebAssembly.Module(bytes)]) {
  try {
    make();
  } catch (error) {
    console.log(error.name, error instanceof Error);
  }
}
