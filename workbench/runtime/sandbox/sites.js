// What V8 7.8 says of a fault at its place in the source: it names the expression there, by its own reading of it, and
// points at the property, the operator or the pattern's key where the engine points at the start of the expression.
(function (kit) {
  "use strict";
  const { readTree, all, innermost, textOf, textBetween, seek, offsetOf, placeOf } = kit.expressions;
  const { print, placeOfNode, operatorOf, pathOf, valueOf, byType } = kit.expressions;
  const SYMBOL_ITERATOR = "(cannot read property Symbol(Symbol.iterator))";

  const notIterable = (what) => `${what} is not iterable ${SYMBOL_ITERATOR}`;
  const isNothing = (value) => value !== null && (value.kind === "undefined" || value.kind === "null");

  // --- the kinds of faults: [what our text says, (match, said, offset, look) => {text, at}] ----------------------------

  const keyOf = (node) => {
    if (!node.computed) return node.property.name;
    return node.property.type === "Literal" ? String(node.property.value) : null;
  };

  function read([, key, nothing], said, offset) {
    const named = /^can't access property .+, (.+) is (?:undefined|null)$/.exec(said);
    const bare = (text) => text.replace(/\s|\(|\)/g, "");
    const reads = all((node) => node.type === "MemberExpression" && [key, null].includes(keyOf(node)));
    const same = reads.filter((node) => named && bare(textOf(node.object)) === bare(named[1]));
    const around = (node) => node.start <= offset && offset < node.end;
    // The engine may point at the start of the whole statement; the object's text tells which part of it is meant.
    const node = same.filter(around).pop() || same.find((one) => one.start >= offset) || reads.filter(around).pop();
    if (!node) return null;
    const { parent } = node;
    if (parent.type === "AssignmentExpression" && parent.left === node) {
      if (parent.operator !== "=") return { at: placeOfNode(node.object) };
      return { text: `Cannot set property '${key}' of ${nothing}`, at: operatorOf(parent, node) };
    }
    if (parent.type === "UpdateExpression") return { at: parent.prefix ? parent.start : placeOfNode(node.object) };
    if (parent.type === "UnaryExpression" && parent.operator === "delete") return { text: "Cannot convert undefined or null to object", at: parent.start };
    return { at: placeOfNode(node) };
  }

  // The pattern that was being filled, and what it was filled from: null for a parameter, ".for" for a loop.
  function patternAt(offset) {
    const binds = (node) => {
      if (node.type === "VariableDeclarator") return isPattern(node.id);
      if (node.type === "AssignmentExpression") return isPattern(node.left);
      if (node.type === "ForOfStatement") return isPattern(bound(node)) && offset < node.right.start;
      return Array.isArray(node.params) && node.params.some((one) => isPattern(plain(one))) && offset < node.body.start;
    };
    const node = innermost(offset, binds);
    if (!node) return null;
    if (node.type === "VariableDeclarator") {
      const loop = node.parent.parent;
      if (loop.type === "ForOfStatement" && loop.left === node.parent) return { pattern: node.id, from: ".for" };
      return { pattern: node.id, from: node.init };
    }
    if (node.type === "AssignmentExpression") return { pattern: node.left, from: node.right, assigned: true };
    if (node.type === "ForOfStatement") return { pattern: bound(node), from: ".for" };
    const which = node.params.findIndex((one) => isPattern(plain(one)));
    return { pattern: plain(node.params[which]), from: null, which };
  }
  const isPattern = (node) => node.type === "ObjectPattern" || node.type === "ArrayPattern";
  const plain = (node) => (node.type === "AssignmentPattern" ? node.left : node);
  const bound = (loop) => (loop.left.type === "VariableDeclaration" ? loop.left.declarations[0].id : loop.left);

  // A pattern inside the pattern: that of the key under which the engine missed a value.
  function inside(pattern, said) {
    const key = /\.([\w$]+) is (?:undefined|null|not iterable)$/.exec(said);
    for (const part of pattern.properties || []) {
      const value = part.value && plain(part.value);
      if (!value || !isPattern(value)) continue;
      if (key && part.key.name === key[1]) return value;
      const deeper = inside(value, said);
      if (deeper) return deeper;
    }
    for (const part of pattern.elements || []) if (part && isPattern(plain(part))) return plain(part);
    return null;
  }

  const hasInner = (pattern) => (pattern.properties || pattern.elements).some((part) => part && (part.value || part).type && isPattern(plain(part.value || part)));

  function destructured(match, said, offset) {
    const found = patternAt(offset);
    if (!found) return null;
    const nothing = /null/.test(said) && !/undefined/.test(said.slice(-10)) ? "null" : "undefined";
    const from = found.from === null ? (nothing === "null" ? "object null" : "undefined") : found.from === ".for" ? ".for" : print(found.from);
    const path = /^(.+) is (?:undefined|null)$/.exec(said);
    const isTop = !path || !hasInner(found.pattern) || /^\(destructured parameter\)$|next\(\)\.value$/.test(path[1]) || (found.from && found.from !== ".for" && engineText(found.from) === path[1].replace(/\s/g, ""));
    const pattern = isTop && found.pattern.type === "ObjectPattern" ? found.pattern : inside(found.pattern, said);
    const first = pattern && pattern.properties && pattern.properties[0];
    if (!first || first.type === "RestElement" || first.computed) return null;
    const key = first.key.type === "Identifier" ? first.key.name : String(first.key.value);
    if (pattern !== found.pattern || first.value.type === "AssignmentPattern") return { text: `Cannot read property '${key}' of ${nothing}`, at: first.key.start };
    return { text: `Cannot destructure property '${key}' of '${from}' as it is ${nothing}.`, at: placeOfNode(first.value) };
  }

  const engineText = (node) => textOf(node).replace(/\s/g, "");

  function iterated([, what], said, offset, look) {
    const text = what.replace(/\s/g, "");
    const spreads = (one) => one && one.type === "SpreadElement" && engineText(one.argument) === text;
    const spread = innermost(offset, (node) => (node.elements || node.arguments || []).some(spreads));
    const loop = innermost(offset, (node) => node.type === "ForOfStatement");
    if (loop && loop.right.start <= offset && offset < loop.right.end) return inLoop(loop.right);
    if (spread) return spreadOut(spread, (spread.elements || spread.arguments).find(spreads).argument, look);
    const call = innermost(offset, (node) => node.arguments && node.arguments.length > 0 && offset <= node.arguments[0].end && engineText(node.arguments[0]) === text);
    if (call) {
      const value = valueOf(call.arguments[0], look);
      return value && { text: notIterable(byType(value)) };
    }
    const found = patternAt(offset);
    return found && inPattern(found, what, look);
  }

  function inLoop(right) {
    if (right.type === "CallExpression") return { text: `${print(right.callee)} is not a function or its return value is not iterable` };
    return { at: placeOfNode(right) };
  }

  function spreadOut(node, argument, look) {
    if (node.type === "ArrayExpression") {
      if (argument.type === "CallExpression") return { text: `${print(argument.callee)} is not a function or its return value is not iterable` };
      const head = node.elements[0].argument === argument ? headOf(node) : null;
      if (argument.type === "MemberExpression" || head === null) return { text: `${print(argument)} is not iterable`, at: placeOfNode(argument) };
      const value = valueOf(argument, look);
      return value && { text: notIterable(byType(value)), at: /^(?:Return|Throw|If)Statement$/.test(head.type) ? head.start : node.start };
    }
    const at = node.type === "NewExpression" ? node.start : placeOfNode(node);
    const value = valueOf(argument, look);
    return { text: isNothing(value) ? notIterable(print(node.callee)) : "Found non-callable @@iterator", at };
  }

  // The statement of which a node is the first thing to be done; null where something is done before it.
  function headOf(node) {
    let at = node;
    while ((at.parent.type === "MemberExpression" && at.parent.object === at) || (at.parent.type === "CallExpression" && at.parent.callee === at)) at = at.parent;
    const { type } = at.parent;
    return /Statement$|^VariableDeclarator$|^ArrowFunctionExpression$/.test(type) ? at.parent : null;
  }

  function inPattern({ pattern, from, assigned, which }, what, look) {
    if (from === ".for") return { text: ".for is not iterable", at: pattern.end - 1 };
    if (from === null) {
      if (what !== "(destructured parameter)") return null;
      const [kind] = look(`arguments\u0001${which}`).split("\u0001");
      return { text: kind === "undefined" || kind === "null" ? notIterable(byType({ kind })) : "undefined is not a function" };
    }
    if (engineText(from) !== what.replace(/\s/g, "") && pattern.type === "ObjectPattern") return null;
    if (from.type === "ArrayExpression") return { text: `${print(from)} is not iterable` };
    const isPlain = /^(?:Identifier|Literal|ObjectExpression|UnaryExpression)$/.test(from.type);
    if (isPlain && !assigned) return { text: `${print(from)} is not iterable` };
    if (from.type === "CallExpression" && from.callee.type === "Identifier") return { text: `${from.callee.name} is not a function or its return value is not iterable` };
    const at = assigned ? seek("=", pattern.end) : from.start;
    const value = valueOf(from, look);
    if (value === null) return { at };
    return { text: isNothing(value) ? notIterable(byType(value)) : "undefined is not a function", at };
  }

  // Functions of builtins that are called with a function: which argument it is told by its value.
  function notFunction([, what, kind], said, offset, look) {
    const node = innermost(offset, (one) => one.type === (kind === "function" ? "CallExpression" : "NewExpression") || one.type === "NewExpression");
    if (!node) return null;
    const argument = node.arguments.find((one) => matches(one, what));
    const isCallee = matches(node.callee, what) || !argument;
    if (node.type === "NewExpression" && node.callee.name === "Promise") {
      const value = valueOf(node.arguments[0], look);
      return value && { text: `Promise resolver ${value.text} is not a function` };
    }
    if (!isCallee && kind === "function") {
      const value = valueOf(argument, look);
      return value && { text: `${value.text} is not a function` };
    }
    if (node.type === "CallExpression" && node.callee.type === "MemberExpression" && node.callee.computed) return { text: `${print(node.callee)} is not a ${kind}`, at: seek("(", node.callee.end) };
    return isSimple(node.callee) ? null : { text: `${print(node.callee)} is not a ${kind}` };
  }
  const even = (text) => text.replace(/\s/g, "").replace(/"/g, "'").replace(/^\((.*)\)$/, "$1");
  const matches = (node, what) => even(engineText(node)) === even(what);
  const isSimple = (node) => pathOf(node) !== null;

  function classCalled(match, said, offset, look) {
    const node = innermost(offset, (one) => one.type === "CallExpression");
    if (!node) return null;
    const { callee } = node;
    const isApplied = callee.type === "MemberExpression" && /^(?:call|apply)$/.test(callee.property.name);
    const target = isApplied ? callee.object : callee;
    const value = target.type === "ClassExpression" ? { name: target.id ? target.id.name : "" } : valueOf(target, look);
    const other = value && value.kind === "function" && value.name === callee.property?.name ? null : value;
    return other && { text: `Class constructor ${other.name} cannot be invoked without 'new'` };
  }

  function extended(match, said, offset, look) {
    const node = innermost(offset, (one) => (one.type === "ClassDeclaration" || one.type === "ClassExpression") && one.superClass);
    if (!node || (match[1] && !matches(node.superClass, match[1]))) return null;
    const value = valueOf(node.superClass, look);
    return value && { text: `Class extends value ${value.text} is not a constructor or null`, at: placeOfNode(node.superClass) };
  }

  const binary = (offset, operators) => innermost(offset, (one) => one.type === "BinaryExpression" && operators.includes(one.operator));

  function within(match, said, offset, look) {
    const node = binary(offset, ["in"]);
    if (!node) return null;
    const key = valueOf(node.left, look);
    const value = valueOf(node.right, look);
    const at = operatorOf(node, node.left);
    return key && value ? { text: `Cannot use 'in' operator to search for '${key.text}' in ${value.text}`, at } : { at };
  }

  function instance(match, said, offset, look) {
    const node = binary(offset, ["instanceof"]);
    if (!node || (match[1] && !matches(node.right, match[1]))) return null;
    const value = valueOf(node.right, look);
    const isObject = value && (value.kind === "object" || value.kind === "function");
    const text = value ? `Right-hand side of 'instanceof' is not ${isObject ? "callable" : "an object"}` : undefined;
    return { text, at: operatorOf(node, node.left) };
  }

  function operated(match, said, offset) {
    const node = binary(offset, ["+", "-", "*", "/", "%", "**", "|", "&", "^", "<<", ">>"]);
    if (said === "can't convert BigInt to number" && !(node && node.start === offset)) {
      const call = called(offset);
      return { text: "Cannot convert a BigInt value to a number", at: call ? call.start : undefined };
    }
    return node && { at: operatorOf(node, node.left) };
  }

  // The first item that is no pair, of what a Map or an object was to be made from.
  function entry(match, said, offset, look) {
    const node = innermost(offset, (one) => one.arguments && one.arguments.length > 0);
    const path = node && pathOf(node.arguments[0]);
    const items = node && node.arguments[0].elements;
    for (let i = 0; path ? i < 1000 : items && i < items.length; i++) {
      const [kind, text] = items ? Object.values(valueOf(items[i], look) || { kind: "object" }) : look([...path, i].join("\u0001")).split("\u0001");
      if (kind === "") return null;
      if (kind !== "object" && kind !== "function") return { text: `Iterator value ${text} is not an entry object` };
    }
    return null;
  }

  // Which of the options the number that is out of range was given for.
  function digits(match, said, offset) {
    const value = /[-\d.]+$/.exec(said);
    const node = value && innermost(offset, (one) => one.arguments && one.arguments.some((part) => part.type === "ObjectExpression"));
    const options = node && node.arguments.find((part) => part.type === "ObjectExpression");
    const given = options && options.properties.find((part) => part.key && /Digits$/.test(part.key.name) && textOf(part.value) === value[0]);
    return given ? { text: `${given.key.name} value is out of range.` } : null;
  }

  // A builtin's argument that the engine does not name.
  function argued(match, said, offset, look) {
    const node = innermost(offset, (one) => one.type === "CallExpression" || one.type === "NewExpression");
    if (!node) return null;
    const { callee } = node;
    const value = valueOf(node.arguments[0], look);
    if (/^Invalid type/.test(said)) return { text: `First argument to String.prototype.${callee.property.name} must not be a regular expression` };
    if (/^Object\.setPrototypeOf/.test(said)) {
      const second = valueOf(node.arguments[1], look);
      return second && { text: `Object prototype may only be an Object or null: ${second.text}` };
    }
    const accessor = /^property descriptor's (get|set) field/.exec(said);
    if (accessor) {
      const given = node.arguments[2]?.properties?.find((part) => part.key && part.key.name === accessor[1]);
      const wrong = given && valueOf(given.value, look);
      return wrong ? { text: `${accessor[1] === "get" ? "Getter" : "Setter"} must be a function: ${wrong.text}` } : null;
    }
    if (callee.name === "ArrayBuffer") return { text: "Invalid array buffer length" };
    return value && /^(?:Uint|Int|Float|Big).+Array$/.test(callee.name) ? { text: `Invalid typed array length: ${value.text}` } : null;
  }

  function assigned(match, said, offset, look) {
    const node = innermost(offset, (one) => one.type === "AssignmentExpression" || one.type === "UpdateExpression" || (/^can't define/.test(said) && /^define/.test(one.callee?.property?.name)));
    if (!node) return null;
    if (node.callee) return { text: match.input.replace(/^Cannot add/, "Cannot define") };
    if (node.type === "UpdateExpression") return { at: node.prefix ? node.start : node.argument.end };
    const at = operatorOf(node, node.left);
    const key = /^Cannot (?:assign to read only|create) property '(.*?)'/.exec(match.input);
    if (!key || node.left.type !== "MemberExpression") return { at };
    const value = valueOf(node.left.object, look);
    if (!value) return { at };
    const isObject = value.kind === "object" || value.kind === "function";
    if (!isObject && /^Cannot create/.test(match[0])) return { text: `Cannot create property '${key[1]}' on ${value.kind} '${value.text}'`, at };
    return { text: `Cannot assign to read only property '${key[1]}' of ${isObject ? "object" : value.kind} '${value.text}'`, at };
  }

  // A builtin called by its name: V8 points at the name, the engine at the parenthesis.
  function called(offset) {
    const node = innermost(offset, (one) => one.type === "CallExpression" && one.callee.type === "Identifier");
    return node && textBetween(node.callee.end, offset).trim() === "" ? node : null;
  }

  function bigint(match, said, offset, look) {
    const node = called(offset);
    const value = node && valueOf(node.arguments[0], look);
    if (!value) return node && { at: node.start };
    return { text: /invalid BigInt/.test(match[0]) ? `Cannot convert ${value.text} to a BigInt` : undefined, at: node.start };
  }

  const regexpCall = (offset) => innermost(offset, (one) => (one.type === "NewExpression" || one.type === "CallExpression") && one.arguments.length > 0);

  function pattern([, reason], said, offset, look) {
    const node = regexpCall(offset);
    const value = node && valueOf(node.arguments[0], look);
    return value && value.kind === "string" ? { text: `Invalid regular expression: /${value.text}/: ${reason}` } : null;
  }

  function flags(match, said, offset, look) {
    const node = regexpCall(offset);
    const value = node && node.arguments[1] && valueOf(node.arguments[1], look);
    return value ? { text: `Invalid flags supplied to RegExp constructor '${value.text}'` } : null;
  }

  const byCallee = (match, said, offset) => {
    const node = called(offset);
    return node && { at: node.start };
  };

  const KINDS = [
    [/^Cannot read property '(.*)' of (undefined|null)$/s, read],
    [/^Cannot destructure '/, destructured],
    [/^Cannot convert undefined or null to object$/, (match, said, offset) => (/^can't convert|has no properties$/.test(said) ? destructured(match, said, offset) : null)],
    [/^(.+) is not iterable$/s, iterated],
    [/^Class constructor (?:\w* )?cannot be invoked/, classCalled],
    [/^Class extends value (.+) is not a constructor or null$/s, extended],
    [/^(.+) is not a constructor$/s, extended],
    [/^(.+) is not a function$/s, instance],
    [/^(.+) is not a (function|constructor)$/s, notFunction],
    [/^Cannot use 'in' operator/, within],
    [/^Right-hand side of 'instanceof'/, instance],
    [/^(?:Cannot mix BigInt|Division by zero|Cannot convert a Symbol)/, operated],
    [/^(?:Assignment to constant|Cannot assign to read only|Cannot add property|Cannot create property|Cannot set property .* which has only|Cyclic __proto__|Invalid array length|.+ is not defined$)/s, assigned],
    [/^(?:invalid BigInt syntax|The number .+ cannot be converted to a BigInt)/, bigint],
    [/^Invalid regular expression: (?!\/|missing)(.+)$/s, pattern],
    [/^Invalid flags supplied to RegExp/, flags],
    [/^URI malformed$/, byCallee],
    [/Digits value is out of range/, digits],
    [/^iterable for .* should have array-like objects$/, entry],
    [/^(?:property descriptor's|Invalid type: first|Object\.setPrototypeOf: |invalid or out-of-range index|Invalid array length)/, argued],
  ];

  // The text and place as V8 has them; null where ours stand.
  kit.site = (said, text, line, column, look) => {
    try {
      readTree();
      const offset = offsetOf(line, column);
      for (const [begins, tell] of KINDS) {
        const match = begins.exec(text);
        const found = match && tell(match, said, offset, look);
        if (!found) continue;
        const place = found.at === undefined || found.at < 0 ? { line, column } : placeOf(found.at);
        return { __proto__: null, text: found.text === undefined ? text : found.text, line: place.line, column: place.column };
      }
    } catch (failure) {
      return null; // a script that acorn cannot read twice, or one that broke the language: the engine's words stand
    }
    return null;
  };
})
