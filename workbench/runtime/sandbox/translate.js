// The engine's error texts and stacks, in the words of V8 7.8. Pure; evaluated once in each of the two realms.
(function () {
  "use strict";
  const exec = Function.prototype.call.bind(RegExp.prototype.exec);
  const slice = Function.prototype.call.bind(String.prototype.slice);
  const indexOf = Function.prototype.call.bind(String.prototype.indexOf);
  const setPrototypeOf = Object.setPrototypeOf;
  const lastIndexOf = Function.prototype.call.bind(String.prototype.lastIndexOf);

  const lower = Function.prototype.call.bind(String.prototype.toLowerCase);
  const OPTIONS = {
    __proto__: null,
    style: "NumberFormat", currencyDisplay: "NumberFormat", currencySign: "NumberFormat", notation: "NumberFormat",
    compactDisplay: "NumberFormat", signDisplay: "NumberFormat", unitDisplay: "NumberFormat", numeric: "RelativeTimeFormat",
    usage: "Collator", sensitivity: "Collator", caseFirst: "Collator", type: "PluralRules",
  };

  const bare = (key) => (key[0] === '"' ? slice(key, 1, -1) : key);
  const property = (key) => (exec(/^Symbol\.\w+$/, key) ? `Symbol(${key})` : bare(key));
  const read = (key, value) =>
    key === "Symbol.iterator" ? `${value} is not iterable` : `Cannot read property '${property(key)}' of ${value}`;

  // Each row: what the engine says, and what V8 says of the same fault. A text of ours may need the parts.
  const ROWS = [
    [/^can't access property (Symbol\.iterator), (.+) is (undefined|null)$/, (m) => `${m[2]} is not iterable`],
    [/^can't access property (.+) of (undefined|null)$/, (m) => read(m[1], m[2])],
    [/^can't access property (.+), (?:.+) is (undefined|null)$/, (m) => read(m[1], m[2])],
    [/^too much recursion$/, "Maximum call stack size exceeded"],
    [/^invalid assignment to const '(.+)'$/, "Assignment to constant variable."],
    [/^can't access lexical declaration '(.+)' before initialization$/, (m) => `Cannot access '${m[1]}' before initialization`],
    [/^assignment to undeclared variable (.+)$/, (m) => `${m[1]} is not defined`],
    [/^(undefined|null) has no properties$/, (m) => `Cannot convert undefined or null to object`],
    [/^can't convert (undefined|null) to object$/, "Cannot convert undefined or null to object"],
    [/^(.+) is (undefined|null)$/, (m) => `Cannot destructure '${m[1] === "(destructured parameter)" ? m[2] : m[1]}' as it is ${m[2]}.`],
    [/^cyclic object value$/, "Converting circular structure to JSON"],
    [/^invalid array length$/, "Invalid array length"],
    [/^repeat count must be (?:non-negative|less than infinity and not overflow maximum string size)$/, "Invalid count value"],
    [/^allocation size overflow$/, "Invalid string length"],
    [/^precision (.+) out of range$/, "toFixed() digits argument must be between 0 and 100"],
    [/^radix must be an integer at least 2 and no greater than 36$/, "toString() radix argument must be between 2 and 36"],
    [/^reduce of empty array with no initial value$/, "Reduce of empty array with no initial value"],
    [/^can't convert symbol to string$/, "Cannot convert a Symbol value to a string"],
    [/^can't convert symbol to number$/, "Cannot convert a Symbol value to a number"],
    [/^can't convert BigInt to number$/, "Cannot mix BigInt and other types, use explicit conversions"],
    [/^can't assign to property "(.+?)" on ("?)(.*?)\2: not an object$/, (m) => `Cannot create property '${m[1]}' on ${m[2] ? "string" : exec(/^(?:true|false)$/, m[3]) ? "boolean" : exec(/^Symbol\(/, m[3]) ? "symbol" : "number"} '${m[3]}'`],
    [/^BigInt value can't be serialized in JSON$/, "Do not know how to serialize a BigInt"],
    [/^can't mix BigInt(?:s)? (?:with|and) other types.*$/, "Cannot mix BigInt and other types, use explicit conversions"],
    [/^(.+) can't be converted to BigInt because it isn't an integer$/, (m) => `The number ${m[1]} cannot be converted to a BigInt because it is not an integer`],
    [/^can't convert (.+) to BigInt$/, (m) => `Cannot convert ${bare(m[1])} to a BigInt`],
    [/^BigInt division by zero$/, "Division by zero"],
    [/^division by zero$/, "Division by zero"],
    [/^can't convert (.+) to primitive type$/, "Cannot convert object to primitive value"],
    [/^can't convert (?:.+) to (?:string|number)$/, "Cannot convert object to primitive value"],
    [/^Receiver of Promise\.(\w+) call is not a non-null object$/, (m) => (m[1] === "resolve" ? "PromiseResolve" : m[1] === "reject" ? "PromiseReject" : `Promise.${m[1]}`) + " called on non-object"],
    [/^Date\.prototype\.\w+ called on incompatible .+$/, "this is not a Date object."],
    [/^((Number|String|Boolean)\.prototype\.(?:toString|valueOf|to\w+)) called on incompatible (?!undefined|null).+$/, (m) => `${m[1]} requires that 'this' be a ${m[2]}`],
    [/^((?:String|Array)\.prototype\.\w+) called on incompatible (?:undefined|null)$/, (m) => `${m[1]} called on null or undefined`],
    [/^`target` argument of (Reflect\.\w+) must be an object, got .*$/, (m) => `${m[1]} called on non-object`],
    [/^Property descriptor must be an object, got (.+)$/, (m) => `Property description must be an object: ${m[1] === "(void 0)" ? "undefined" : bare(m[1])}`],
    [/^property descriptors must not specify a value or be writable when a getter or setter has been specified$/, "Invalid property descriptor. Cannot both specify accessors and a value or writable attribute, #<Object>"],
    [/^buffer length for (\w+) should be a multiple of (\d+)$/, (m) => `byte length of ${m[1]} should be a multiple of ${m[2]}`],
    [/^start offset of (\w+) should be a multiple of (\d+)$/, (m) => `start offset of ${m[1]} should be a multiple of ${m[2]}`],
    [/^missing argument 0 when calling function Array\.prototype\.\w+$/, "undefined is not a function"],
    [/^derived class constructor returned invalid value .+$/, "Derived constructors may only return object or undefined"],
    [/^(?!class heritage)(.+) is not an object or null$/, (m) => `Object prototype may only be an Object or null: ${bare(m[1])}`],
    [/^already executing generator$/, "Generator is already running"],
    [/^identifier starts immediately after numeric literal$/, "Invalid or unexpected token"],
    [/^unterminated regular expression literal$/, "Invalid regular expression: missing /"],
    [/^invalid assignment left-hand side$/, "Invalid left-hand side in assignment"],
    [/^import declarations may only appear at top level of a module$/, "Cannot use import statement outside a module"],
    [/^missing [}\])] after (?:function body|property list|element list|formal parameters)$/, "Unexpected end of input"],
    [/^invalid 'instanceof' operand (.+)$/, (m) => (exec(/^[\d"'`]|^(?:undefined|null|true|false)$/, m[1]) ? "Right-hand side of 'instanceof' is not an object" : "Right-hand side of 'instanceof' is not callable")],
    [/^'prototype' property of (.+) is not an object$/, "Function has non-object prototype 'undefined' in instanceof check"],
    [/^cannot use 'in' operator to search for "?(.*?)"? in "?(.*?)"?$/, (m) => `Cannot use 'in' operator to search for '${m[1]}' in ${m[2]}`],
    [/^right-hand side of 'in' should be an object, got (.+)$/, (m) => `Cannot use 'in' operator to search for 'undefined' in ${m[1]}`],
    [/^can't define property (.+): (.+) is not extensible$/, (m) => `Cannot add property ${bare(m[1])}, object is not extensible`],
    [/^can't add property (.+), object is not extensible$/, (m) => `Cannot add property ${bare(m[1])}, object is not extensible`],
    [/^can't define array index property past the end of an array with non-writable length$/, "Cannot add property 1, object is not extensible"],
    [/^(.+) is read-only$/, (m) => `Cannot assign to read only property '${bare(m[1])}' of object '#<Object>'`],
    [/^setting getter-only property (.+)$/, (m) => `Cannot set property ${bare(m[1])} of #<Object> which has only a getter`],
    [/^can't redefine non-configurable property (.+)$/, (m) => `Cannot redefine property: ${bare(m[1])}`],
    [/^property (.+) is non-configurable and can't be deleted$/, (m) => `Cannot delete property '${bare(m[1])}' of #<Object>`],
    [/^can't set prototype of this object$/, "#<Object> is not extensible"],
    [/^can't set prototype: it would cause a prototype chain cycle$/, "Cyclic __proto__ value"],
    [/^malformed URI sequence$/, "URI malformed"],
    [/^invalid date$/, "Invalid time value"],
    [/^date value is not finite in (.+)$/, "Invalid time value"],
    [/^invalid time zone in \w+\(\): (.+)$/, (m) => `Invalid time zone specified: ${m[1]}`],
    [/^invalid language tag: "(.*)"$/, (m) => `Invalid language tag: ${lower(m[1])}`],
    [/^invalid element in locales argument$/, "Language ID should be string or object."],
    [/^invalid currency code in NumberFormat\(\): (.+)$/, (m) => `Invalid currency codes : ${m[1]}`],
    [/^invalid digits value: .+$/, "maximumFractionDigits value is out of range."],
    [/^invalid value (.+) for option (.+)$/, (m) => `Value ${bare(m[1])} out of range for Intl.${OPTIONS[m[2]] || "DateTimeFormat"} options property ${m[2]}`],
    [/^class constructors must be invoked with 'new'$/, "Class constructor cannot be invoked without 'new'"],
    [/^must call super constructor before using 'this' in derived class constructor$/, "Must call super constructor in derived class before accessing 'this' or returning from derived constructor"],
    [/^super\(\) called twice in derived class constructor$/, "Super constructor may only be called once"],
    [/^class heritage (.+) is not an object or null$/, (m) => `Class extends value ${m[1]} is not a constructor or null`],
    [/^class heritage (.+) is not a constructor$/, (m) => `Class extends value ${m[1]} is not a constructor or null`],
    [/^calling a builtin Promise constructor without new is forbidden$/, "undefined is not a promise"],
    [/^class statement requires a name$/, "Unexpected token '{'"],
    [/^(?:calling a builtin )?(\w+)(?: constructor)? without new is forbidden$/, (m) => `Constructor ${m[1]} requires 'new'`],
    [/^(.+) is not a non-null object$/, "Object.defineProperty called on non-object"],
    [/^Object prototype may only be an Object or null(?:, got (.+))?$/, (m) => `Object prototype may only be an Object or null: ${m[1] || "undefined"}`],
    [/^(?:Promise\.)?(?:The )?promise resolve functions? (?:is|are) not callable.*$/i, "Promise resolver undefined is not a function"],
    [/^Promise resolve functions can't be called with a promise resolved with itself$/i, "Chaining cycle detected for promise #<Promise>"],
    [/^A promise cannot be resolved with itself\.$/i, "Chaining cycle detected for promise #<Promise>"],
    [/^Argument (\d+) \(target\) must not be null or undefined.*$/i, "Cannot convert undefined or null to object"],
    [/^(.+) is not iterable(?: \(cannot read property Symbol\.iterator\))?$/, (m) => `${m[1]} is not iterable`],
    [/^(\w+) method called on incompatible (.+)$/, (m) => `Method ${m[1]} called on incompatible receiver ${m[2]}`],
    [/^(\w+)\.prototype\.(\w+) called on incompatible (.+)$/, (m) => `Method ${m[1]}.prototype.${m[2]} called on incompatible receiver ${m[3]}`],
    [/^form must be one of 'NFC', 'NFD', 'NFKC', or 'NFKD'$/, "The normalization form should be one of NFC, NFD, NFKC, NFKD."],
    [/^(.+) is not a valid code point$/, (m) => `Invalid code point ${m[1]}`],
    [/^undefined currency in NumberFormat\(\) with currency style$/, "Currency code is required with currency style."],
    [/^`(?:handler|target)` argument of Proxy must be an object, got .*$/, "Cannot create proxy with a non-object as target or handler"],
    [/^iterator does not have a 'throw' method$/, "The iterator does not provide a 'throw' method."],
    [/^invalid regular expression flag (.+)$/, (m) => `Invalid flags supplied to RegExp constructor '${bare(m[1])}'`],
    [/^redeclaration of (?:let|const|var|function|class|formal parameter) (.+)$/, (m) => `Identifier '${m[1]}' has already been declared`],
    [/^expected expression, got end of script$/, "Unexpected end of input"],
    [/^missing [^ ]+ in compound statement$/, "Unexpected end of input"],
    [/^expected expression, got '(.+)'$/, (m) => `Unexpected token '${m[1]}'`],
    [/^expected expression, got keyword '(.+)'$/, (m) => `Unexpected token '${m[1]}'`],
    [/^unexpected token: identifier$/, "Unexpected identifier"],
    [/^unexpected token: (?:string literal)$/, "Unexpected string"],
    [/^unexpected token: (?:numeric literal)$/, "Unexpected number"],
    [/^unexpected token: '(.+)'$/, (m) => `Unexpected token '${m[1]}'`],
    [/^.* literal not terminated before end of script$/, "Invalid or unexpected token"],
    [/^string literal contains an unescaped line break$/, "Invalid or unexpected token"],
    [/^illegal character (.+)$/, "Invalid or unexpected token"],
    [/^await is only valid in async functions.*$/, "await is only valid in async function"],
    [/^return not in function$/, "Illegal return statement"],
    [/^missing \) after argument list$/, "missing ) after argument list"],
    [/^missing = in const declaration$/, "Missing initializer in const declaration"],
    [/^Function statements require a function name$/i, "Function statements require a function name"],
  ];

  // What is wrong with a regular expression; which one it is, the engine does not say.
  const PATTERNS = {
    __proto__: null,
    "nothing to repeat": "Nothing to repeat",
    "unterminated parenthetical": "Unterminated group",
    "unmatched ) in regular expression": "Unmatched ')'",
    "duplicate capture group name in regular expression": "Duplicate capture group name",
    "invalid range in character class": "Range out of order in character class",
    "numbers out of order in {} quantifier.": "numbers out of order in {} quantifier",
    "\\ at end of pattern": "\\ at end of pattern",
    "invalid capture group name in regular expression": "Invalid capture group name",
    "invalid named capture reference in regular expression": "Invalid named capture referenced",
    "invalid identity escape in regular expression": "Invalid escape",
    "character class escape cannot be used in class range in regular expression": "Invalid character class",
    "invalid unicode escape in regular expression": "Invalid Unicode escape",
    "invalid property name in regular expression": "Invalid property name",
    "invalid regexp group": "Invalid group",
    "raw bracket is not allowed in regular expression with unicode flag": "Lone quantifier brackets",
    "incomplete quantifier in regular expression": "Incomplete quantifier",
    "invalid quantifier in regular expression": "Invalid quantifier",
    "unterminated character class": "Unterminated character class",
  };

  // `callee` is the name of the function that was called, where the engine knows it and its text does not say it.
  function message(text, callee) {
    if (PATTERNS[text] !== undefined) return `Invalid regular expression: ${PATTERNS[text]}`;
    if (callee && exec(/^class constructors must be invoked/, text)) return `Class constructor ${callee} cannot be invoked without 'new'`;
    for (let i = 0; i < ROWS.length; i++) {
      const match = exec(ROWS[i][0], text);
      if (match) return typeof ROWS[i][1] === "string" ? ROWS[i][1] : ROWS[i][1](match);
    }
    return text;
  }

  // One line of the engine's stack, "name@file:line:column", as parts; null for a frame of ours.
  function frame(line) {
    const at = indexOf(line, "@");
    if (at < 0) return null;
    const colon = lastIndexOf(line, ":");
    const before = lastIndexOf(line, ":", colon - 1);
    const file = slice(line, at + 1, before);
    const evaluated = exec(/^(.*) line (\d+) > (?:eval|Function)$/, file);
    const origin = evaluated ? evaluated[1] : file;
    if (origin !== "script.js" && indexOf(origin, "script.js line ") !== 0) return null;
    let name = slice(line, 0, at);
    let asynchronous = false;
    for (let star = indexOf(name, "*"); star >= 0; star = indexOf(name, "*")) {
      asynchronous = slice(name, 0, star) === "async";
      if (!asynchronous) return null; // scheduled from here, but not awaited: V8 does not list it
      name = slice(name, star + 1);
    }
    if (name === "" && asynchronous) return null;
    if (name[name.length - 1] === "<") name = "";
    return {
      __proto__: null,
      name,
      asynchronous,
      evaluated: evaluated ? +evaluated[2] : 0,
      line: +slice(line, before + 1, colon),
      column: +slice(line, colon + 1),
    };
  }

  // The frames of the user's script in an engine stack, innermost first, at most `limit`.
  function frames(stack, limit) {
    const found = [];
    setPrototypeOf(found, null);
    let from = 0;
    let awaited = false; // behind the first frame that waits, V8 lists only frames that wait
    while (found.length < limit && from < stack.length) {
      let end = indexOf(stack, "\n", from);
      if (end < 0) end = stack.length;
      const parts = frame(slice(stack, from, end));
      if (parts && (parts.asynchronous || !awaited)) {
        found[found.length] = parts;
        awaited = parts.asynchronous;
      }
      from = end + 1;
    }
    return found;
  }

  function stackText(header, list) {
    let text = header;
    for (let i = 0; i < list.length; i++) {
      const { name, asynchronous, evaluated, line, column } = list[i];
      const place = evaluated ? `eval at <anonymous> (script.js:${evaluated}), <anonymous>:${line}:${column}` : `script.js:${line}:${column}`;
      text += `\n    at ${asynchronous ? "async " : ""}${name ? `${name} (${place})` : place}`;
    }
    return text;
  }

  // Where V8 stops reading a text as JSON, and its word for what it finds there.
  function jsonFault(text) {
    const length = text.length;
    const isDigit = (at) => at < length && text[at] >= "0" && text[at] <= "9";
    let at = 0;
    let fault = null;
    const stop = () => {
      if (fault !== null) return false;
      if (at >= length) fault = "Unexpected end of JSON input";
      else if (text[at] === '"') fault = `Unexpected string in JSON at position ${at}`;
      else if (text[at] === "-" || isDigit(at)) fault = `Unexpected number in JSON at position ${at}`;
      else fault = `Unexpected token ${text[at]} in JSON at position ${at}`;
      return false;
    };
    const blank = () => {
      while (at < length && indexOf(" \t\n\r", text[at]) >= 0) at++;
    };
    const literal = (word) => {
      for (let i = 0; i < word.length; i++, at++) if (text[at] !== word[i]) return stop();
      return true;
    };
    const digits = () => {
      if (!isDigit(at)) return stop();
      while (isDigit(at)) at++;
      return true;
    };
    const number = () => {
      if (text[at] === "-") at++;
      if (text[at] === "0") {
        at++;
        if (isDigit(at)) return stop();
      } else if (!digits()) return false;
      if (text[at] === ".") {
        at++;
        if (!digits()) return false;
      }
      if (text[at] !== "e" && text[at] !== "E") return true;
      at++;
      if (text[at] === "+" || text[at] === "-") at++;
      return digits();
    };
    const control = () => {
      // Inside a text a quotation mark or digit cannot be the fault: it is a control character, or the end.
      fault = at >= length ? "Unexpected end of JSON input" : `Unexpected token ${text[at]} in JSON at position ${at}`;
      return false;
    };
    const string = () => {
      for (at++; at < length && text[at] !== '"'; at++) {
        if (text[at] < " ") return control();
        if (text[at] !== "\\") continue;
        at++;
        if (text[at] === "u") {
          for (let i = 0; i < 4; i++) if (!exec(/^[\da-fA-F]$/, text[++at] || "")) return stop();
        } else if (at >= length || indexOf('"\\/bfnrt', text[at]) < 0) return stop();
      }
      if (at >= length) return control();
      at++;
      return true;
    };
    const plain = () => {
      if (text[at] === '"') return string();
      if (text[at] === "-" || isDigit(at)) return number();
      if (text[at] === "t") return literal("true");
      if (text[at] === "f") return literal("false");
      return text[at] === "n" ? literal("null") : stop();
    };
    const key = () => {
      blank();
      if (text[at] !== '"') return stop();
      if (!string()) return false;
      blank();
      if (text[at] !== ":") return stop();
      at++;
      return true;
    };
    // Iterative, as V8's own: a text may be nested deeper than the stack.
    let open = "";
    for (;;) {
      blank();
      if (text[at] === "{" || text[at] === "[") {
        const closes = text[at] === "{" ? "}" : "]";
        at++;
        blank();
        if (text[at] !== closes) {
          open += closes;
          if (closes === "}" && !key()) return fault;
          continue;
        }
        at++;
      } else if (!plain()) return fault;
      for (;;) {
        blank();
        if (open === "") return at < length ? (stop(), fault) : text;
        const closes = open[open.length - 1];
        if (text[at] === ",") {
          at++;
          if (closes === "}" && !key()) return fault;
          break;
        }
        if (text[at] !== closes) return stop() || fault;
        at++;
        open = slice(open, 0, -1);
      }
    }
  }

  return { __proto__: null, message, frames, stackText, jsonFault };
})()
