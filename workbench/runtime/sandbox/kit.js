// The language as it was before any script ran: captured builtins and small helpers on a null-prototype object.
//
// Everything here must keep working after a script has overwritten Array.prototype, JSON, Promise or anything else:
// no method is looked up on a value, and no helper iterates with a protocol that a script can replace.
(function (kit) {
  "use strict";
  const { apply, construct, defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys, setPrototypeOf } =
    Reflect;
  const bound = Function.prototype.bind;
  const uncurry = apply(bound, bound, [Function.prototype.call]);

  kit.global = globalThis;
  // The bundles leave their exports at the global object; from here on only we have them.
  for (const name of ["moment", "acorn"]) {
    kit[name] = globalThis[`workbench:${name}`];
    delete globalThis[`workbench:${name}`];
  }
  kit.apply = apply;
  kit.construct = construct;
  kit.defineProperty = defineProperty;
  kit.deleteProperty = deleteProperty;
  kit.descriptor = getOwnPropertyDescriptor;
  kit.prototypeOf = getPrototypeOf;
  kit.ownKeys = ownKeys;
  kit.setPrototypeOf = setPrototypeOf;
  kit.uncurry = uncurry;

  kit.Array = Array;
  kit.Date = Date;
  kit.Error = Error;
  kit.Function = Function;
  kit.Map = Map;
  kit.Number = Number;
  kit.Object = Object;
  kit.Promise = Promise;
  kit.RangeError = RangeError;
  kit.RegExp = RegExp;
  kit.Set = Set;
  kit.String = String;
  kit.SyntaxError = SyntaxError;
  kit.TypeError = TypeError;
  kit.WeakMap = WeakMap;
  kit.WeakSet = WeakSet;

  kit.isArray = Array.isArray;
  kit.create = Object.create;
  kit.freeze = Object.freeze;
  kit.is = Object.is;
  kit.keys = Object.keys;
  kit.parse = JSON.parse;
  kit.stringify = JSON.stringify;
  kit.floor = Math.floor;
  kit.max = Math.max;
  kit.min = Math.min;
  kit.pow = Math.pow;
  kit.hasOwn = uncurry(Object.prototype.hasOwnProperty);
  kit.isEnumerable = uncurry(Object.prototype.propertyIsEnumerable);
  kit.toStringTag = uncurry(Object.prototype.toString);
  kit.functionText = uncurry(Function.prototype.toString);

  kit.charCodeAt = uncurry(String.prototype.charCodeAt);
  kit.endsWith = uncurry(String.prototype.endsWith);
  kit.indexOf = uncurry(String.prototype.indexOf);
  kit.lastIndexOf = uncurry(String.prototype.lastIndexOf);
  kit.padEnd = uncurry(String.prototype.padEnd);
  kit.padStart = uncurry(String.prototype.padStart);
  kit.repeat = uncurry(String.prototype.repeat);
  kit.slice = uncurry(String.prototype.slice);
  kit.startsWith = uncurry(String.prototype.startsWith);
  kit.toLowerCase = uncurry(String.prototype.toLowerCase);
  kit.trim = uncurry(String.prototype.trim);

  kit.dateValue = uncurry(Date.prototype.getTime);
  kit.dateISO = uncurry(Date.prototype.toISOString);
  kit.dateText = uncurry(Date.prototype.toString);
  kit.errorText = uncurry(Error.prototype.toString);
  kit.mapForEach = uncurry(Map.prototype.forEach);
  kit.mapGet = uncurry(Map.prototype.get);
  kit.mapSet = uncurry(Map.prototype.set);
  kit.mapDelete = uncurry(Map.prototype.delete);
  kit.mapHas = uncurry(Map.prototype.has);
  kit.mapSize = uncurry(getOwnPropertyDescriptor(Map.prototype, "size").get);
  kit.setForEach = uncurry(Set.prototype.forEach);
  kit.setSize = uncurry(getOwnPropertyDescriptor(Set.prototype, "size").get);
  kit.setAdd = uncurry(Set.prototype.add);
  kit.setHas = uncurry(Set.prototype.has);
  kit.weakGet = uncurry(WeakMap.prototype.get);
  kit.weakSet = uncurry(WeakMap.prototype.set);
  kit.weakDelete = uncurry(WeakMap.prototype.delete);
  kit.weakHas = uncurry(WeakMap.prototype.has);
  kit.weakAdd = uncurry(WeakSet.prototype.add);
  kit.weakIncludes = uncurry(WeakSet.prototype.has);
  kit.then = uncurry(Promise.prototype.then);
  kit.regexpExec = uncurry(RegExp.prototype.exec);
  kit.regexpText = uncurry(RegExp.prototype.toString);
  kit.symbolText = uncurry(Symbol.prototype.toString);
  kit.bigintText = uncurry(BigInt.prototype.toString);
  kit.numberText = uncurry(Number.prototype.toString);
  kit.stringValue = uncurry(String.prototype.valueOf);
  kit.numberValue = uncurry(Number.prototype.valueOf);
  kit.booleanValue = uncurry(Boolean.prototype.valueOf);
  kit.symbolValue = uncurry(Symbol.prototype.valueOf);
  kit.bigintValue = uncurry(BigInt.prototype.valueOf);

  // A list that no script's Array.prototype can reach: no setter or getter of an index is found on the way up.
  const setPrototype = Object.setPrototypeOf;
  kit.list = () => setPrototype([], null);
  kit.push = (list, item) => {
    defineProperty(list, list.length, { __proto__: null, value: item, writable: true, enumerable: true, configurable: true });
  };
  kit.from = (list) => setPrototype(list, kit.Array.prototype);
  // The same for an array that a script is given.
  kit.append = kit.push;
  kit.join = (list, separator) => {
    let text = "";
    for (let i = 0; i < list.length; i++) text += (i ? separator : "") + list[i];
    return text;
  };
  kit.record = (pairs) => setPrototype(pairs, null);

  // Installs a builtin as the language has its own: writable, configurable, not enumerable.
  kit.hide = (object, name, value) =>
    defineProperty(object, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true });

  // Functions of ours that a script can see print as builtins do in V8: on one line, with no body.
  const builtins = new WeakMap();
  kit.native = (name, length, fn) => {
    defineProperty(fn, "name", { __proto__: null, value: name, configurable: true });
    defineProperty(fn, "length", { __proto__: null, value: length, configurable: true });
    kit.weakSet(builtins, fn, name);
    return fn;
  };
  const nativeText = kit.functionText;
  // A method has no prototype property and is no constructor, as builtins are not.
  const holder = {
    toString() {
      const name = typeof this === "function" && kit.weakHas(builtins, this) ? kit.weakGet(builtins, this) : null;
      if (name !== null) return `function ${name}() { [native code] }`;
      const text = nativeText(this);
      if (text.length < 200 && kit.endsWith(text, "{\n    [native code]\n}")) {
        return `${kit.slice(text, 0, text.length - 21)}{ [native code] }`;
      }
      return text;
    },
  };
  kit.hide(Function.prototype, "toString", kit.native("toString", 0, holder.toString));

  // The text of a finite or any other number, of any value at all that is not an object.
  kit.text = (value) => {
    if (typeof value === "symbol") return kit.symbolText(value);
    return `${value}`;
  };

  // Cuts a text that leaves the sandbox; never inside a pair of surrogates.
  kit.cut = (text, limit) => {
    if (text.length <= limit) return text;
    const code = kit.charCodeAt(text, limit - 1);
    return `${kit.slice(text, 0, code >= 0xd800 && code < 0xdc00 ? limit - 1 : limit)}…`;
  };
})
