// Regular expressions as Node 12 reads them when a script makes one from a text: what came later is refused.
//
// Groups with modifiers ((?i:…)), one name for two groups, and the flags d and v. A literal is read by the engine itself.
(function (kit) {
  "use strict";
  const FLAGS = "gimsuy";

  // V8's word for what is wrong with a pattern that the engine would take; "" where nothing is.
  function newer(pattern) {
    if (kit.indexOf(pattern, "(?") < 0) return "";
    const names = kit.record({});
    let inClass = false;
    for (let at = 0; at < pattern.length; at++) {
      const code = pattern[at];
      if (code === "\\") at++;
      else if (inClass) inClass = code !== "]";
      else if (code === "[") inClass = true;
      else if (code === "(" && pattern[at + 1] === "?") {
        const next = pattern[at + 2];
        if (next === "<" && pattern[at + 3] !== "=" && pattern[at + 3] !== "!") {
          const name = kit.slice(pattern, at + 3, kit.indexOf(pattern, ">", at));
          if (names[name]) return "Duplicate capture group name";
          names[name] = true;
        } else if (next !== undefined && next !== "<" && next !== ":" && next !== "=" && next !== "!") return "Invalid group";
      }
    }
    return "";
  }

  function checkFlags(flags) {
    for (let i = 0; i < flags.length; i++) {
      if (kit.indexOf(FLAGS, flags[i]) < 0) throw new kit.global.SyntaxError(`Invalid flags supplied to RegExp constructor '${flags}'`);
    }
  }

  const NAMES = ["input", "$_", "lastMatch", "$&", "lastParen", "$+", "leftContext", "$`", "rightContext", "$'", "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9"];

  kit.installRegExps = () => {
    const Native = kit.RegExp;
    const isRegExp = (value) => {
      if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
      const match = value[Symbol.match];
      return match === undefined ? kit.isRegExp(value) : !!match;
    };
    function RegExp(pattern, flags) {
      const given = isRegExp(pattern);
      if (new.target === undefined && given && flags === undefined && pattern.constructor === RegExp) return pattern;
      let source = pattern;
      let marks = flags;
      if (typeof pattern !== "object" && typeof pattern !== "function") source = pattern === undefined ? "" : `${pattern}`;
      else if (!given && pattern !== null) source = `${pattern}`;
      if (marks !== undefined && typeof marks !== "string") marks = `${marks}`;
      if (marks !== undefined) checkFlags(marks);
      const made = kit.construct(Native, [source, marks], new.target === undefined ? RegExp : new.target);
      const fault = typeof source === "string" ? newer(source) : "";
      if (fault !== "") throw new kit.global.SyntaxError(`Invalid regular expression: /${source}/: ${fault}`);
      return made;
    }
    kit.native("RegExp", 2, RegExp);
    kit.defineProperty(RegExp, "prototype", { __proto__: null, value: Native.prototype, writable: false, enumerable: false, configurable: false });
    kit.defineProperty(RegExp, Symbol.species, kit.descriptor(Native, Symbol.species));
    for (let i = 0; i < NAMES.length; i++) {
      const name = NAMES[i];
      const { get, set } = kit.descriptor(Native, name);
      const methods = {
        get [name]() {
          return kit.apply(get, Native, []);
        },
        set [name](value) {
          if (set) kit.apply(set, Native, [value]);
        },
      };
      const made = kit.descriptor(methods, name);
      kit.native(`get ${name}`, 0, made.get);
      kit.native(`set ${name}`, 1, made.set);
      kit.defineProperty(RegExp, name, { __proto__: null, get: made.get, set: made.set, enumerable: false, configurable: true });
    }
    kit.hide(Native.prototype, "constructor", RegExp);
    kit.hide(kit.global, "RegExp", RegExp);
  };
})
