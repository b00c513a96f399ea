// The package `buffer` where it is not Node 12's Buffer yet: broken UTF-8, how a buffer prints, what its errors say.
(function (kit) {
  "use strict";
  const REPLACEMENT = "\ufffd";
  const isBytes = (value) => value instanceof Uint8Array;
  const received = (value) => kit.received(value);
  const SIZES = { __proto__: null, Double: 8, Float: 4 };

  // How many bytes a method reads or writes, by its name: readUInt16LE, writeDoubleBE.
  function sizeOf(name) {
    const bits = kit.regexpExec(/(?:Int|int)(8|16|32|64)/, name);
    if (bits) return bits[1] / 8;
    const real = kit.regexpExec(/Double|Float/, name);
    return real ? SIZES[real[0]] : 0;
  }

  function rangeOf(name) {
    const bits = 8 * sizeOf(name);
    const top = kit.pow(2, bits);
    return kit.regexpExec(/U[Ii]nt/, name) ? `>= 0 and <= ${top - 1}` : `>= -${top / 2} and <= ${top / 2 - 1}`;
  }

  // What the package says, and what Node says: [kind, code, message].
  const SAYINGS = [
    [/^Unknown encoding/, (name, parts, buffer, text) => ["TypeError", "ERR_UNKNOWN_ENCODING", text]],
    [/is invalid for option "size"$/, (name, parts, buffer, text) => ["RangeError", "ERR_INVALID_OPT_VALUE", text]],
    [/^"size" argument/, (name, parts) => argument('The "size" argument must be of type number', parts[0])],
    [/^The "value" argument must not|^The first argument must be/, (name, parts) => argument("The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object", parts[0])],
    [/outside of buffer bounds$/, (name, parts, buffer, text) => ["RangeError", "ERR_BUFFER_OUT_OF_BOUNDS", text]],
    [/^"list" argument/, (name, parts) => list(parts[0])],
    [/^The "string" argument must be one of/, (name, parts) => argument('The "string" argument must be of type string or an instance of Buffer or ArrayBuffer', parts[0])],
    [/^The "buf1", "buf2" arguments/, (name, [a, b]) => argument(`The "${isBytes(a) ? "buf2" : "buf1"}" argument must be an instance of Buffer or Uint8Array`, isBytes(a) ? b : a)],
    [/^Argument must be a Buffer$|^The "target" argument/, (name, parts) => argument(`The "${name === "equals" ? "otherBuffer" : "target"}" argument must be an instance of Buffer or Uint8Array`, parts[0])],
    [/^Trying to access beyond buffer length$|^Index out of range$/, (name, parts, buffer) => beyond(name, parts, buffer)],
    [/^Buffer size must be a multiple/, (name, parts, buffer, text) => ["RangeError", "ERR_INVALID_BUFFER_SIZE", text]],
    [/^"value" argument is out of bounds$/, (name, parts) => ["RangeError", "ERR_OUT_OF_RANGE", `The value of "value" is out of range. It must be ${rangeOf(name)}. Received ${parts[0]}`]],
  ];

  const argument = (text, value) => ["TypeError", "ERR_INVALID_ARG_TYPE", `${text}. ${received(value)}`];

  function list(given) {
    if (!kit.isArray(given)) return argument('The "list" argument must be an instance of Array', given);
    for (let i = 0; i < given.length; i++) if (!isBytes(given[i])) return argument(`The "list[${i}]" argument must be an instance of Buffer or Uint8Array`, given[i]);
    return ["TypeError", "ERR_INVALID_ARG_TYPE", 'The "list" argument must be an instance of Array'];
  }

  function beyond(name, parts, buffer) {
    const offset = parts[kit.startsWith(name, "write") ? 1 : 0];
    const last = buffer.length - sizeOf(name);
    if (last < 0) return ["RangeError", "ERR_BUFFER_OUT_OF_BOUNDS", "Attempt to write outside buffer bounds"];
    return ["RangeError", "ERR_OUT_OF_RANGE", `The value of "offset" is out of range. It must be >= 0 and <= ${last}. Received ${offset}`];
  }

  // Node checks an offset before anything is read; the package takes what it gets.
  function checkOffset(name, parts) {
    if (!kit.regexpExec(/^(?:read|write)./, name)) return null;
    const at = kit.startsWith(name, "write") ? 1 : 0;
    const offset = parts[at];
    if (offset === undefined) return null;
    if (typeof offset !== "number") return argument('The "offset" argument must be of type number', offset);
    if (kit.floor(offset) !== offset) return ["RangeError", "ERR_OUT_OF_RANGE", `The value of "offset" is out of range. It must be an integer. Received ${offset}`];
    const length = parts[at + 1];
    if (sizeOf(name) > 0 || (length >= 1 && length <= 6)) return null;
    return ["RangeError", "ERR_OUT_OF_RANGE", `The value of "byteLength" is out of range. It must be >= 1 and <= 6. Received ${length}`];
  }

  function worded(native, name) {
    const methods = {
      [name](...parts) {
        const wrong = checkOffset(name, parts);
        if (wrong) throw kit.nodeError(wrong[0], wrong[1], wrong[2]);
        try {
          return kit.apply(native, this, parts);
        } catch (error) {
          const text = `${error.message}`;
          for (let i = 0; i < SAYINGS.length; i++) {
            if (!kit.regexpExec(SAYINGS[i][0], text)) continue;
            const [kind, code, message] = SAYINGS[i][1](name, parts, this, text);
            throw kit.nodeError(kind, code, message);
          }
          throw error;
        }
      },
    };
    return kit.native(name, native.length, methods[name]);
  }

  kit.mendBuffer = (Buffer) => {
    const { prototype } = Buffer;
    const nativeText = prototype.toString;
    const isUtf8 = (encoding) => encoding === undefined || kit.regexpExec(/^utf-?8$/i, `${encoding}`) !== null;
    const texts = {
      toString(encoding, start, end) {
        if (!isUtf8(encoding)) return kit.apply(nativeText, this, [encoding, start, end]);
        const from = start > 0 ? kit.min(start, this.length) : 0;
        const to = end === undefined || end > this.length ? this.length : kit.max(end, 0);
        if (to <= from) return "";
        const state = { __proto__: null, need: 0, code: 0, low: 0x80, high: 0xbf };
        const text = kit.decodeUtf8(this.subarray(from, to), state, () => REPLACEMENT);
        return state.need ? text + REPLACEMENT : text;
      },
      inspect() {
        let text = "";
        for (let i = 0; i < kit.min(50, this.length); i++) text += (i ? " " : "") + kit.padStart(kit.numberText(this[i], 16), 2, "0");
        const more = this.length - 50;
        return `<${this.constructor.name}${text === "" ? "" : ` ${text}`}${more > 0 ? ` ... ${more} more byte${more > 1 ? "s" : ""}` : ""}>`;
      },
    };
    prototype.toString = texts.toString;
    prototype.toLocaleString = texts.toString;
    prototype.inspect = texts.inspect;
    prototype[Symbol.for("nodejs.util.inspect.custom")] = texts.inspect;
    delete Buffer.TYPED_ARRAY_SUPPORT;
    for (const holder of [Buffer, prototype]) {
      const names = kit.keys(holder);
      for (let i = 0; i < names.length; i++) {
        const found = kit.descriptor(holder, names[i]);
        if (typeof found.value === "function" && names[i] !== "inspect" && names[i] !== "constructor") holder[names[i]] = worded(found.value, names[i]);
      }
    }
    kit.native("Buffer", 3, Buffer);
  };
})
