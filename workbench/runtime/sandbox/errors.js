// Errors as Node 12 has them: own `stack` and `message`, V8's words, Error.captureStackTrace; and faults, described.
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
    installJSON();
    installRanges();
    kit.deleteProperty(kit.Error.prototype, "stack");
    watchThrows();
  };

  const engineSaid = (error) => (typeof error === "object" && error !== null && kit.weakHas(raws, error) ? kit.weakGet(raws, error) : "");

  // The same fault in other words; the engine's own text stays known.
  function reword(error, kind, text) {
    const made = new kind(text);
    kit.weakSet(raws, made, engineSaid(error));
    return made;
  }

  // JSON's faults name the character or the circle, which the engine does not tell: they are looked for once more.
  function installJSON() {
    const { SyntaxError, TypeError } = kit.global;
    const methods = {
      parse(text, reviver) {
        const source = typeof text === "string" ? text : `${text}`;
        try {
          return kit.parse(source, reviver);
        } catch (error) {
          if (!kit.startsWith(engineSaid(error), "JSON.parse: ")) throw error;
          throw reword(error, SyntaxError, words.jsonFault(source));
        }
      },
      stringify(value, replacer, space) {
        try {
          return kit.stringify(value, replacer, space);
        } catch (error) {
          if (engineSaid(error) !== "cyclic object value") throw error;
          throw reword(error, TypeError, circle(value, replacer));
        }
      },
    };
    kit.hide(JSON, "parse", kit.native("parse", 2, methods.parse));
    kit.hide(JSON, "stringify", kit.native("stringify", 3, methods.stringify));
  }

  // Which way leads back to an object that is still being written; walked by a replacer, so exactly as JSON walks.
  function circle(value, replacer) {
    const open = kit.list();
    const found = { __proto__: null, text: "" };
    const chosen = kit.isArray(replacer) ? replacer : null;
    const isChosen = (holder, key) => {
      if (chosen === null || key === "" || kit.isArray(holder)) return true;
      for (let i = 0; i < chosen.length; i++) if (`${chosen[i]}` === key) return true;
      return false;
    };
    function step(key, given) {
      const next = typeof replacer === "function" ? kit.apply(replacer, this, [key, given]) : isChosen(this, key) ? given : undefined;
      if (typeof next !== "object" || next === null) return next;
      while (open.length > 0 && open[open.length - 1].object !== this) open.length--;
      const label = kit.isArray(this) || kit.regexpExec(/^(?:0|[1-9]\d{0,8})$/, key) ? `index ${key}` : key === "" ? "<anonymous>" : `property '${key}'`;
      for (let i = 0; i < open.length; i++) {
        if (open[i].object === next) {
          found.text = circleText(open, i, label);
          throw found;
        }
      }
      kit.push(open, { __proto__: null, object: next, label });
      return next;
    }
    try {
      kit.stringify(value, step);
    } catch (failure) {
      if (failure !== found) throw failure;
    }
    return `Converting circular structure to JSON${found.text}`;
  }

  const nameOf = (object) => kit.constructorName(object) || "Object";

  function circleText(open, start, closing) {
    const rest = open.length - start - 1;
    let text = `\n    --> starting at object with constructor '${nameOf(open[start].object)}'`;
    for (let i = 1; i <= rest; i++) {
      if (i === 3 && rest > 3) text += "\n    |     ...";
      if (i < 3 || i === rest) text += `\n    |     ${open[start + i].label} -> object with constructor '${nameOf(open[start + i].object)}'`;
    }
    return `${text}\n    --- ${closing} closes the circle`;
  }

  // One text of the engine stands for three of V8's.
  function installRanges() {
    const { RangeError } = kit.global;
    for (const [name, low] of [["toExponential", 0], ["toPrecision", 1]]) {
      const native = Number.prototype[name];
      const methods = {
        [name](digits) {
          try {
            return kit.apply(native, this, [digits]);
          } catch (error) {
            if (!kit.startsWith(engineSaid(error), "precision ")) throw error;
            throw reword(error, RangeError, `${name}() argument must be between ${low} and 100`);
          }
        },
      };
      kit.hide(Number.prototype, name, kit.native(name, 1, methods[name]));
    }
  }

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
      debug.uncaughtExceptionHook = Function.prototype; // native: runs where the stack is all but used up
      debug.onExceptionUnwind = (frame, value) => {
        if (typeof value !== "object" || value === null || value.isProxy) return undefined;
        const code = value.errorMessageName;
        if (code === undefined) return undefined;
        const first = value.getOwnPropertyDescriptor("fileName");
        const said = value.getOwnPropertyDescriptor("message");
        if (!first || !said || typeof said.value !== "string") return undefined;
        const raw = value.unsafeDereference();
        let text = words.message(said.value, frame.callee && frame.callee.name);
        const list = words.frames(stackOf(raw) + "", 10);
        const mine = list.length && !list[0].evaluated && frame.script && frame.script.url === "script.js";
        thrower = mine ? frame : null;
        const [line, column] = !list.length ? [0, 0] : list[0].evaluated ? [list[0].evaluated, 0] : [list[0].line, list[0].column];
        const better = told(value, said.value, text, mine, line, column);
        thrower = null;
        if (better) {
          text = better.text;
          list[0].line = better.line;
          list[0].column = better.column;
        }
        for (const name of ["fileName", "lineNumber", "columnNumber", "message"]) value.deleteProperty(name);
        value.defineProperty("stack", hidden(words.stackText(nameOf(value) + ": " + text, list)));
        value.defineProperty("message", hidden(text));
        return undefined;
      };
      // A name and plain properties in the frame that threw, as "kind, text, name"; no getter and no proxy is asked.
      const ownTexts = { __proto__: null, Array: true, Date: true, RegExp: true, Number: true, String: true, Boolean: true };
      let thrower = null;
      function look(way) {
        try {
          const path = way.split("\u0001");
          let value;
          if (path[0] === "this") value = thrower.this;
          else if (path[0] === "arguments") {
            value = thrower.arguments[path[1]];
            path.splice(1, 1);
          } else {
            const scope = thrower.environment.find(path[0]);
            if (!scope) return "";
            value = scope.getVariable(path[0]);
          }
          for (let i = 1; i < path.length; i++) {
            if (typeof value !== "object" || value === null || value.isProxy) return "";
            let found;
            for (let at = value; at && !found; at = at.proto) found = at.isProxy ? { get: true } : at.getOwnPropertyDescriptor(path[i]);
            if (found && !("value" in found)) return "";
            value = found ? found.value : undefined;
          }
          return shown(value);
        } catch (failure) {
          return "";
        }
      }
      function shown(value) {
        if (value === null) return "null\u0001null\u0001";
        if (typeof value !== "object") return typeof value === "symbol" ? "symbol\u0001" + value.toString() + "\u0001" : typeof value + "\u0001" + value + "\u0001";
        if (value.optimizedOut || value.uninitialized || value.missingArguments) return "";
        if (value.callable) return "function\u0001" + (value.script ? value.script.source.text.slice(value.script.sourceStart, value.script.sourceStart + value.script.sourceLength) : "") + "\u0001" + (value.name || "");
        if (ownTexts[value.class]) return "object\u0001[object " + value.class + "]\u0001";
        let name = "Object";
        for (let at = value; at; at = at.proto) {
          const made = at.isProxy ? undefined : at.getOwnPropertyDescriptor("constructor");
          if (made && made.value && made.value.name) {
            name = made.value.name;
            break;
          }
        }
        return "object\u0001#<" + name + ">\u0001" + name;
      }
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
        const looking = tracked.makeDebuggeeValue(look);
        told = (value, said, text, mine, line, column) => {
          const depth = debug.onExceptionUnwind;
          debug.onExceptionUnwind = undefined;
          try {
            const done = function_.call(undefined, value, said, text, mine ? looking : undefined, line, column);
            const better = done && done.return;
            return typeof better === "object" && better !== null ? better.unsafeDereference() : null;
          } finally {
            debug.onExceptionUnwind = depth;
          }
        };
        return (promise) => {
          const seen = tracked.makeDebuggeeValue(promise);
          const state = seen.promiseState;
          if (state === "pending") return [state];
          const settled = state === "fulfilled" ? seen.promiseValue : seen.promiseReason;
          return [state, typeof settled === "object" && settled !== null ? settled.unsafeDereference() : settled];
        };
      };
    })`);
    kit.promiseState = watch(kit.global, kit.wordsSource)((error, said, text, look, line, column) => {
      kit.weakSet(raws, error, said);
      const better = look ? kit.site(said, text, line, column, look) : null;
      const place = better || { line, column };
      if (line) kit.weakSet(places, error, { __proto__: null, name: "", asynchronous: false, evaluated: column ? 0 : line, line: place.line, column: place.column });
      return better;
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
