// Takes away what Node 12 does not have: newer builtins, the engine's own extras, and the second realm's contents.
(function (kit) {
  "use strict";
  // Measured: the property inventory of SpiderMonkey 136 minus that of Node.js 12.22.12 (V8 7.8).
  const EXTRA = {
    "": "AggregateError FinalizationRegistry Float16Array Iterator WeakRef",
    "Array": "fromAsync",
    "Array.prototype": "at findLast findLastIndex toReversed toSorted toSpliced with",
    "Array.prototype.@unscopables": "at findLast findLastIndex toReversed toSorted toSpliced with",
    "ArrayBuffer.prototype": "detached maxByteLength resizable resize transfer transferToFixedLength",
    "DataView.prototype": "getFloat16 setFloat16",
    "Intl": "DisplayNames DurationFormat Segmenter supportedValuesOf @toStringTag",
    "Intl.NumberFormat.prototype": "formatRange formatRangeToParts",
    "Intl.PluralRules.prototype": "selectRange",
    "JSON": "isRawJSON rawJSON",
    "Map": "groupBy",
    "Math": "f16round",
    "Object": "groupBy hasOwn",
    "Promise": "any try withResolvers",
    "Reflect": "@toStringTag",
    "RegExp": "escape",
    "RegExp.prototype": "hasIndices unicodeSets",
    "Set.prototype": "difference intersection isDisjointFrom isSubsetOf isSupersetOf symmetricDifference union",
    "String.prototype": "at isWellFormed replaceAll toWellFormed",
    "Uint8Array": "fromBase64 fromHex",
    "Uint8Array.prototype": "setFromBase64 setFromHex toBase64 toHex",
    "WebAssembly": "Exception Function JSTag Tag compileStreaming instantiateStreaming",
    "WebAssembly.Global.prototype": "type",
    "WebAssembly.Memory.prototype": "type",
    "WebAssembly.Table.prototype": "type",
    "%TypedArray%.prototype": "at findLast findLastIndex toReversed toSorted with",
    "%IteratorPrototype%":
      "constructor drop every filter find flatMap forEach map reduce some take toArray @toStringTag",
  };
  const INTRINSICS = {
    "%TypedArray%": Object.getPrototypeOf(Uint8Array),
    "%IteratorPrototype%": Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())),
  };

  const keyOf = (name) => (name[0] === "@" ? Symbol[name.slice(1)] : name);

  function resolve(path) {
    let value = globalThis;
    for (const name of path ? path.split(".") : []) {
      value = INTRINSICS[name] ?? value?.[keyOf(name)];
    }
    return value;
  }

  kit.harden = () => {
    for (const [path, names] of Object.entries(EXTRA)) {
      const object = resolve(path);
      if (object === undefined) continue;
      for (const name of names.split(" ")) kit.deleteProperty(object, keyOf(name));
    }
    for (const name of ["Collator", "DateTimeFormat", "NumberFormat", "PluralRules"]) {
      kit.defineProperty(Intl[name].prototype, Symbol.toStringTag, { value: "Object", configurable: true });
    }
    // A stack overflow is a RangeError in Node; the engine's own class for it is not in the language.
    const internal = globalThis.InternalError;
    Object.setPrototypeOf(internal.prototype, RangeError.prototype);
    kit.hide(internal.prototype, "name", "RangeError");
    kit.hide(internal.prototype, "constructor", RangeError);
    kit.deleteProperty(globalThis, "InternalError");
  };

  // The engine's second realm cannot be deleted from the global object, so it is emptied.
  kit.gut = () => {
    const realm = globalThis.debuggerGlobal;
    if (!realm) return;
    for (const key of kit.ownKeys(realm)) kit.deleteProperty(realm, key);
    kit.setPrototypeOf(realm, null);
  };
})
