// What kind of thing a value is: told by what only such a thing can do, whatever a script made of its prototype.
(function (kit) {
  "use strict";

  const brand = (probe) => (value) => {
    try {
      probe(value);
      return true;
    } catch (error) {
      return false;
    }
  };
  kit.isMap = brand(kit.mapSize);
  kit.isSet = brand(kit.setSize);
  kit.isDate = brand(kit.dateValue);
  const sourceOf = kit.uncurry(kit.descriptor(kit.RegExp.prototype, "source").get);
  kit.isRegExp = (value) => value !== kit.RegExp.prototype && brand(sourceOf)(value);
  const probe = {};
  kit.isWeakMap = brand((value) => kit.weakHas(value, probe));
  kit.isWeakSet = brand((value) => kit.weakIncludes(value, probe));
  kit.isArrayBuffer = brand(kit.uncurry(kit.descriptor(ArrayBuffer.prototype, "byteLength").get));
  const viewPart = (name) => kit.uncurry(kit.descriptor(DataView.prototype, name).get);
  kit.viewParts = { __proto__: null, byteLength: viewPart("byteLength"), byteOffset: viewPart("byteOffset"), buffer: viewPart("buffer") };
  kit.isView = brand(kit.viewParts.byteLength);

  // Uint8Array for one, undefined for what is no typed array.
  kit.typedTag = kit.uncurry(kit.descriptor(kit.prototypeOf(Uint8Array.prototype), Symbol.toStringTag).get);
  kit.typedLength = kit.uncurry(kit.descriptor(kit.prototypeOf(Uint8Array.prototype), "length").get);

  kit.isErrorValue = (value) =>
    typeof value === "object" && value !== null && (kit.toStringTag(value) === "[object Error]" || hasErrorPrototype(value));
  function hasErrorPrototype(value) {
    for (let at = kit.prototypeOf(value); at !== null; at = kit.prototypeOf(at)) {
      if (at === kit.Error.prototype) return true;
    }
    return false;
  }

  const UNBOX = {
    __proto__: null,
    "[object Number]": kit.numberValue,
    "[object String]": kit.stringValue,
    "[object Boolean]": kit.booleanValue,
    "[object Symbol]": kit.symbolValue,
    "[object BigInt]": kit.bigintValue,
  };

  // The kind and the value of a box, as new Number(1) makes one; null for anything else.
  kit.boxed = (value) => {
    const tag = kit.toStringTag(value);
    const unbox = UNBOX[tag];
    if (!unbox) return null;
    try {
      return { __proto__: null, kind: kit.slice(tag, 8, -1), value: unbox(value) };
    } catch (error) {
      return null;
    }
  };

  // The name of the nearest constructor that has one, or null.
  kit.constructorName = (object) => {
    for (let at = object, first = null; at !== null; at = kit.prototypeOf(at)) {
      const found = kit.descriptor(at, "constructor");
      if (found && typeof found.value === "function") {
        const name = kit.descriptor(found.value, "name");
        if (name && typeof name.value === "string" && name.value !== "") return name.value;
      }
      if (first === null) first = at;
    }
    return null;
  };

  // Where an iterator of a Map or Set came from: the engine does not tell, so it is noted when one is made.
  const origins = new kit.WeakMap();
  kit.iteratorOrigin = (value) => kit.weakGet(origins, value);
  kit.noteIterators = () => {
    for (const [Kind, isMap] of [[kit.Map, true], [kit.Set, false]]) {
      const made = kit.list();
      for (const kind of isMap ? ["entries", "keys", "values"] : ["values", "entries"]) {
        const native = Kind.prototype[kind];
        const methods = {
          [kind]() {
            const iterator = kit.apply(native, this, []);
            kit.weakSet(origins, iterator, { __proto__: null, source: this, kind, isMap });
            return iterator;
          },
        };
        kit.push(made, methods[kind]);
        kit.hide(Kind.prototype, kind, kit.native(kind, 0, methods[kind]));
      }
      kit.hide(Kind.prototype, Symbol.iterator, made[0]);
      if (!isMap) kit.hide(Kind.prototype, "keys", made[0]);
    }
  };
})
