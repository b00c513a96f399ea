// A syntax that Node 12 refuses, told as V8 7.8 tells it: in its words, at the place where it stumbles; with advice.
(function (kit) {
  "use strict";
  const { getLineInfo } = kit.acorn;

  kit.worksFrom = (version) => `Node 12 does not know it; it works from Node ${version}.`;

  // What the gate refuses of its own; anything else is a fault of the parser.
  class Refusal extends Error {
    constructor(message, at, advice) {
      super(message);
      this.refusal = message;
      this.at = at;
      this.advice = advice || "";
    }
  }
  kit.Refusal = Refusal;

  // The parser's texts, and V8's.
  const WORDS = [
    [/^Identifier '.*' has already been declared/, (text) => text],
    [/^Private field '.*' must be declared in an enclosing class/, (text) => text],
    [/^'return' outside of function/, "Illegal return statement"],
    [/^Unsyntactic break/, "Illegal break statement"],
    [/^Unsyntactic continue/, "Illegal continue statement: no surrounding iteration statement"],
    [/^Label '(.*)' is already declared/, (text) => text.replace("is already", "has already been")],
    [/^The only valid meta property for import/, "Unexpected identifier"],
    [/^Cannot use 'import\.meta' outside a module/, "Cannot use 'import.meta' outside a module"],
    [/^Redefinition of __proto__ property/, "Duplicate __proto__ fields are not allowed in object literals"],
    [/^Unterminated template/, "Unexpected end of input"],
    [/^Unterminated regular expression/, "Invalid regular expression: missing /"],
    [/^Unterminated (?:string|comment)/, "Invalid or unexpected token"],
    [/^Unexpected character/, "Invalid or unexpected token"],
    [/^Numeric separator is not allowed at the last/, "Numeric separators are not allowed at the end of numeric literals"],
    [/^(?:Invalid number|Identifier directly after number|Expected number in radix|Numeric separator)/, "Invalid or unexpected token"],
    [/^Bad character escape sequence/, "Invalid hexadecimal escape sequence"],
    [/^(?:Expecting Unicode escape sequence|Invalid Unicode escape)/, "Invalid Unicode escape sequence"],
    [/^Code point out of bounds/, "Undefined Unicode code-point"],
    [/^Invalid escape sequence in template/, "Octal escape sequences are not allowed in template strings"],
    [/^Assigning to rvalue/, "Invalid left-hand side in assignment"],
    [/^(?:Binding|Assigning to) (?:eval|arguments) in strict mode/, "Unexpected eval or arguments in strict mode"],
    [/^'with' in strict mode/, "Strict mode code may not include a with statement"],
    [/^Deleting local variable in strict mode/, "Delete of an unqualified identifier in strict mode."],
    [/^Octal literal in strict mode/, "Octal literals are not allowed in strict mode."],
    [/^Argument name clash/, "Duplicate parameter name not allowed in this context"],
    [/^Complex binding patterns require an initialization value/, "Missing initializer in destructuring declaration"],
    [/^(?:super\(\) call outside|'super' keyword)/, "'super' keyword unexpected here"],
    [/^'new\.target' can only/, "new.target expression is not allowed here"],
    [/^(?:Cannot use keyword 'await'|Await expression cannot)/, "await is only valid in async function"],
    [/^Yield expression cannot/, "Yield expression not allowed in formal parameter"],
    [/^Duplicate constructor/, "A class may only have one constructor"],
    [/^Constructor can't have get\/set/, "Class constructor may not be an accessor"],
    [/^Constructor can't be a generator/, "Class constructor may not be a generator"],
    [/^Constructor can't be an async/, "Class constructor may not be an async method"],
    [/^Classes can(?:'t|not) have a(?:n element| static field)? named? ?'?(?:static property named )?'?prototype/, "Classes may not have a static property named 'prototype'"],
    [/^Classes can't have an? (?:element|field) named '?#?constructor/, "Classes may not have a field named 'constructor'"],
    [/^Illegal newline after throw/, "Illegal newline after throw"],
    [/^Missing catch or finally clause/, "Missing catch or finally after try"],
    [/^Multiple default clauses/, "More than one default clause in switch statement"],
    [/^Comma is not permitted after the rest element/, "Rest element must be last element"],
    [/^Parenthesized pattern/, "Invalid destructuring assignment target"],
    [/^Illegal 'use strict' directive/, "Illegal 'use strict' directive in function with non-simple parameter list"],
    [/^let is disallowed as a lexically bound name/, "let is disallowed as a lexically bound name"],
    [/^getter should have no params/, "Getter must not have any formal parameters."],
    [/^setter should have exactly one param/, "Setter must have exactly one formal parameter."],
    [/^Setter cannot use rest params/, "Setter function argument must not be a rest parameter"],
    [/^Shorthand property assignments are valid only/, "Invalid shorthand property initializer"],
    [/^Optional chaining/, "Invalid optional chain"],
  ];
  const RESERVED = /^(?:enum|await)$/;
  const KEYWORDS =
    /^(?:break|case|catch|class|const|continue|debugger|default|delete|do|else|export|extends|false|finally|for|function|if|import|in|instanceof|new|null|return|super|switch|this|throw|true|try|typeof|var|void|while|with)$/;
  const WORD = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/u;
  const MARKS = /^(?:\.\.\.|=>|>>>=|>>>|<<=|>>=|\*\*=|===|!==|==|!=|<=|>=|&&|\|\||\*\*|\+\+|--|<<|>>|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|[{}()[\];,<>+\-*/%&|^!~?:=.@])/;

  // What V8 says of a token that cannot stand where it stands.
  function unexpected(source, at) {
    if (at >= source.length) return "Unexpected end of input";
    const rest = source.slice(at, at + 200);
    const word = WORD.exec(rest);
    if (word) {
      if (RESERVED.test(word[0])) return "Unexpected reserved word";
      if (KEYWORDS.test(word[0])) return `Unexpected token '${word[0]}'`;
      return "Unexpected identifier";
    }
    if (/^(?:\d|\.\d)/.test(rest)) return "Unexpected number";
    if (/^["']/.test(rest)) return "Unexpected string";
    if (rest[0] === "`") return "Unexpected template string";
    const mark = MARKS.exec(rest);
    return mark && mark[0] !== "@" ? `Unexpected token '${mark[0]}'` : "Invalid or unexpected token";
  }

  function inWords(source, error) {
    const text = error.message.replace(/ \(\d+:\d+\)$/, "");
    if (/^Invalid number/.test(text) && /^0\d/.test(source.slice(error.pos))) return "Octal literals are not allowed in strict mode.";
    if (/'import' and 'export' may appear only/.test(text)) {
      return source.startsWith("export", error.pos) ? "Unexpected token 'export'" : "Cannot use import statement outside a module";
    }
    for (const [pattern, words] of WORDS) if (pattern.test(text)) return typeof words === "string" ? words : words(text);
    if (/^Unexpected token|^The keyword|^Unexpected keyword|^Escape sequence in keyword/.test(text)) return special(source, error.pos);
    return text;
  }

  // Faults that V8 places elsewhere than where the parser noticed them.
  function elsewhere(source, text, at) {
    const rest = source.slice(at, at + 2000);
    if (text === "Cannot use 'import.meta' outside a module") return at + /^import\s*\.?\s*/.exec(rest)[0].length;
    if (text === "new.target expression is not allowed here") return at + /^new\s*\.?\s*/.exec(rest)[0].length;
    if (text === "Undefined Unicode code-point") return source.lastIndexOf("\\u{", at);
    if (text === "Missing initializer in const declaration") return at - /[\w$]*\s*$/.exec(source.slice(0, at).slice(-2000))[0].length;
    if (source[at - 1] === "#") return at - 1;
    if (/^0[xob]$/i.test(source.slice(at - 2, at))) return at - 2;
    if (text === "Illegal newline after throw") return source.lastIndexOf("throw", at);
    if (text === "Missing catch or finally after try") {
      const block = /^try\s*\{[^]*?\}/.exec(source.slice(at));
      return block ? at + block[0].length - 1 : at;
    }
    return at;
  }

  // Places where V8 knows better than "unexpected".
  function special(source, at) {
    if (/(?:^|[^.\w$])import\s*\.\s*$/.test(source.slice(0, at).slice(-50))) return "Unexpected identifier";
    const before = source.slice(0, at);
    if (/(?:^|[^.\w$])const\s+[\w$]+\s*$/.test(before.slice(-200))) return "Missing initializer in const declaration";
    if (/(?:^|[^.\w$])await\s+$/.test(before.slice(-50)) && !/^[;)\]},.]/.test(source.slice(at))) return "await is only valid in async function";
    return unexpected(source, at);
  }

  function refusal(source, error) {
    const at = error instanceof Refusal ? error.at : error.pos;
    if (at === undefined) {
      const deep = /recursion/.test(String(error.message));
      return { name: deep ? "RangeError" : "SyntaxError", text: deep ? "Maximum call stack size exceeded" : String(error.message), line: 1, column: 1, advice: "" };
    }
    const place = getLineInfo(source, at);
    let text = error instanceof Refusal ? error.refusal : inWords(source, error);
    let column = place.column + 1;
    let line = place.line;
    const moved = elsewhere(source, text, at);
    if (moved !== at) ({ line, column } = getLineInfo(source, moved)), column++;
    if (text === "await is only valid in async function") {
      const found = /await\s*$/.exec(source.slice(0, at));
      if (found) ({ line, column } = getLineInfo(source, found.index)), column++;
    }
    return { name: "SyntaxError", text, line, column, advice: error.advice || adviceFor(text, source.slice(0, at)) };
  }

  function adviceFor(text, before) {
    if (text === "Unexpected token ','" && /(?:^|[^.\w$])import\s*\([^()]*$/.test(before.slice(-200))) return kit.worksFrom(18);
    if (text === "await is only valid in async function") return "Put the code into `(async () => { … })()`, or use `.then(…)`.";
    if (text === "Illegal return statement") return "Put the code into a function and call it: `(() => { … })()`.";
    if (/import statement|'export'/.test(text)) return "A runtime script is one script without modules; everything it can use is global.";
    return "";
  }

  kit.refused = (source, error) => {
    const { name, text, line, column, advice } = refusal(source, error);
    return { name, message: `${name}: ${text}`, line, column, stack: "", raw: String(error.message), advice };
  };
})
