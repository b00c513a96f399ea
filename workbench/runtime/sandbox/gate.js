// The gate of Node 12's syntax, and what a script says about itself: its calls, what it reads, names it leaves free.
(function (kit) {
  "use strict";
  const { Parser, getLineInfo, tokTypes, walkers } = kit.acorn;
  const NEWER = "Node 12 does not know it; it ";

  const FROM_14 = `${NEWER}works from Node 14.`;
  const FROM_15 = `${NEWER}works from Node 15.`;
  const FROM_16 = `${NEWER}works from Node 16.`;

  class Refusal extends Error {
    constructor(message, at, advice) {
      super(message);
      this.refusal = message;
      this.at = at;
      this.advice = advice || "";
    }
  }

  // Everything up to ES2019, BigInt, numeric separators and public and private fields; nothing after. Where a newer
  // form begins, the fault is told at the place and in the words of V8 7.8, which stumbles over it there.
  const Node12 = Parser.extend(
    (Base) =>
      class extends Base {
        readToken_question() {
          const next = this.input.charCodeAt(this.pos + 1);
          const after = this.input.charCodeAt(this.pos + 2);
          if (next === 63) {
            const assign = after === 61;
            throw new Refusal("Unexpected token '?'", this.pos + 1, assign ? FROM_15 : FROM_14);
          }
          if (next === 46 && !(after >= 48 && after <= 57)) throw new Refusal("Unexpected token '.'", this.pos + 1, FROM_14);
          return super.readToken_question();
        }
        readToken_pipe_amp(code) {
          if (this.input.charCodeAt(this.pos + 1) === code && this.input.charCodeAt(this.pos + 2) === 61) {
            throw new Refusal("Unexpected token '='", this.pos + 2, FROM_15);
          }
          return super.readToken_pipe_amp(code);
        }
        parseClassMethod(method, ...rest) {
          if (method.key && method.key.type === "PrivateIdentifier") {
            throw new Refusal("Unexpected token '('", this.start, FROM_14);
          }
          return super.parseClassMethod(method, ...rest);
        }
        parseClassStaticBlock(node) {
          throw new Refusal("Unexpected token '{'", this.input.indexOf("{", node.start), FROM_16);
        }
        parseMaybeUnary(...rest) {
          if (this.type === tokTypes.privateId) throw new Refusal("Unexpected identifier", this.start, FROM_16);
          return super.parseMaybeUnary(...rest);
        }
        // Between the arguments of a call V8 misses the parenthesis, not the comma, and points at what came before.
        parseExprList(close, ...rest) {
          const before = this.betweenArguments;
          this.betweenArguments = close === tokTypes.parenR;
          const list = super.parseExprList(close, ...rest);
          this.betweenArguments = before;
          return list;
        }
        parseMaybeAssign(...rest) {
          const before = this.betweenArguments;
          this.betweenArguments = false;
          const node = super.parseMaybeAssign(...rest);
          this.betweenArguments = before;
          return node;
        }
        expect(type) {
          if (this.betweenArguments && type === tokTypes.comma && this.type !== type) {
            throw new Refusal("missing ) after argument list", this.lastTokStart);
          }
          super.expect(type);
        }
        validateRegExpFlags(state) {
          if (state.flags.indexOf("d") >= 0) {
            throw new Refusal("Invalid regular expression flags", state.start - 1, FROM_16);
          }
          try {
            super.validateRegExpFlags(state);
          } catch (error) {
            throw new Refusal("Invalid regular expression flags", state.start - 1, state.flags.indexOf("v") >= 0 ? `${NEWER}works from Node 20.` : "");
          }
        }
        // V8 7.8 looks into a pattern only when the script comes to it: what is wrong there is thrown then.
        validateRegExpPattern(state) {
          try {
            super.validateRegExpPattern(state);
          } catch (error) {
            if (error instanceof Refusal) throw error;
            (this.lateFaults = this.lateFaults || []).push({ at: state.start - 1, source: state.source, text: error.message });
          }
        }
        isNewerIdentifier(from, to) {
          for (let at = from; at < to; at++) {
            const code = this.input.codePointAt(at);
            if (code > 0xffff) at++;
            if (code > 0x7f && isNewer(code)) return at - (code > 0xffff ? 1 : 0);
          }
          return -1;
        }
        finishToken(type, value) {
          if (type === tokTypes.name && this.pos > this.start) {
            const at = this.isNewerIdentifier(this.start, this.pos);
            if (at >= 0) throw new Refusal("Invalid or unexpected token", at, "Node 12 knows the letters of Unicode 13; this one came later.");
          }
          return super.finishToken(type, value);
        }
      },
  );

  const isNewer = (code) => {
    const ranges = kit.newerLetters;
    let low = 0;
    let high = ranges.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (code < ranges[middle * 2]) high = middle;
      else if (code > ranges[middle * 2 + 1]) low = middle + 1;
      else return true;
    }
    return false;
  };

  function parse(source) {
    const parser = new Node12({ ecmaVersion: 2022, sourceType: "script", allowHashBang: true }, source);
    const tree = parser.parse();
    tree.lateFaults = parser.lateFaults || [];
    return tree;
  }

  kit.parseScript = parse;

  // --- what V8 would say ------------------------------------------------------------------------------------------

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
  const STRICT = /^(?:implements|interface|let|package|private|protected|public|static|yield)$/;
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
    if (text === "Unexpected token ','" && /(?:^|[^.\w$])import\s*\([^()]*$/.test(before.slice(-200))) return `${NEWER}works from Node 18.`;
    if (text === "await is only valid in async function") return "Put the code into `(async () => { … })()`, or use `.then(…)`.";
    if (text === "Illegal return statement") return "Put the code into a function and call it: `(() => { … })()`.";
    if (/import statement|'export'/.test(text)) return "A runtime script is one script without modules; everything it can use is global.";
    return "";
  }

  function faultOf(source, error) {
    const { name, text, line, column, advice } = refusal(source, error);
    return { name, message: `${name}: ${text}`, line, column, stack: "", raw: String(error.message), advice };
  }

  // --- what a script says about itself ----------------------------------------------------------------------------

  const pattern = (node, out) => {
    if (!node) return;
    if (node.type === "Identifier") out.push(node.name);
    else if (node.type === "ObjectPattern") for (const part of node.properties) pattern(part.type === "RestElement" ? part.argument : part.value, out);
    else if (node.type === "ArrayPattern") for (const part of node.elements) pattern(part, out);
    else if (node.type === "AssignmentPattern") pattern(node.left, out);
    else if (node.type === "RestElement") pattern(node.argument, out);
  };

  const isFunction = (node) => node.type === "FunctionDeclaration" || node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression";

  class Scope {
    constructor(outer, ownsVars) {
      this.outer = outer;
      this.names = new Map();
      this.vars = ownsVars ? this : outer.vars;
    }
    declare(name, node) {
      if (!this.names.has(name)) this.names.set(name, node || null);
    }
    find(name) {
      for (let scope = this; scope; scope = scope.outer) if (scope.names.has(name)) return scope;
      return null;
    }
  }

  // Names a body declares: var and functions to the function, let, const, class to the block.
  function hoist(node, scope, top) {
    if (!node || typeof node.type !== "string") return;
    if (node.type === "VariableDeclaration") {
      const names = [];
      for (const declarator of node.declarations) {
        pattern(declarator.id, names);
        if (declarator.id.type === "Identifier" && node.kind === "const") {
          (top ? scope : scope).names.set(declarator.id.name, declarator.init);
        }
      }
      for (const name of names) (node.kind === "var" ? scope.vars : scope).declare(name);
    } else if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") {
      if (node.id) scope.declare(node.id.name);
    }
  }

  function hoistVars(node, scope) {
    if (!node || typeof node !== "object") return;
    if (Array.isArray(node)) {
      for (const one of node) hoistVars(one, scope);
      return;
    }
    if (typeof node.type !== "string" || isFunction(node) || /^Class/.test(node.type)) {
      if (node.type === "FunctionDeclaration" && node.id) scope.declare(node.id.name);
      return;
    }
    if (node.type === "VariableDeclaration" && node.kind === "var") hoist(node, scope, false);
    for (const key in node) if (key !== "type" && typeof node[key] === "object") hoistVars(node[key], scope);
  }

  const STEPS = { runAction: "action", performQuery: "query" };
  const ROOTS = { Trigger: true, Connection: true, Meta: true };

  function literalText(node, scope, depth = 0) {
    if (!node || depth > 8) return null;
    if (node.type === "Literal" && typeof node.value === "string") return node.value;
    if (node.type === "TemplateLiteral" && node.expressions.length === 0) return node.quasis[0].value.cooked;
    if (node.type === "BinaryExpression" && node.operator === "+") {
      const left = literalText(node.left, scope, depth + 1);
      const right = literalText(node.right, scope, depth + 1);
      return left === null || right === null ? null : left + right;
    }
    if (node.type === "Identifier") {
      const found = scope.find(node.name);
      const init = found && found.names.get(node.name);
      return init ? literalText(init, found, depth + 1) : null;
    }
    return null;
  }

  function literalObject(node, scope) {
    if (!node) return null;
    if (node.type === "ObjectExpression") return node;
    if (node.type === "Identifier") {
      const found = scope.find(node.name);
      const init = found && found.names.get(node.name);
      // A constant's own literal; what is put into it later is not known.
      return init && init.type === "ObjectExpression" ? init : null;
    }
    return null;
  }

  const isText = (node) => (node.type === "Literal" && typeof node.value === "string") || (node.type === "TemplateLiteral" && node.expressions.length === 0);

  const valueAt = (node, name) => {
    for (const part of node.properties) {
      if (part.type === "Property" && !part.computed && (part.key.name === name || part.key.value === name)) return part.value;
    }
    return undefined;
  };

  kit.parseScript = parse;
  kit.lineStarts = (source) => {
    const starts = [0];
    for (let i = 0; i < source.length; i++) {
      const code = source.charCodeAt(i);
      if (code === 10 || code === 0x2028 || code === 0x2029 || (code === 13 && source.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
    }
    return starts;
  };

  class Reading {
    constructor(source, tree) {
      this.source = source;
      this.calls = [];
      this.reads = [];
      this.free = [];
      this.starts = kit.lineStarts(source);
      const scope = new Scope(null, true);
      hoistVars(tree.body, scope);
      this.block(tree.body, scope);
    }

    place(at) {
      let low = 0;
      let high = this.starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (this.starts[middle] <= at) low = middle;
        else high = middle - 1;
      }
      return [low + 1, at - this.starts[low] + 1];
    }

    block(body, scope) {
      for (const node of body) hoist(node, scope, true);
      for (const node of body) this.visit(node, scope);
    }

    function_(node, scope) {
      const inner = new Scope(scope, true);
      if (node.type === "FunctionExpression" && node.id) inner.declare(node.id.name);
      if (node.type !== "ArrowFunctionExpression") inner.declare("arguments");
      const names = [];
      for (const parameter of node.params) pattern(parameter, names);
      for (const name of names) inner.declare(name);
      for (const parameter of node.params) this.patternReads(parameter, inner);
      if (node.body.type === "BlockStatement") {
        hoistVars(node.body.body, inner);
        this.block(node.body.body, inner);
      } else this.visit(node.body, inner);
    }

    // Defaults and computed keys inside a pattern are read; its names are not.
    patternReads(node, scope) {
      if (!node || node.type === "Identifier") return;
      if (node.type === "AssignmentPattern") {
        this.visit(node.right, scope);
        this.patternReads(node.left, scope);
      } else if (node.type === "ObjectPattern") {
        for (const part of node.properties) {
          if (part.type === "RestElement") this.patternReads(part.argument, scope);
          else {
            if (part.computed) this.visit(part.key, scope);
            this.patternReads(part.value, scope);
          }
        }
      } else if (node.type === "ArrayPattern") for (const part of node.elements) this.patternReads(part, scope);
      else if (node.type === "RestElement") this.patternReads(node.argument, scope);
      else this.visit(node, scope);
    }

    visit(node, scope) {
      if (!node) return;
      switch (node.type) {
        case "FunctionDeclaration":
        case "FunctionExpression":
        case "ArrowFunctionExpression":
          return this.function_(node, scope);
        case "ClassDeclaration":
        case "ClassExpression":
          return this.class_(node, scope);
        case "BlockStatement":
          return this.block(node.body, new Scope(scope, false));
        case "SwitchStatement": {
          this.visit(node.discriminant, scope);
          const inner = new Scope(scope, false);
          for (const part of node.cases) for (const one of part.consequent) hoist(one, inner, true);
          for (const part of node.cases) {
            this.visit(part.test, inner);
            for (const one of part.consequent) this.visit(one, inner);
          }
          return undefined;
        }
        case "ForStatement":
        case "ForInStatement":
        case "ForOfStatement": {
          const inner = new Scope(scope, false);
          hoist(node.init || node.left, inner, true);
          return this.children(node, inner);
        }
        case "CatchClause": {
          const inner = new Scope(scope, false);
          const names = [];
          pattern(node.param, names);
          for (const name of names) inner.declare(name);
          this.patternReads(node.param, inner);
          return this.block(node.body.body, inner);
        }
        case "VariableDeclaration":
          for (const declarator of node.declarations) {
            this.visit(declarator.init, scope);
            this.patternReads(declarator.id, scope);
            this.destructured(declarator.id, declarator.init, scope);
          }
          return undefined;
        case "AssignmentExpression":
          this.visit(node.right, scope);
          if (node.left.type === "ObjectPattern" || node.left.type === "ArrayPattern") this.patternReads(node.left, scope);
          else this.visit(node.left, scope, true);
          return undefined;
        case "UnaryExpression":
          if (node.operator === "typeof" && node.argument.type === "Identifier") return undefined;
          return this.visit(node.argument, scope);
        case "MemberExpression":
          return this.member(node, scope);
        case "CallExpression":
          this.call(node, scope);
          return this.children(node, scope);
        case "Property":
          if (node.computed) this.visit(node.key, scope);
          return this.visit(node.value, scope);
        case "LabeledStatement":
          return this.visit(node.body, scope);
        case "BreakStatement":
        case "ContinueStatement":
        case "MetaProperty":
          return undefined;
        case "Identifier":
          return this.identifier(node, scope);
        default:
          return this.children(node, scope);
      }
    }

    children(node, scope) {
      for (const key in node) {
        const value = node[key];
        if (key === "type" || typeof value !== "object" || value === null) continue;
        if (Array.isArray(value)) for (const one of value) one && typeof one.type === "string" && this.visit(one, scope);
        else if (typeof value.type === "string") this.visit(value, scope);
      }
    }

    class_(node, scope) {
      const inner = new Scope(scope, false);
      if (node.id) inner.declare(node.id.name);
      this.visit(node.superClass, inner);
      for (const part of node.body.body) {
        if (part.computed) this.visit(part.key, inner);
        if (part.value) this.visit(part.value, inner);
      }
    }

    identifier(node, scope) {
      if (scope.find(node.name)) return;
      if (ROOTS[node.name] === true) this.reads.push([node.name, ...this.place(node.start)]);
      else if (!kit.known.has(node.name)) this.free.push([node.name, ...this.place(node.start)]);
    }

    // The dotted name of Trigger.ingredients.title, or Connection["userFeatureId"]; it ends where a key is computed.
    dotted(node, scope) {
      if (node.type === "Identifier") return ROOTS[node.name] === true && !scope.find(node.name) ? { path: node.name, whole: true } : null;
      if (node.type !== "MemberExpression") return null;
      const base = this.dotted(node.object, scope);
      if (!base || !base.whole) return base;
      const key = node.computed ? literalText(node.property, scope) : node.property.name;
      return key === null ? { path: `${base.path}[…]`, whole: false } : { path: `${base.path}.${key}`, whole: true };
    }

    member(node, scope) {
      if (node.computed) this.visit(node.property, scope);
      const found = this.dotted(node, scope);
      if (!found) return this.visit(node.object, scope);
      this.reads.push([found.path, ...this.place(node.start)]);
      return undefined;
    }

    // const { title } = Trigger.ingredients reads Trigger.ingredients.title.
    destructured(target, init, scope) {
      if (!init || target.type !== "ObjectPattern") return;
      const base = init.type === "MemberExpression" || init.type === "Identifier" ? this.dotted(init, scope) : null;
      if (!base || !base.whole) return;
      for (const part of target.properties) {
        const place = this.place(part.start);
        if (part.type === "RestElement") this.reads.push([`${base.path}[…]`, ...place]);
        else if (!part.computed) this.reads.push([`${base.path}.${part.key.name || part.key.value}`, ...place]);
      }
    }

    call(node, scope) {
      const callee = node.callee;
      if (callee.type !== "Identifier" || !Object.prototype.hasOwnProperty.call(STEPS, callee.name) || scope.find(callee.name)) return;
      const [step, body] = node.arguments;
      const spread = node.arguments.some((one) => one.type === "SpreadElement");
      const place = this.place(node.start);
      const [line, column] = place;
      const step_place = step && isText(step) ? this.place(step.start) : place;
      const found = { kind: STEPS[callee.name], step: spread ? null : literalText(step, scope), step_place, fields: [], body_keys: [], line, column };
      if (spread) found.fields = found.body_keys = null;
      else if (body && !(body.type === "Identifier" && body.name === "undefined")) this.body(found, literalObject(body, scope), scope);
      this.calls.push(found);
    }

    body(found, object, scope) {
      const call = [found.line, found.column];
      found.body_keys = object ? this.keys(object, scope, call) : null;
      found.fields = null;
      if (found.body_keys === null) return;
      const fields = valueAt(object, "fields");
      if (fields === undefined) found.fields = found.body_keys.some(([name]) => name === "fields") ? null : [];
      else {
        const inner = literalObject(fields, scope);
        found.fields = inner ? this.keys(inner, scope, call) : null;
      }
    }

    // The keys of an object literal, [name, line, column] each, at the call where a key is a constant's value; null where
    // one is computed or spread.
    keys(object, scope, call) {
      const keys = [];
      for (const part of object.properties) {
        if (part.type !== "Property") return null;
        const { key } = part;
        const name = part.computed ? literalText(key, scope) : key.type === "Identifier" ? key.name : String(key.value);
        if (name === null) return null;
        keys.push([name, ...(part.computed && !isText(key) ? call : this.place(key.start))]);
      }
      return keys;
    }
  }

  // --- the two questions ------------------------------------------------------------------------------------------

  const read = (source) => {
    const tree = parse(source);
    return { tree, reading: new Reading(source, tree) };
  };

  const names = (rows) => [...new Set(rows.map((row) => row[0]))].slice(0, 200);

  kit.check = (source) => {
    try {
      const { reading } = read(source);
      return kit.record({ fault: null, free: names(reading.free) });
    } catch (error) {
      return kit.record({ fault: faultOf(source, error), free: [] });
    }
  };

  kit.tree = (source) => {
    try {
      const { tree, reading } = read(source);
      const loops = kit.loops(source, tree);
      return kit.record({ fault: null, calls: reading.calls, reads: reading.reads, free: reading.free, loops });
    } catch (error) {
      return kit.record({ fault: faultOf(source, error), calls: [], reads: [], free: [], loops: [] });
    }
  };

  // What a script may use without declaring it: the language of Node 12, and what IFTTT documents.
  kit.known = new Set();

  kit.openGate = () => {
    const documented = ["Meta", "Trigger", "Connection", "runAction", "performQuery", "moment", "console"];
    kit.known = new Set([...Object.getOwnPropertyNames(globalThis), ...documented, "Atomics", "SharedArrayBuffer"]);
    kit.known.delete("debuggerGlobal");
  };

  // The parser is quick once the engine has seen it work.
  kit.warmGate = () => {
    for (let i = 0; i < 3; i++) {
      kit.tree(
        "const t = Trigger.ingredients.title; const p = performQuery('a.b', { fields: { q: t }, limit: 3 });\n" +
          "p.then((r) => { r.responseBody.data.forEach(v => { runAction('c.d', { fields: { m: `${v.title} ${v.url}` } }); }); });\n" +
          "async function f(a, { b = 1, ...c } = {}) { for (const x of a) { if (x > 2) continue; await x; } return /a+/g.test('x') ? null : new Date(); }",
      );
    }
  };
})
