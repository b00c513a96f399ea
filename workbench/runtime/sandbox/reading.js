// What a script says about itself, by its tree: its calls, what it reads, names it leaves free.
(function (kit) {
  "use strict";

  // --- names and where they count ---------------------------------------------------------------------------------

  // The names that a pattern gives values to.
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
    declare(name) {
      if (!this.names.has(name)) this.names.set(name, null);
    }
    find(name) {
      for (let scope = this; scope; scope = scope.outer) if (scope.names.has(name)) return scope;
      return null;
    }
  }

  // Names a body declares: var and functions to the function, let, const, class to the block.
  function hoist(node, scope) {
    if (!node || typeof node.type !== "string") return;
    if (node.type === "VariableDeclaration") {
      const names = [];
      for (const declarator of node.declarations) {
        pattern(declarator.id, names);
        if (declarator.id.type === "Identifier" && node.kind === "const") {
          scope.names.set(declarator.id.name, declarator.init);
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
    if (node.type === "VariableDeclaration" && node.kind === "var") hoist(node, scope);
    for (const key in node) if (key !== "type" && typeof node[key] === "object") hoistVars(node[key], scope);
  }

  // --- calls and reads --------------------------------------------------------------------------------------------

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

  class Reading {
    constructor(source, tree) {
      this.calls = [];
      this.reads = [];
      this.free = [];
      this.starts = kit.lineStarts(source);
      const scope = new Scope(null, true);
      hoistVars(tree.body, scope);
      this.block(tree.body, scope);
    }

    place(at) {
      return kit.placeIn(this.starts, at);
    }

    block(body, scope) {
      for (const node of body) hoist(node, scope);
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
          for (const part of node.cases) for (const one of part.consequent) hoist(one, inner);
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
          hoist(node.init || node.left, inner);
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
    const tree = kit.parseScript(source);
    return { tree, reading: new Reading(source, tree) };
  };

  const names = (rows) => [...new Set(rows.map((row) => row[0]))].slice(0, 200);

  kit.check = (source) => {
    try {
      const { reading } = read(source);
      return kit.record({ fault: null, free: names(reading.free) });
    } catch (error) {
      return kit.record({ fault: kit.refused(source, error), free: [] });
    }
  };

  kit.tree = (source) => {
    try {
      const { tree, reading } = read(source);
      const loops = kit.loops(source, tree);
      return kit.record({ fault: null, calls: reading.calls, reads: reading.reads, free: reading.free, loops });
    } catch (error) {
      return kit.record({ fault: kit.refused(source, error), calls: [], reads: [], free: [], loops: [] });
    }
  };

  // What a script may use without declaring it: the language of Node 12, and what IFTTT documents.
  kit.known = new Set();

  kit.noteNames = () => {
    const documented = ["Meta", "Trigger", "Connection", "runAction", "performQuery", "moment", "console"];
    kit.known = new Set([...Object.getOwnPropertyNames(globalThis), ...documented, "Atomics", "SharedArrayBuffer"]);
    kit.known.delete("debuggerGlobal");
  };

  // The parser is quick once the engine has seen it work.
  kit.warmReading = () => {
    for (let i = 0; i < 3; i++) {
      kit.tree(
        "const t = Trigger.ingredients.title; const p = performQuery('a.b', { fields: { q: t }, limit: 3 });\n" +
          "p.then((r) => { r.responseBody.data.forEach(v => { runAction('c.d', { fields: { m: `${v.title} ${v.url}` } }); }); });\n" +
          "async function f(a, { b = 1, ...c } = {}) { for (const x of a) { if (x > 2) continue; await x; } return /a+/g.test('x') ? null : new Date(); }",
      );
    }
  };
})
