// Texts as bytes and bytes as texts: UTF-8 and UTF-16, and the TextEncoder and TextDecoder of Node 12's small ICU.
(function (kit) {
  "use strict";
  const { fromCharCode } = kit.String;
  const Bytes = Uint8Array;
  const REPLACEMENT = 0xfffd;

  // Calls `put` with each byte of a text in UTF-8, at most `room` of them, never part of a character: what was read.
  kit.utf8 = (text, room, put) => {
    let written = 0;
    let at = 0;
    while (at < text.length) {
      let code = kit.charCodeAt(text, at);
      let units = 1;
      if (code >= 0xd800 && code < 0xe000) {
        const next = at + 1 < text.length ? kit.charCodeAt(text, at + 1) : 0;
        if (code < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
          code = (code - 0xd800) * 0x400 + next - 0xdc00 + 0x10000;
          units = 2;
        } else code = REPLACEMENT;
      }
      const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      if (written + size > room) break;
      if (size === 1) put(written, code);
      else {
        put(written, (0xf0 << (4 - size)) % 0x100 | (code >> (6 * (size - 1))));
        for (let i = 1; i < size; i++) put(written + i, 0x80 | ((code >> (6 * (size - 1 - i))) & 0x3f));
      }
      written += size;
      at += units;
    }
    return { __proto__: null, read: at, written };
  };

  kit.encodeUtf8 = (text) => {
    const size = kit.utf8(text, Infinity, () => {}).written;
    const bytes = new Bytes(size);
    kit.utf8(text, size, (at, byte) => (bytes[at] = byte));
    return bytes;
  };

  // WHATWG's decoder: each longest part of a broken character becomes one replacement character. `state` carries what
  // is not whole yet from one piece to the next; null where there is only one piece.
  kit.decodeUtf8 = (bytes, state, fault) => {
    let text = "";
    const now = state || { __proto__: null, need: 0, code: 0, low: 0x80, high: 0xbf };
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (now.need === 0) {
        if (byte < 0x80) text += fromCharCode(byte);
        else if (byte >= 0xc2 && byte <= 0xf4) {
          now.need = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
          now.code = byte & (0x3f >> now.need);
          now.low = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
          now.high = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
        } else text += fault();
        continue;
      }
      if (byte < now.low || byte > now.high) {
        now.need = 0;
        text += fault();
        at--;
        continue;
      }
      now.low = 0x80;
      now.high = 0xbf;
      now.code = (now.code << 6) | (byte & 0x3f);
      if (--now.need === 0) {
        const { code } = now;
        text += code < 0x10000 ? fromCharCode(code) : fromCharCode(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + (code & 0x3ff));
      }
    }
    return text;
  };

  function decodeUtf16(bytes, state, fault, isBig) {
    let text = "";
    let held = state.byte;
    for (let at = 0; at < bytes.length; at++) {
      if (held === undefined) {
        held = bytes[at];
        continue;
      }
      const unit = isBig ? (held << 8) | bytes[at] : (bytes[at] << 8) | held;
      held = undefined;
      if (state.lead !== undefined) {
        const { lead } = state;
        state.lead = undefined;
        if (unit >= 0xdc00 && unit < 0xe000) {
          text += fromCharCode(lead, unit);
          continue;
        }
        text += fault();
      }
      if (unit >= 0xd800 && unit < 0xdc00) state.lead = unit;
      else if (unit >= 0xdc00 && unit < 0xe000) text += fault();
      else text += fromCharCode(unit);
    }
    state.byte = held;
    return text;
  }

  const LABELS = { __proto__: null };
  for (const [name, labels] of [
    ["utf-8", "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8"],
    ["utf-16le", "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le"],
    ["utf-16be", "unicodefffe utf-16be"],
  ]) {
    for (const label of labels.split(" ")) LABELS[label] = name;
  }

  // The bytes of an ArrayBuffer or of a view on one.
  function bytesOf(input) {
    if (input === undefined) return new Bytes(0);
    if (kit.isArrayBuffer(input)) return new Bytes(input);
    if (ArrayBuffer.isView(input)) return new Bytes(input.buffer, input.byteOffset, input.byteLength);
    throw kit.nodeError("TypeError", "ERR_INVALID_ARG_TYPE", `The "input" argument must be an instance of ArrayBuffer or ArrayBufferView. ${kit.received(input)}`);
  }

  const INSPECT = Symbol.for("nodejs.util.inspect.custom");
  const showing = (prototype, name, names) =>
    kit.hide(prototype, INSPECT, function () {
      const shown = kit.create({ constructor: { [name]: function () {} }[name] });
      for (let i = 0; i < names.length; i++) shown[names[i]] = this[names[i]];
      return shown;
    });
  kit.showing = showing;

  kit.makeEncoding = () => {
    class TextEncoder {
      get encoding() {
        return "utf-8";
      }
      encode(input = "") {
        return kit.encodeUtf8(`${input}`);
      }
      encodeInto(source, target) {
        const { read, written } = kit.utf8(`${source}`, target.length, (at, byte) => (target[at] = byte));
        return { read, written };
      }
    }
    const states = new kit.WeakMap();
    class TextDecoder {
      constructor(label = "utf-8", options = {}) {
        const encoding = LABELS[kit.toLowerCase(kit.trim(`${label}`))];
        if (encoding === undefined) throw kit.nodeError("RangeError", "ERR_ENCODING_NOT_SUPPORTED", `The "${label}" encoding is not supported`);
        const { fatal, ignoreBOM } = options || {};
        kit.weakSet(states, this, { __proto__: null, encoding, fatal: !!fatal, ignoreBOM: !!ignoreBOM, begun: false, inner: null });
      }
      decode(input, options) {
        const state = kit.weakGet(states, this);
        const bytes = bytesOf(input);
        const stream = !!(options && options.stream);
        const fault = () => {
          if (!state.fatal) return fromCharCode(REPLACEMENT);
          state.inner = null;
          throw kit.nodeError("TypeError", "ERR_ENCODING_INVALID_ENCODED_DATA", `The encoded data was not valid for encoding ${state.encoding}`);
        };
        const is8 = state.encoding === "utf-8";
        const inner = state.inner || (is8 ? { __proto__: null, need: 0, code: 0, low: 0x80, high: 0xbf } : { __proto__: null, byte: undefined, lead: undefined });
        let text = is8 ? kit.decodeUtf8(bytes, inner, fault) : decodeUtf16(bytes, inner, fault, state.encoding === "utf-16be");
        if (!stream && (is8 ? inner.need > 0 : inner.byte !== undefined || inner.lead !== undefined)) text += fault();
        if (!state.begun && text.length && !state.ignoreBOM && kit.charCodeAt(text, 0) === 0xfeff) text = kit.slice(text, 1);
        state.begun = stream && (state.begun || text.length > 0);
        state.inner = stream ? inner : null;
        return text;
      }
      get encoding() {
        return kit.weakGet(states, this).encoding;
      }
      get fatal() {
        return kit.weakGet(states, this).fatal;
      }
      get ignoreBOM() {
        return kit.weakGet(states, this).ignoreBOM;
      }
    }
    showing(TextEncoder.prototype, "TextEncoder", ["encoding"]);
    showing(TextDecoder.prototype, "TextDecoder", ["encoding", "fatal", "ignoreBOM"]);
    return { TextEncoder, TextDecoder };
  };
})
