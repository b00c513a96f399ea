// Errors as Node 12 has them: own `stack` and `message`, Error.captureStackTrace; and what was thrown, described.
(function (kit) {
  "use strict";
  const words = kit.words;
  const nativeStack = kit.uncurry(kit.descriptor(kit.Error.prototype, "stack").get);
  const raws = new kit.WeakMap(); // errors of the engine: what it said itself
  const unwritten = new kit.WeakMap(); // errors whose stack nobody has read yet: their getter
  const places = new kit.WeakMap(); // errors of any kind: line and column in the script
  const DEFAULT_LIMIT = 10;

  const engineStack = (error) => {
    const text = nativeStack(error);
    return typeof text === "string" ? text : "";
  };

  kit.stackHere = () => engineStack(new kit.Error());

  // Where in the script we are called from.
  kit.here = () => {
    const list = words.frames(kit.stackHere(), 1);
    if (list.length === 0) return { __proto__: null, line: undefined, column: undefined };
    return { __proto__: null, line: list[0].evaluated || list[0].line, column: list[0].evaluated ? 1 : list[0].column };
  };

  function limit() {
    const own = kit.descriptor(kit.global.Error, "stackTraceLimit");
    const value = own ? own.value : undefined;
    return typeof value === "number" ? kit.max(0, kit.min(200, value)) : 0;
  }

  // V8's header of a stack: what Error.prototype.toString says, without running into a script's own errors.
  function header(error) {
    try {
      return kit.errorText(error);
    } catch (failure) {
      return "Error";
    }
  }

  function remember(error, list) {
    if (list.length) kit.weakSet(places, error, list[0]);
  }

  // The frames below the call of a function, which V8 leaves out with all above it; all frames where it was not called.
  function below(list, called, most) {
    const name = called ? kit.descriptor(called, "name") : undefined;
    let skip = 0;
    for (let i = 0; i < list.length; i++) if (name && name.value !== "" && list[i].name === name.value) skip = i + 1;
    const kept = kit.list();
    for (let i = skip; i < list.length && kept.length < most; i++) kit.push(kept, list[i]);
    return kept;
  }

  // Gives a fresh error V8's own properties, in V8's order: stack, message.
  function dress(error, made) {
    const list = below(words.frames(engineStack(error), kit.max(1, limit()) + 20), made, kit.max(1, limit()));
    remember(error, list);
    if (limit() === 0) list.length = 0;
    const own = kit.descriptor(error, "message");
    kit.deleteProperty(error, "fileName");
    kit.deleteProperty(error, "lineNumber");
    kit.deleteProperty(error, "columnNumber");
    kit.deleteProperty(error, "message");
    writeWhenRead(error, list);
    if (own) kit.hide(error, "message", own.value);
    return error;
  }

  // V8 writes a stack when it is first read: a `name` given to the error until then stands in its first line.
  function writeWhenRead(error, list) {
    const methods = {
      get stack() {
        const value = words.stackText(header(error), list);
        kit.weakDelete(unwritten, error);
        const own = kit.descriptor(error, "stack");
        if (own && own.get === accessor.get && own.configurable) kit.hide(error, "stack", value);
        return value;
      },
      set stack(value) {
        kit.defineProperty(this, "stack", { __proto__: null, value, writable: true, enumerable: false, configurable: true });
      },
    };
    const accessor = kit.descriptor(methods, "stack");
    kit.weakSet(unwritten, error, accessor.get);
    kit.defineProperty(error, "stack", { __proto__: null, get: accessor.get, set: accessor.set, enumerable: false, configurable: true });
  }

  // The text of an error's own stack, or "": only our own getter is ever called.
  kit.stackOf = (error) => {
    const own = kit.descriptor(error, "stack");
    if (!own) return "";
    if (typeof own.value === "string") return own.value;
    return own.get !== undefined && own.get === kit.weakGet(unwritten, error) ? own.get() : "";
  };

  function wrap(name) {
    const Native = kit.global[name];
    const kind = {
      [name]: function (message) {
        const parts = arguments.length && message !== undefined ? [message] : [];
        const made = new.target === undefined ? kind : new.target;
        return dress(kit.construct(Native, parts, made), made === kind ? undefined : made);
      },
    }[name];
    kit.native(name, 1, kind);
    kit.defineProperty(kind, "prototype", { __proto__: null, value: Native.prototype, writable: false, enumerable: false, configurable: false });
    kit.hide(Native.prototype, "constructor", kind);
    kit.hide(kit.global, name, kind);
    return kind;
  }

  function installStatics(kind) {
    const statics = {
      captureStackTrace(object, above) {
        if ((typeof object !== "object" && typeof object !== "function") || object === null) {
          throw new kit.global.TypeError(`Invalid argument`);
        }
        const list = words.frames(kit.stackHere(), limit() + 20);
        const kept = below(list, typeof above === "function" ? above : undefined, limit());
        const value = words.stackText(header(object), kept);
        kit.defineProperty(object, "stack", { __proto__: null, value, writable: true, enumerable: false, configurable: true });
      },
    };
    kit.hide(kind, "captureStackTrace", kit.native("captureStackTrace", 2, statics.captureStackTrace));
    kit.defineProperty(kind, "stackTraceLimit", { __proto__: null, value: DEFAULT_LIMIT, writable: true, enumerable: true, configurable: true });
  }

  const KINDS = ["EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"];

  kit.installErrors = () => {
    const base = wrap("Error");
    installStatics(base);
    for (let i = 0; i < KINDS.length; i++) {
      const kind = wrap(KINDS[i]);
      kit.setPrototypeOf(kind, base);
      kit.hide(kind.prototype, "toString", kit.Error.prototype.toString); // the same function, as in V8
    }
    kit.deleteProperty(kit.Error.prototype, "stack");
  };

  // What the engine itself said of an error that it threw, or "".
  kit.engineSaid = (error) => (typeof error === "object" && error !== null && kit.weakHas(raws, error) ? kit.weakGet(raws, error) : "");

  kit.noteSaid = (error, said) => kit.weakSet(raws, error, said);
  kit.notePlace = (error, frame) => kit.weakSet(places, error, frame);

  // The same fault in other words; the engine's own text stays known.
  kit.reword = (error, kind, text) => {
    const made = new kind(text);
    kit.weakSet(raws, made, kit.engineSaid(error));
    return made;
  };

  // --- describing what was thrown, for people ---------------------------------------------------------------------

  const isError = (value) => kit.toStringTag(value) === "[object Error]" || kit.weakHas(places, value);

  function field(value, name, fallback) {
    const found = value[name];
    return found === undefined ? fallback : typeof found === "string" ? found : kit.text(found);
  }

  kit.describe = (value) => {
    try {
      if (typeof value === "object" && value !== null && isError(value)) return describeError(value);
      return describeOther(value);
    } catch (failure) {
      return { __proto__: null, name: "Error", message: "a value that cannot be shown", stack: "", raw: "" };
    }
  };

  function describeError(error) {
    const name = field(error, "name", "Error");
    const text = field(error, "message", "");
    const said = kit.weakHas(raws, error) ? kit.weakGet(raws, error) : text;
    const place = kit.weakHas(places, error) ? kit.weakGet(places, error) : words.frames(engineStack(error), 1)[0];
    const shown = said === text && place === undefined ? words.message(text) : text;
    const stack = kit.stackOf(error);
    return {
      __proto__: null,
      name,
      message: name ? (shown ? `${name}: ${shown}` : name) : shown,
      line: place ? place.evaluated || place.line : null,
      column: place && !place.evaluated ? place.column : null,
      stack,
      raw: said,
    };
  }

  function describeOther(value) {
    const text = kit.inspect(unboxed(value));
    return { __proto__: null, name: "", message: text, line: null, column: null, stack: "", raw: text };
  }

  // A thrown primitive comes through the host as an object around it.
  function unboxed(value) {
    const box = typeof value === "object" && value !== null ? kit.boxed(value) : null;
    return box === null ? value : box.value;
  }
})
