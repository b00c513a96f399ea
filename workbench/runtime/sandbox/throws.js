// What the engine throws, dressed as V8's: such errors come from no constructor.
//
// A debugger in the second realm sees each as it is first thrown and dresses it there; it steps through nothing, so it
// costs nothing until something is thrown. That realm's global names are gone by then: nothing in there may look one up.
(function (kit) {
  "use strict";

  kit.watchThrows = () => {
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
      kit.noteSaid(error, said);
      const better = look ? kit.site(said, text, line, column, look) : null;
      const place = better || { line, column };
      if (line) kit.notePlace(error, { __proto__: null, name: "", asynchronous: false, evaluated: column ? 0 : line, line: place.line, column: place.column });
      return better;
    });
  };
})
