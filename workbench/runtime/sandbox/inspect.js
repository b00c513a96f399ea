// How console.log shows a value: the layout of Node 12's util.inspect, written anew.
(function (kit) {
  "use strict";
  const DEPTH = 2;
  const CUSTOM = Symbol.for("nodejs.util.inspect.custom");
  const HARD_LIMIT = 200000; // characters: beyond this nobody reads on

  const identifier = /^[a-zA-Z_][a-zA-Z_0-9]*$/;
  const isIdentifier = (text) => kit.regexpExec(identifier, text) !== null;

  function escaped(text, quote) {
    let result = "";
    for (let i = 0; i < text.length; i++) {
      const code = kit.charCodeAt(text, i);
      const character = text[i];
      if (character === quote || character === "\\") result += `\\${character}`;
      else if (code === 8) result += "\\b";
      else if (code === 9) result += "\\t";
      else if (code === 10) result += "\\n";
      else if (code === 12) result += "\\f";
      else if (code === 13) result += "\\r";
      else if (code < 32) result += `\\u${kit.padStart(kit.numberText(code, 16), 4, "0")}`;
      else result += character;
    }
    return result;
  }

  function quoted(text) {
    let quote = "'";
    if (kit.indexOf(text, "'") >= 0) {
      if (kit.indexOf(text, '"') < 0) quote = '"';
      else if (kit.indexOf(text, "`") < 0 && kit.indexOf(text, "${") < 0) quote = "`";
    }
    return quote + escaped(text, quote) + quote;
  }

  function primitive(value, room) {
    if (typeof value === "string") return longText(value, room);
    if (typeof value === "number") return kit.is(value, -0) ? "-0" : `${value}`;
    if (typeof value === "bigint") return `${kit.bigintText(value)}n`;
    return kit.text(value);
  }

  // A long text inside an object is shown in pieces, one a line, where it has line breaks.
  function longText(value, room) {
    if (room && value.length > 16 && value.length > kit.lineWidth - room.indentation - 4) {
      const lines = kit.list();
      for (let from = 0; from < value.length; ) {
        const at = kit.indexOf(value, "\n", from);
        const to = at < 0 ? value.length : at + 1;
        kit.push(lines, quoted(kit.slice(value, from, to)));
        from = to;
      }
      if (lines.length > 1) return kit.join(lines, ` +\n${kit.repeat(" ", room.indentation + 2)}`);
    }
    return quoted(value);
  }

  function tagOf(object, name) {
    let tag;
    try {
      tag = object[Symbol.toStringTag];
    } catch (error) {
      return "";
    }
    if (kit.hasOwn(object, Symbol.toStringTag) && kit.isEnumerable(object, Symbol.toStringTag)) return ""; // shown anyway
    return typeof tag === "string" && tag !== "" && tag !== name ? tag : "";
  }

  function prefix(name, tag, fallback) {
    if (name === null) return tag ? `[${fallback}: null prototype] [${tag}] ` : `[${fallback}: null prototype] `;
    return tag ? `${name} [${tag}] ` : `${name} `;
  }

  // `room` is the state of one call: what is being shown (for cycles), how deep, how far right.
  function show(value, room, depth) {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return primitive(value, room);
    if (room.spent > HARD_LIMIT) return "…";
    const custom = customText(value, room, depth);
    if (custom !== undefined) return custom;
    for (let i = 0; i < room.open.length; i++) if (room.open[i] === value) return "[Circular]";
    return object(value, room, depth);
  }

  function customText(value, room, depth) {
    const custom = value[CUSTOM];
    if (typeof custom !== "function") return undefined;
    const left = room.depth === null ? null : room.depth - depth;
    const result = kit.apply(custom, value, [left, { depth: left }]);
    if (result === value) return undefined;
    return typeof result === "string" ? replaceBreaks(result, room.indentation) : show(result, room, depth);
  }

  function replaceBreaks(text, indentation) {
    let result = "";
    for (let i = 0; i < text.length; i++) result += text[i] === "\n" ? `\n${kit.repeat(" ", indentation)}` : text[i];
    return result;
  }

  function keysOf(value, room, isList) {
    const found = kit.list();
    const all = room.hidden && typeof value === "function" ? functionKeys(value) : kit.ownKeys(value);
    for (let i = 0; i < all.length; i++) {
      const key = all[i];
      if (isList && typeof key === "string" && kit.regexpExec(/^(?:0|[1-9]\d*)$/, key)) continue;
      if (room.hidden || kit.isEnumerable(value, key)) kit.push(found, key);
    }
    return found;
  }

  // The engine makes a function's own properties when they are asked for; V8 has them from the start, in this order.
  function functionKeys(value) {
    const found = kit.list();
    const isClass = kit.startsWith(kit.functionText(value), "class");
    const first = isClass ? ["length", "prototype"] : ["length", "name", "prototype"];
    for (let i = 0; i < first.length; i++) if (kit.hasOwn(value, first[i])) kit.push(found, first[i]);
    const all = kit.ownKeys(value);
    for (let i = 0; i < all.length; i++) if (all[i] !== "length" && all[i] !== "name" && all[i] !== "prototype") kit.push(found, all[i]);
    if (isClass && kit.hasOwn(value, "name")) kit.push(found, "name");
    return found;
  }

  // What kind of thing it is: how it opens and closes, and which entries it has of its own.
  function form(value, room, depth) {
    const name = kit.constructorName(value);
    const tag = tagOf(value, name);
    if (kit.isArray(value)) {
      const head = name === "Array" && tag === "" ? "" : `${kit.trim(prefix(name, tag, "Array"))}(${value.length}) `;
      const keys = keysOf(value, room, true);
      return { open: `${head}[`, close: "]", keys, entries: arrayEntries, list: true, bare: value.length === 0 && keys.length === 0 ? `${head}[]` : null };
    }
    if (kit.isSet(value)) {
      const keys = keysOf(value, room);
      const head = prefix(name, tag, "Set");
      return { open: `${head}{`, close: "}", keys, entries: setEntries, bare: kit.setSize(value) === 0 && keys.length === 0 ? `${head}{}` : null };
    }
    if (kit.isMap(value)) {
      const keys = keysOf(value, room);
      const head = prefix(name, tag, "Map");
      return { open: `${head}{`, close: "}", keys, entries: mapEntries, bare: kit.mapSize(value) === 0 && keys.length === 0 ? `${head}{}` : null };
    }
    const typed = kit.typedTag(value);
    if (typed !== undefined) {
      const keys = keysOf(value, room, true);
      let head = prefix(name, tag === typed ? "" : tag, typed);
      const length = kit.typedLength(value);
      head = `${kit.trim(head)}(${length}) `;
      return { open: `${head}[`, close: "]", keys, entries: typedEntries, list: true, bare: length === 0 && keys.length === 0 ? `${head}[]` : null };
    }
    const keys = keysOf(value, room);
    if (typeof value === "function") {
      const text = functionHead(value, name, tag);
      return { open: `${text} {`, close: "}", keys, bare: keys.length === 0 ? text : null };
    }
    if (kit.toStringTag(value) === "[object Arguments]" && tag === "") {
      return { open: "[Arguments] {", close: "}", keys, bare: keys.length === 0 ? "[Arguments] {}" : null };
    }
    if (kit.isRegExp(value)) {
      const text = kit.regexpText(value);
      return { open: `${text} {`, close: "}", keys, bare: keys.length === 0 ? text : null };
    }
    if (kit.isDate(value)) {
      const text = kit.dateValue(value) !== kit.dateValue(value) ? "Invalid Date" : kit.dateISO(value);
      return { open: `${text} {`, close: "}", keys, bare: keys.length === 0 ? text : null };
    }
    if (kit.isErrorValue(value)) return errorForm(value, keys, room, name, tag);
    const boxed = boxForm(value, name, tag, room);
    if (boxed) return boxed;
    if (kit.toStringTag(value) === "[object Promise]" && value instanceof kit.Promise) {
      return { open: `${prefix(name, tag, "Promise")}{`, close: "}", keys, entries: promiseEntries, bare: null };
    }
    if (kit.isWeakMap(value)) return { open: `${prefix(name, "", "WeakMap")}{`, close: "}", keys, entries: hiddenEntries, bare: null };
    if (kit.isWeakSet(value)) return { open: `${prefix(name, "", "WeakSet")}{`, close: "}", keys, entries: hiddenEntries, bare: null };
    if (kit.isArrayBuffer(value)) return { open: `${prefix(name, "", "ArrayBuffer")}{`, close: "}", keys, entries: bufferEntries, bare: null };
    if (kit.isView(value)) return { open: `${prefix(name, tag, "DataView")}{`, close: "}", keys, entries: viewEntries, bare: null };
    const origin = kit.iteratorOrigin(value);
    if (origin) return { open: `[${origin.isMap ? "Map" : "Set"} ${origin.kind === "entries" ? "Entries" : "Iterator"}] {`, close: "}", keys, entries: originEntries, bare: null };
    const head = name === "Object" && tag === "" ? "" : prefix(name, tag, "Object");
    return { open: `${head}{`, close: "}", keys, bare: keys.length === 0 ? `${head}{}` : null };
  }

  function functionHead(value, name, tag) {
    const own = kit.descriptor(value, "name");
    const called = own && typeof own.value === "string" ? own.value : "";
    const kind = name === null ? "Function" : name;
    if (kit.startsWith(kit.functionText(value), "class")) return classHead(value, called, name, tag);
    let text = called === "" ? `[${kind}]` : `[${kind}: ${called}]`;
    if (name === null) text += " [null prototype]";
    return tag === "" || tag === kind ? text : `${text} [${tag}]`;
  }

  function classHead(value, called, name, tag) {
    let text = `[class ${called === "" ? "(anonymous)" : called}`;
    if (name !== "Function" && name !== null) text += ` [${name}]`;
    if (tag !== "" && name !== tag) text += ` [${tag}]`;
    const above = kit.prototypeOf(value);
    const own = name === null || above === null ? undefined : kit.descriptor(above, "name");
    if (name === null || above === null) text += " extends [null prototype]";
    else if (own && typeof own.value === "string" && own.value !== "") text += ` extends ${own.value}`;
    return `${text}]`;
  }

  // An error shows its stack; properties that the stack already tells are left out.
  function errorForm(value, keys, room, name, tag) {
    const called = value.name === undefined || value.name === null ? "Error" : kit.text(value.name);
    let text = kit.stackOf(value) || kit.errorText(value);
    const rest = kit.list();
    for (let i = 0; i < keys.length; i++) {
      const told = keys[i] === "name" || keys[i] === "message" || keys[i] === "stack";
      if (room.hidden || !told || kit.indexOf(text, `${value[keys[i]]}`) < 0) kit.push(rest, keys[i]);
    }
    text = withClass(text, called, name, tag);
    const message = typeof value.message === "string" ? value.message : "";
    const from = message === "" ? 0 : kit.max(0, kit.indexOf(text, message) + message.length);
    if (kit.indexOf(text, "\n    at", from) < 0) text = `[${text}]`;
    if (room.indentation) text = replaceBreaks(text, room.indentation);
    return { open: `${text} {`, close: "}", keys: rest, bare: rest.length === 0 ? text : null };
  }

  // The class of an error stands before its text where the text begins with a plainer name.
  function withClass(text, called, name, tag) {
    const next = text[called.length];
    const isPlain = kit.endsWith(called, "Error") && kit.startsWith(text, called) && (next === undefined || next === ":" || next === "\n");
    if (!isPlain && name !== null) return text;
    let plain = called;
    if (name === null) {
      const start = kit.regexpExec(/^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n\s+at)/, text) || kit.regexpExec(/^([a-z_A-Z0-9-]*Error)$/, text);
      plain = start ? start[1] : "";
    }
    const head = kit.slice(prefix(name, tag, plain || "Error"), 0, -1);
    if (called === head) return text;
    if (kit.indexOf(head, called) < 0) return `${head} [${called}]${kit.slice(text, plain.length)}`;
    return plain === "" ? `${head}: ${text}` : head + kit.slice(text, plain.length);
  }

  function boxForm(value, name, tag, room) {
    const box = kit.boxed(value);
    if (box === null) return null;
    const { kind } = box;
    const text = `[${kind}${name === null ? " (null prototype)" : name !== kind ? ` (${name})` : ""}: ${primitive(box.value)}]${tag && tag !== kind ? ` [${tag}]` : ""}`;
    const keys = keysOf(value, room, kind === "String");
    return { open: `${text} {`, close: "}", keys, bare: keys.length === 0 ? text : null };
  }

  function more(rest) {
    return `... ${rest} more item${rest > 1 ? "s" : ""}`;
  }

  function arrayEntries(value, room, depth, out) {
    const limit = kit.min(kit.mostItems, value.length);
    let shown = 0;
    let index = 0;
    while (index < value.length && shown < limit) {
      if (!kit.hasOwn(value, index)) {
        const start = index;
        while (index < value.length && !kit.hasOwn(value, index)) {
          index++;
          if (index - start > 1000000) index = value.length;
        }
        const holes = index - start;
        kit.push(out, `<${holes} empty item${holes > 1 ? "s" : ""}>`);
      } else {
        kit.push(out, property(value, `${index}`, room, depth, true));
        index++;
      }
      shown++;
    }
    if (index < value.length) kit.push(out, more(value.length - index));
  }

  function typedEntries(value, room, depth, out) {
    const length = kit.typedLength(value);
    for (let i = 0; i < kit.min(kit.mostItems, length); i++) kit.push(out, primitive(value[i]));
    if (length > kit.mostItems) kit.push(out, more(length - kit.mostItems));
    if (!room.hidden) return;
    for (const part of ["BYTES_PER_ELEMENT", "length", "byteLength", "byteOffset"]) kit.push(out, `[${part}]: ${primitive(value[part])}`);
    kit.push(out, `[buffer]: ArrayBuffer { byteLength: ${primitive(value.buffer.byteLength)} }`);
  }

  function setEntries(value, room, depth, out) {
    room.indentation += 2;
    kit.setForEach(value, (item) => kit.push(out, show(item, room, depth + 1)));
    if (room.hidden) kit.push(out, `[size]: ${kit.setSize(value)}`);
    room.indentation -= 2;
  }

  function mapEntries(value, room, depth, out) {
    room.indentation += 2;
    kit.mapForEach(value, (item, key) => kit.push(out, `${show(key, room, depth + 1)} => ${show(item, room, depth + 1)}`));
    if (room.hidden) kit.push(out, `[size]: ${kit.mapSize(value)}`);
    room.indentation -= 2;
  }

  function promiseEntries(value, room, depth, out) {
    const state = kit.promiseState ? kit.promiseState(value) : ["pending"];
    if (state[0] === "pending") {
      kit.push(out, "<pending>");
      return;
    }
    room.indentation += 2;
    const text = show(state[1], room, depth + 1);
    room.indentation -= 2;
    kit.push(out, state[0] === "rejected" ? `<rejected> ${text}` : text);
  }

  function viewEntries(value, room, depth, out) {
    room.indentation += 2;
    for (const part in kit.viewParts) kit.push(out, `${part}: ${show(kit.viewParts[part](value), room, depth + 1)}`);
    room.indentation -= 2;
  }

  // What an iterator of a Map or Set goes through.
  function originEntries(value, room, depth, out) {
    const { source, kind, isMap: ofMap } = kit.iteratorOrigin(value);
    room.indentation += 2;
    (ofMap ? kit.mapForEach : kit.setForEach)(source, (item, key) => {
      const text = kind === "entries" ? `[ ${show(key, room, depth + 1)}, ${show(item, room, depth + 1)} ]` : show(kind === "keys" ? key : item, room, depth + 1);
      kit.push(out, text);
    });
    room.indentation -= 2;
  }

  function hiddenEntries(value, room, depth, out) {
    kit.push(out, "<items unknown>");
  }

  function bufferEntries(value, room, depth, out) {
    const bytes = new Uint8Array(value);
    let text = "";
    for (let i = 0; i < kit.min(50, bytes.length); i++) text += (i ? " " : "") + kit.padStart(kit.numberText(bytes[i], 16), 2, "0");
    if (bytes.length > 50) text += ` ... ${bytes.length - 50} more byte${bytes.length > 51 ? "s" : ""}`;
    kit.push(out, `[Uint8Contents]: <${text}>`);
    kit.push(out, `byteLength: ${primitive(bytes.length)}`);
  }

  function property(value, key, room, depth, isItem) {
    const found = kit.descriptor(value, key) || { value: value[key], enumerable: true };
    let text;
    if ("value" in found) {
      room.indentation += 2;
      text = show(found.value, room, depth + 1);
      room.indentation -= 2;
    } else if (found.get !== undefined) text = found.set !== undefined ? "[Getter/Setter]" : "[Getter]";
    else text = found.set !== undefined ? "[Setter]" : "undefined";
    if (isItem) return text;
    let label;
    if (!found.enumerable) label = `[${typeof key === "symbol" ? kit.symbolText(key) : escaped(key, "")}]`;
    else if (typeof key === "symbol") label = `[${escaped(kit.symbolText(key), "")}]`;
    else if (isIdentifier(key)) label = key;
    else label = quoted(key);
    return `${label}: ${text}`;
  }

  function object(value, room, depth) {
    const { open, close, keys, entries, list, bare } = form(value, room, depth);
    if (bare !== null) return bare;
    if (room.depth !== null && depth > room.depth) {
      const name = kit.constructorName(value);
      return kit.isArray(value) ? "[Array]" : `[${name === null ? "Object: null prototype" : name}]`;
    }
    kit.push(room.open, value);
    room.levels = depth;
    const output = kit.list();
    if (entries) entries(value, room, depth, output);
    for (let i = 0; i < keys.length; i++) kit.push(output, property(value, keys[i], room, depth, false));
    room.open.length--;
    const text = kit.layout(output, open, close, room, depth, list ? value : undefined);
    room.spent += text.length;
    return text;
  }

  kit.inspect = (value, depth, hidden) => {
    const room = { __proto__: null, open: kit.list(), depth: depth === undefined ? DEPTH : depth, hidden: hidden === true, indentation: 0, levels: 0, spent: 0 };
    return show(value, room, 0);
  };
})
