// Errors as Node 12 has them: own `stack` and `message`, V8's words, Error.captureStackTrace; and faults, described.
(function (kit) {
  "use strict";
  const words = kit.words;
  const nativeStack = kit.uncurry(kit.descriptor(kit.Error.prototype, "stack").get);
  const raws = new kit.WeakMap(); // errors of the engine: what it said itself
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

  // Gives a fresh error V8's own properties, in V8's order: stack, message.
  function dress(error) {
    const list = words.frames(engineStack(error), kit.max(1, limit()));
    remember(error, list);
    if (limit() === 0) list.length = 0;
    const own = kit.descriptor(error, "message");
    kit.deleteProperty(error, "fileName");
    kit.deleteProperty(error, "lineNumber");
    kit.deleteProperty(error, "columnNumber");
    kit.deleteProperty(error, "message");
    kit.hide(error, "stack", "");
    if (own) kit.hide(error, "message", own.value);
    kit.hide(error, "stack", words.stackText(header(error), list));
    return error;
  }

  function wrap(name) {
    const Native = kit.global[name];
    const kind = {
      [name]: function (message) {
        const parts = arguments.length && message !== undefined ? [message] : [];
        return dress(kit.construct(Native, parts, new.target === undefined ? kind : new.target));
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
        let skip = 0;
        if (typeof above === "function") {
          const name = kit.descriptor(above, "name");
          for (let i = 0; i < list.length; i++) if (name && list[i].name === name.value) skip = i + 1;
        }
        const kept = kit.list();
        for (let i = skip; i < list.length && kept.length < limit(); i++) kit.push(kept, list[i]);
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
      kit.hide(kind.prototype, "toString", kit.errorMethod());
    }
    kit.deleteProperty(kit.Error.prototype, "stack");
    watchThrows();
  };

  // V8 gives each native error prototype a toString of its own.
  const textOf = kit.Error.prototype.toString;
  kit.errorMethod = () => {
    const methods = {
      toString() {
        return kit.apply(textOf, this, []);
      },
    };
    return kit.native("toString", 0, methods.toString);
  };

  // Errors of the engine come from no constructor. A debugger in the second realm sees each as it is first thrown and
  // dresses it there; it steps through nothing, so it costs nothing until something is thrown. That realm's global names
  // are gone by then: nothing in there may look one up.
  function watchThrows() {
    const realm = kit.global.debuggerGlobal;
    if (!realm || !kit.wordsSource) return;
    const watch = realm.eval(`(function (global, source) {
      "use strict";
      const words = (0, eval)(source);
      const own = Object.getOwnPropertyDescriptor(Error.prototype, "stack").get;
      const stackOf = Function.prototype.call.bind(own);
      const debug = new Debugger();
      const tracked = debug.addDebuggee(global);
      const hidden = (value) => ({ value, writable: true, enumerable: false, configurable: true });
      let told = null;
      debug.uncaughtExceptionHook = () => undefined;
      debug.onExceptionUnwind = (frame, value) => {
        if (typeof value !== "object" || value === null || value.isProxy) return undefined;
        const code = value.errorMessageName;
        if (code === undefined) return undefined;
        const first = value.getOwnPropertyDescriptor("fileName");
        const said = value.getOwnPropertyDescriptor("message");
        if (!first || !said || typeof said.value !== "string") return undefined;
        const raw = value.unsafeDereference();
        const text = words.message(said.value);
        const list = words.frames(stackOf(raw) + "", 10);
        for (const name of ["fileName", "lineNumber", "columnNumber", "message"]) value.deleteProperty(name);
        value.defineProperty("stack", hidden(words.stackText(nameOf(value) + ": " + text, list)));
        value.defineProperty("message", hidden(text));
        told(value, said.value, list.length ? list[0].line : 0, list.length ? list[0].column : 0);
        return undefined;
      };
      function nameOf(value) {
        for (let proto = value.proto; proto && !proto.isProxy; proto = proto.proto) {
          const found = proto.getOwnPropertyDescriptor("name");
          if (found) return typeof found.value === "string" ? found.value : "Error";
        }
        return "Error";
      }
      return (tell) => {
        // The debuggee's function runs as the debuggee's: called through its Debugger.Object, never directly.
        const function_ = tracked.makeDebuggeeValue(tell);
        told = (value, said, line, column) => {
          const depth = debug.onExceptionUnwind;
          debug.onExceptionUnwind = undefined;
          try {
            function_.call(undefined, value, said, line, column);
          } finally {
            debug.onExceptionUnwind = depth;
          }
        };
      };
    })`);
    watch(kit.global, kit.wordsSource)((error, said, line, column) => {
      kit.weakSet(raws, error, said);
      if (line) kit.weakSet(places, error, { __proto__: null, name: "", asynchronous: false, evaluated: 0, line, column });
    });
  }

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
    const own = kit.descriptor(error, "stack");
    const stack = own && typeof own.value === "string" ? own.value : "";
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
    if (typeof value !== "object" || value === null) return value;
    const tag = kit.toStringTag(value);
    try {
      if (tag === "[object String]") return kit.stringValue(value);
      if (tag === "[object Number]") return kit.numberValue(value);
      if (tag === "[object Boolean]") return kit.booleanValue(value);
      if (tag === "[object Symbol]") return kit.symbolValue(value);
      if (tag === "[object BigInt]") return kit.bigintValue(value);
    } catch (failure) {
      return value;
    }
    return value;
  }
})
