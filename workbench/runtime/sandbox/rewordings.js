// Builtins of which one fault of the engine is several of V8's: what was asked for tells which.
(function (kit) {
  "use strict";
  const { words } = kit;

  kit.installRewordings = () => {
    installJSON();
    installRanges();
  };

  // JSON's faults name the character or the circle, which the engine does not tell: they are looked for once more.
  function installJSON() {
    const { SyntaxError, TypeError } = kit.global;
    const methods = {
      parse(text, reviver) {
        const source = typeof text === "string" ? text : `${text}`;
        try {
          return kit.parse(source, reviver);
        } catch (error) {
          if (!kit.startsWith(kit.engineSaid(error), "JSON.parse: ")) throw error;
          throw kit.reword(error, SyntaxError, words.jsonFault(source));
        }
      },
      stringify(value, replacer, space) {
        try {
          return kit.stringify(value, replacer, space);
        } catch (error) {
          if (kit.engineSaid(error) !== "cyclic object value") throw error;
          throw kit.reword(error, TypeError, circle(value, replacer));
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
            if (!kit.startsWith(kit.engineSaid(error), "precision ")) throw error;
            throw kit.reword(error, RangeError, `${name}() argument must be between ${low} and 100`);
          }
        },
      };
      kit.hide(Number.prototype, name, kit.native(name, 1, methods[name]));
    }
  }
})
