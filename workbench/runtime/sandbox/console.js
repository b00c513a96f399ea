// The console a script finds: records each line, formatted as Node 12 prints it, until the limit is reached.
(function (kit) {
  "use strict";
  const counts = new kit.Map();
  const timers = new kit.Map();
  let indentation = "";
  let open = true;

  function emit(level, text) {
    let whole = text;
    if (indentation !== "") {
      whole = indentation;
      for (let i = 0; i < text.length; i++) whole += text[i] === "\n" ? `\n${indentation}` : text[i];
    }
    open = kit.host.console(level, kit.stringify(kit.cut(whole, 1048576)));
  }

  function format(parts) {
    if (parts.length === 0) return "";
    let text = "";
    let next = 0;
    if (typeof parts[0] === "string") {
      if (parts.length === 1) return parts[0];
      const filled = fill(parts);
      text = filled.text;
      next = filled.next;
    }
    for (; next < parts.length; next++) {
      const part = parts[next];
      text += (next ? " " : "") + (typeof part === "string" ? part : kit.inspect(part));
    }
    return text;
  }

  // printf-like marks in the first argument: %s %d %i %f %j %o %O %c %%.
  function fill(parts) {
    const model = parts[0];
    let text = "";
    let next = 1;
    for (let i = 0; i < model.length; i++) {
      const mark = model[i + 1];
      if (model[i] !== "%" || mark === undefined) {
        text += model[i];
        continue;
      }
      if (mark === "%") {
        text += "%";
        i++;
      } else if (next < parts.length && kit.indexOf("sdifjoOc", mark) >= 0) {
        text += filling(mark, parts[next++]);
        i++;
      } else text += "%";
    }
    return { __proto__: null, text, next };
  }

  function filling(mark, part) {
    if (mark === "s") return asText(part);
    if (mark === "j") return asJSON(part);
    if (mark === "o") return kit.inspect(part, 4, true);
    if (mark === "O") return kit.inspect(part);
    if (mark === "c") return "";
    if (typeof part === "bigint") return mark === "f" ? asNumber(kit.global.parseFloat(part)) : `${part}n`;
    if (typeof part === "symbol") return "NaN";
    if (mark === "d") return asNumber(typeof part === "object" ? kit.Number(part) : +part);
    return asNumber(mark === "i" ? kit.parseInt(part) : kit.parseFloat(part));
  }
  kit.parseInt = parseInt;
  kit.parseFloat = parseFloat;
  const asNumber = (number) => (kit.is(number, -0) ? "-0" : `${number}`);

  function asText(part) {
    if (typeof part === "bigint") return `${part}n`;
    if (typeof part === "number") return asNumber(part);
    if (typeof part !== "object" || part === null) return kit.text(part);
    return hasOwnText(part) ? `${part.toString()}` : kit.inspect(part, 0);
  }

  // Whether an object has a toString of its own making: not that of a builtin class.
  function hasOwnText(value) {
    if (typeof value.toString !== "function") return false;
    let holder = value;
    while (holder !== null && !kit.hasOwn(holder, "toString")) holder = kit.prototypeOf(holder);
    if (holder === value || holder === null) return holder === value;
    const made = kit.descriptor(holder, "constructor");
    return !(made && typeof made.value === "function" && kit.hasOwn(builtins, kit.text(made.value.name)));
  }
  const builtins = kit.record({});
  for (const name of Object.getOwnPropertyNames(kit.global)) if (/^[A-Z][a-zA-Z0-9]+$/.test(name)) builtins[name] = true;

  function asJSON(part) {
    try {
      return `${kit.stringify(part)}`;
    } catch (error) {
      if (kit.indexOf(kit.describe(error).message, "circular") >= 0) return "[Circular]";
      throw error;
    }
  }

  const at = (level) => (...parts) => {
    if (open) emit(level, format(parts));
  };
  const label = (name) => (name === undefined ? "default" : `${name}`);

  function elapsed(name, parts) {
    if (!kit.mapHas(timers, name)) return;
    const span = kit.uptime() - kit.mapGet(timers, name);
    const shown = span >= 1000 ? `${kit.toFixed(span / 1000, 3)}s` : `${kit.toFixed(span, 3)}ms`;
    emit("log", `${name}: ${shown}${parts.length ? ` ${format(parts)}` : ""}`);
  }
  kit.toFixed = kit.uncurry(kit.Number.prototype.toFixed);

  // A table of rows, ruled as Node rules it; the items of a Map or Set are numbered as they are gone through.
  function table(given, only) {
    let rows = given;
    const heads = kit.list();
    const isMap = kit.isMap(given);
    const counted = isMap || kit.isSet(given);
    kit.push(heads, counted ? "(iteration index)" : "(index)");
    const lines = kit.list();
    if (counted) {
      rows = kit.list();
      (isMap ? kit.mapForEach : kit.setForEach)(given, (item, key) => kit.push(rows, { __proto__: null, key, item }));
      if (isMap) kit.push(heads, "Key");
    }
    const keys = kit.keys(rows);
    let values = false;
    for (let i = 0; i < keys.length; i++) {
      const row = counted ? rows[keys[i]].item : rows[keys[i]];
      const cells = kit.record({ [heads[0]]: keys[i] });
      if (isMap) cells.Key = kit.inspect(rows[keys[i]].key, 0);
      if (typeof row === "object" && row !== null && !counted) {
        const names = only || kit.keys(row);
        for (let n = 0; n < names.length; n++) {
          if (!kit.hasOwn(row, names[n])) continue;
          let known = false;
          for (let h = 0; h < heads.length; h++) known = known || heads[h] === names[n];
          if (!known) kit.push(heads, names[n]);
          cells[names[n]] = kit.inspect(row[names[n]], 0);
        }
      } else {
        values = true;
        cells.Values = kit.inspect(row, 0);
      }
      kit.push(lines, cells);
    }
    if (values) kit.push(heads, "Values");
    return ruled(heads, lines);
  }

  function ruled(heads, lines) {
    const widths = kit.list();
    for (let h = 0; h < heads.length; h++) {
      let width = heads[h].length;
      for (let i = 0; i < lines.length; i++) width = kit.max(width, (lines[i][heads[h]] || "").length);
      kit.push(widths, width + 2);
    }
    const rule = (left, middle, right) => {
      const parts = kit.list();
      for (let h = 0; h < heads.length; h++) kit.push(parts, kit.repeat("─", widths[h]));
      return left + kit.join(parts, middle) + right;
    };
    const row = (cell) => {
      const parts = kit.list();
      for (let h = 0; h < heads.length; h++) {
        const text = cell(heads[h]);
        const left = kit.floor((widths[h] - text.length) / 2);
        kit.push(parts, kit.repeat(" ", left) + text + kit.repeat(" ", widths[h] - text.length - left));
      }
      return `│${kit.join(parts, "│")}│`;
    };
    let text = `${rule("┌", "┬", "┐")}\n${row((head) => head)}\n${rule("├", "┼", "┤")}\n`;
    for (let i = 0; i < lines.length; i++) text += `${row((head) => lines[i][head] || "")}\n`;
    return text + rule("└", "┴", "┘");
  }

  const methods = {
    log: at("log"),
    warn: at("warn"),
    dir(value, options) {
      if (open) emit("log", kit.inspect(value, options && options.depth, options && options.showHidden));
    },
    time(name) {
      kit.mapSet(timers, label(name), kit.uptime());
    },
    timeEnd(name) {
      elapsed(label(name), []);
      kit.mapDelete(timers, label(name));
    },
    timeLog(name, ...parts) {
      elapsed(label(name), parts);
    },
    trace(...parts) {
      if (!open) return;
      const text = format(parts);
      const stack = kit.words.stackText("Trace", kit.words.frames(kit.stackHere(), 10));
      emit("trace", text === "" ? stack : `Trace: ${text}${kit.slice(stack, 5)}`);
    },
    assert(claim, ...parts) {
      if (claim || !open) return;
      parts[0] = parts.length === 0 ? "Assertion failed" : `Assertion failed: ${parts[0]}`;
      emit("warn", format(parts));
    },
    clear() {},
    count(name) {
      const key = label(name);
      const count = (kit.mapGet(counts, key) || 0) + 1;
      kit.mapSet(counts, key, count);
      if (open) emit("log", `${key}: ${count}`);
    },
    countReset(name) {
      kit.mapDelete(counts, label(name));
    },
    group(...parts) {
      if (parts.length && open) emit("log", format(parts));
      indentation += "  ";
    },
    groupEnd() {
      indentation = kit.slice(indentation, 2);
    },
    table(rows, only) {
      if (!open) return;
      emit("log", typeof rows === "object" && rows !== null ? table(rows, only) : format([rows]));
    },
    debug: at("debug"),
    info: at("info"),
    dirxml: at("log"),
    error: at("error"),
    groupCollapsed(...parts) {
      kit.apply(methods.group, undefined, parts);
    },
  };

  kit.installConsole = () => {
    const console = {};
    const names = kit.keys(methods);
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      // Applied, not spread: a script may have replaced the iterator of arrays.
      const method = { [name]: (...parts) => kit.apply(methods[name], undefined, parts) }[name];
      kit.native(name, 0, method);
      console[name] = method;
    }
    kit.hide(kit.global, "console", console);
  };
})
