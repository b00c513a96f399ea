// An expression of the script as V8 7.8 speaks of it: how it names the expression, where it points, what it finds there.
//
// Works on acorn's tree of the script, made when the first error is thrown. Values come from `look`, which reads names
// and plain properties in the frame that threw, runs nothing of the script's, and says "kind\u0001text\u0001name".
(function (kit) {
  "use strict";
  const HIDDEN = "(intermediate value)";
  let source = "";
  let nodes = null;
  let starts = null;

  kit.setSource = (text) => {
    source = text;
    nodes = starts = null;
  };

  // Every node of the tree, outer before inner, each knowing its parent.
  function readTree() {
    if (nodes !== null) return;
    nodes = [];
    starts = kit.lineStarts(source);
    const visit = (node, parent) => {
      node.parent = parent;
      nodes.push(node);
      for (const key in node) {
        const value = node[key];
        if (key === "parent" || typeof value !== "object" || value === null) continue;
        if (Array.isArray(value)) for (const one of value) one && typeof one.type === "string" && visit(one, node);
        else if (typeof value.type === "string") visit(value, node);
      }
    };
    visit(kit.parseScript(source), null);
  }

  const offsetOf = (line, column) => starts[line - 1] + column - 1;

  function placeOf(offset) {
    const [line, column] = kit.placeIn(starts, offset);
    return { __proto__: null, line, column };
  }

  const textOf = (node) => source.slice(node.start, node.end);
  const textBetween = (from, to) => source.slice(from, to);
  const seek = (text, from) => source.indexOf(text, from);

  // The innermost node around an offset that passes.
  function innermost(offset, passes) {
    let found = null;
    for (const node of nodes) if (node.start <= offset && offset < node.end && passes(node)) found = node;
    return found;
  }

  // --- an expression in V8's words ----------------------------------------------------------------------------------

  function print(node) {
    switch (node.type) {
      case "Identifier":
        return node.name;
      case "ThisExpression":
        return "this";
      case "Literal":
        if (typeof node.value === "number") return String(node.value);
        return typeof node.value === "string" ? `"${node.value}"` : node.raw;
      case "MemberExpression":
        if (!node.computed) return `${print(node.object)}.${node.property.name}`;
        if (node.property.type === "Literal" && typeof node.property.value === "string") return `${print(node.object)}.${node.property.value}`;
        return `${print(node.object)}[${print(node.property)}]`;
      case "CallExpression":
        return `${print(node.callee)}(...)`;
      case "ArrayExpression":
        return `[${node.elements.map((one) => (one ? print(one) : "")).join(",")}]`;
      case "LogicalExpression":
      case "BinaryExpression":
        return `(${print(node.left)} ${node.operator} ${print(node.right)})`;
      case "SequenceExpression":
        return `(${node.expressions.map(print).join(" , ")})`;
      case "UnaryExpression":
        if (node.operator === "-" && typeof node.argument.value === "number") return String(-node.argument.value);
        return `(${node.operator}${node.operator.length > 1 ? " " : ""}${print(node.argument)})`;
      case "ConditionalExpression":
        return HIDDEN + HIDDEN + HIDDEN;
      case "ObjectExpression":
        return `{${node.properties.map(() => HIDDEN).join("")}}`;
      default:
        return HIDDEN;
    }
  }

  // Where V8 places a node: a property at its name, or at its dot behind a call; a call at the name of what is called.
  function placeOfNode(node) {
    if (node.type === "MemberExpression") {
      if (node.computed) return seek("[", node.object.end);
      return isBehindCall(node.object) ? seek(".", node.object.end) : node.property.start;
    }
    if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return node.start;
    return node.callee.computed ? placeOfNode(node.callee) : node.callee.property.start;
  }

  function isBehindCall(node) {
    for (let at = node; at; at = at.object) {
      if (/^\s*\)/.test(source.slice(at.end, at.end + 20)) && at.type !== "Identifier") return false; // a chain of its own, in parentheses
      if (at.type === "CallExpression") return true;
    }
    return false;
  }

  const operatorOf = (node, left) => seek(node.operator, left.end);

  // --- values ---------------------------------------------------------------------------------------------------------

  // The way from a name to a value: ["o", "a"] for o.a; null where it cannot be known.
  function pathOf(node) {
    if (node.type === "Identifier") return [node.name];
    if (node.type === "ThisExpression") return ["this"];
    if (node.type !== "MemberExpression" || (node.computed && node.property.type !== "Literal")) return null;
    const base = pathOf(node.object);
    return base && [...base, node.computed ? String(node.property.value) : node.property.name];
  }

  function valueOf(node, look) {
    if (!node) return { kind: "undefined", text: "undefined", name: "" };
    if (node.type === "Literal" && !node.regex && !node.bigint) return { kind: node.value === null ? "null" : typeof node.value, text: String(node.value), name: "" };
    if (node.type === "UnaryExpression" && node.operator === "-" && typeof node.argument.value === "number") return { kind: "number", text: String(-node.argument.value), name: "" };
    if (node.type === "ArrayExpression") return { kind: "object", text: "[object Array]", name: "" };
    if (node.type === "ObjectExpression") return { kind: "object", text: "#<Object>", name: "" };
    if (node.type === "NewExpression" && node.callee.type === "Identifier") return { kind: "object", text: `#<${node.callee.name}>`, name: "" };
    const path = pathOf(node);
    if (path === null) return null;
    const [kind, text, name] = look(path.join("\u0001")).split("\u0001");
    return kind === "" ? null : { kind, text, name };
  }

  // V8's last resort to name a value: its type, and a plain value itself.
  function byType({ kind, text }) {
    if (kind === "undefined" || kind === "object" || kind === "function") return kind;
    if (kind === "null") return "object null";
    return kind === "string" ? `string "${text}"` : `${kind} ${text}`;
  }

  const all = (passes) => nodes.filter(passes);

  kit.expressions = {
    __proto__: null,
    readTree,
    all,
    innermost,
    textOf,
    textBetween,
    seek,
    offsetOf,
    placeOf,
    print,
    placeOfNode,
    operatorOf,
    pathOf,
    valueOf,
    byType,
  };
})
