// Completion and help for a runtime script: what stands at a place, read from the syntax tree and the connection's words.
import { codemirror } from "bundle:codemirror";

const { syntaxTree } = codemirror;
const CALLS = { runAction: "action", performQuery: "query" };
const EACH = new Set(["forEach", "map", "filter", "find", "findIndex", "some", "every", "flatMap"]);
const SAME = new Set(["filter", "slice", "concat", "reverse", "sort"]);
const WORD = /[\w$]*$/;

// --- what a piece of the tree is -------------------------------------------------------------------------------------

const textOf = (state, node) => (node ? state.sliceDoc(node.from, node.to) : "");
const unquoted = (text) => text.replace(/^["'`]|["'`]$/g, "");
const childrenOf = (node) => {
  const all = [];
  for (let one = node?.firstChild; one; one = one.nextSibling) all.push(one);
  return all;
};
const isCode = (node) => !["(", ")", ",", "[", "]", "{", "}", ":", "LineComment", "BlockComment"].includes(node.name);
const argumentsOf = (call) => childrenOf(call?.getChild("ArgList")).filter(isCode);

/** The call of a step that a node is in the argument list of: { kind, step, call }. */
function stepCall(words, state, list) {
  const call = list?.name === "ArgList" ? list.parent : null;
  const kind = call?.firstChild?.name === "VariableName" ? CALLS[textOf(state, call.firstChild)] : undefined;
  if (!kind) return null;
  const first = argumentsOf(call)[0];
  const name = first?.name === "String" ? unquoted(textOf(state, first)) : "";
  return { kind, call, step: words.steps.find((one) => one.name === name && one.kind === kind) };
}

/** What an object literal is to a call: its "body", or the "fields" in it. */
function objectRole(words, state, object) {
  const found = stepCall(words, state, object.parent);
  if (found) return argumentsOf(found.call)[1]?.from === object.from ? { ...found, role: "body" } : null;
  const property = object.parent?.name === "Property" ? object.parent : null;
  if (!property || unquoted(textOf(state, property.firstChild)) !== "fields") return null;
  const outer = property.parent?.name === "ObjectExpression" ? objectRole(words, state, property.parent) : null;
  return outer?.role === "body" ? { ...outer, role: "fields" } : null;
}

const memberOf = (words, type, name) => (words.types[type] ?? []).find((one) => one.name === name);
const elementOf = (type) => (type.endsWith("[]") ? type.slice(0, -2) : "");
const settledOf = (type) => (type.startsWith("Promise of ") ? type.slice("Promise of ".length) : "");

/** The name of an expression's type among the words, or "". */
function typeOf(words, state, node, depth = 0) {
  if (!node || depth > 12) return "";
  const inner = (one) => typeOf(words, state, one, depth + 1);
  if (node.name === "ParenthesizedExpression") return inner(childrenOf(node).find(isCode));
  if (node.name === "AwaitExpression") return settledOf(inner(node.lastChild));
  if (node.name === "VariableName") return typeOfName(words, state, node, depth);
  if (node.name === "MemberExpression") {
    const property = node.getChild("PropertyName");
    const of = inner(node.firstChild);
    return property ? (memberOf(words, of, textOf(state, property))?.type ?? "") : elementOf(of);
  }
  return node.name === "CallExpression" ? typeOfCall(words, state, node, inner) : "";
}

function typeOfCall(words, state, node, inner) {
  const callee = node.firstChild;
  if (callee?.name === "VariableName") {
    const found = stepCall(words, state, node.getChild("ArgList"));
    if (found) return found.step ? `Promise of Response of ${found.step.name}` : "";
    return words.globals.find((one) => one.name === textOf(state, callee))?.returns ?? "";
  }
  if (callee?.name !== "MemberExpression") return "";
  const of = inner(callee.firstChild);
  const name = textOf(state, callee.getChild("PropertyName"));
  if (elementOf(of)) return name === "find" ? elementOf(of) : SAME.has(name) ? of : "";
  return memberOf(words, of, name)?.returns ?? "";
}

// A name is what it was declared as nearest around it; else a global of the script.
function typeOfName(words, state, node, depth) {
  const name = textOf(state, node);
  for (let scope = node.parent; scope; scope = scope.parent) {
    for (const one of scope.getChildren("VariableDeclaration")) {
      const defined = one.getChildren("VariableDefinition").find((each) => textOf(state, each) === name);
      if (defined && defined.to <= node.from) return typeOf(words, state, defined.nextSibling?.nextSibling, depth + 1);
    }
    const loop = scope.getChild("ForOfSpec");
    if (loop && textOf(state, loop.getChild("VariableDefinition")) === name)
      return elementOf(typeOf(words, state, childrenOf(loop).filter(isCode).at(-1), depth + 1));
    const parameters = (scope.getChild("ParamList") ?? scope).getChildren("VariableDefinition");
    if (/Arrow|Function/.test(scope.name) && parameters.some((one) => textOf(state, one) === name))
      return textOf(state, parameters[0]) === name ? typeOfParameter(words, state, scope, depth) : "";
  }
  return words.globals.find((one) => one.name === name)?.type ?? "";
}

// The first parameter of what is given to `.then(…)` or `.forEach(…)`.
function typeOfParameter(words, state, callback, depth) {
  const callee = callback.parent?.name === "ArgList" ? callback.parent.parent.firstChild : null;
  if (callee?.name !== "MemberExpression") return "";
  const of = typeOf(words, state, callee.firstChild, depth + 1);
  const name = textOf(state, callee.getChild("PropertyName"));
  return name === "then" ? settledOf(of) : EACH.has(name) ? elementOf(of) : "";
}

// --- completion -------------------------------------------------------------------------------------------------------

const option = (word, type, more = {}) => ({
  label: word.name,
  detail: word.label ?? word.detail,
  type,
  info: () => helpOf(wordHelp(word)),
  ...more,
});

/** The completions at a place, from the connection's words. */
export function completions(words, context) {
  const { state, pos } = context;
  const node = syntaxTree(state).resolveInner(pos, -1);
  if (node.name === "String") return inText(words, state, node, pos);
  const typed = WORD.exec(state.sliceDoc(Math.max(0, pos - 200), pos))[0];
  const from = pos - typed.length;
  if (node.parent?.name === "MemberExpression" && (node.name === "PropertyName" || node.name === "." || node.type.isError)) {
    const members = words.types[typeOf(words, state, node.parent.firstChild)] ?? [];
    const options = members.map((one) => option(one, /^\(/.test(one.detail) ? "method" : "property"));
    return options.length ? { from, options, validFor: /^[\w$]*$/ } : null;
  }
  const object = keyPlace(state, node, from);
  if (object) return inObject(words, state, object, from);
  if (!/^(VariableName|Script|Block|ArgList|VariableDeclaration|⚠)$/.test(node.name) || (!typed && !context.explicit)) return null;
  return { from, options: words.globals.map((one) => option(one, CALLS[one.name] ? "function" : "variable")), validFor: /^[\w$]*$/ };
}

// The object literal in which a key is being written, or null.
function keyPlace(state, node, from) {
  const object = node.name === "ObjectExpression" ? node : node.name === "{" ? node.parent : enclosing(node, "ObjectExpression");
  if (object?.name !== "ObjectExpression") return null;
  const before = state.sliceDoc(Math.max(object.from, from - 2000), from).trimEnd();
  return /[{,]$/.test(before) ? object : null;
}

function enclosing(node, name) {
  for (let one = node; one; one = one.parent) {
    if (one.name === name) return one;
    if (/Function|ArgList|ArrayExpression|Block/.test(one.name)) return null;
  }
  return null;
}

function inObject(words, state, object, from) {
  const found = objectRole(words, state, object);
  if (!found) return null;
  const used = object.getChildren("Property").filter((one) => one.from !== from).map((one) => unquoted(textOf(state, one.firstChild)));
  const list = found.role === "body" ? words.body[found.kind] : (found.step?.fields ?? []);
  const key = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
  const options = list
    .filter((one) => !used.includes(one.name))
    .map((one) => option(one, "property", { apply: one.name === "fields" ? "fields: { }" : `${key(one.name)}: ` }));
  return options.length ? { from, options, validFor: /^[\w$]*$/ } : null;
}

function inText(words, state, node, pos) {
  const from = node.from + 1;
  const closed = node.to > from && /["']/.test(state.sliceDoc(node.to - 1, node.to));
  const give = (options) => (options.length && pos >= from ? { from, to: closed ? node.to - 1 : node.to, options, validFor: /^[^"'\n]*$/ } : null);
  const call = stepCall(words, state, node.parent);
  if (call && argumentsOf(call.call)[0]?.from === node.from)
    return give(words.steps.filter((one) => one.kind === call.kind).map((one) => option(one, "constant")));
  const field = fieldOfText(words, state, node);
  if (field) return give(field.options.filter((one) => one.token).map((one) => optionWord(one, field)));
  const compared = node.parent?.name === "BinaryExpression" && childrenOf(node.parent).some((one) => textOf(state, one) === "Trigger.id");
  return compared ? give(words.steps.filter((one) => one.kind === "trigger").map((one) => option(one, "constant"))) : null;
}

const optionWord = (one, field) => ({
  label: one.label,
  apply: one.token,
  detail: `option of ${field.name}`,
  type: "enum",
  info: () => helpOf({ title: one.label, doc: `Calls send this token for it, which belongs to one user: ${one.token}` }),
});

// The field whose value a text is (or is one of, in a list).
function fieldOfText(words, state, node) {
  const holder = node.parent?.name === "ArrayExpression" ? node.parent.parent : node.parent;
  if (holder?.name !== "Property" || holder.parent?.name !== "ObjectExpression") return null;
  const found = objectRole(words, state, holder.parent);
  if (found?.role !== "fields") return null;
  return found.step?.fields.find((one) => one.name === unquoted(textOf(state, holder.firstChild))) ?? null;
}

// --- help -------------------------------------------------------------------------------------------------------------

/** What there is to say about a place: { from, to, title, doc, example, lines }, or null. */
export function helpAt(words, state, pos, side = 1) {
  const node = syntaxTree(state).resolveInner(pos, side);
  const found = wordAt(words, state, node);
  return found ? { from: node.from, to: node.to, ...found } : null;
}

function wordAt(words, state, node) {
  const name = unquoted(textOf(state, node));
  if (node.name === "VariableName") {
    const found = words.globals.find((one) => one.name === name);
    return found ? wordHelp(found) : null;
  }
  if (node.name === "PropertyName" && node.parent?.name === "MemberExpression") {
    const found = memberOf(words, typeOf(words, state, node.parent.firstChild), name);
    return found ? wordHelp(found) : null;
  }
  if (node.name === "PropertyDefinition") {
    const found = node.parent?.parent?.name === "ObjectExpression" ? objectRole(words, state, node.parent.parent) : null;
    const list = found?.role === "body" ? words.body[found.kind] : (found?.step?.fields ?? []);
    const word = list.find((one) => one.name === name);
    return word ? wordHelp(word) : null;
  }
  return node.name === "String" ? textHelp(words, state, node, name) : null;
}

function textHelp(words, state, node, name) {
  const call = stepCall(words, state, node.parent);
  if (call?.step?.name === name) return wordHelp(call.step);
  const option = fieldOfText(words, state, node)?.options.find((one) => one.token === name);
  if (option) return { title: option.label, doc: "An option, by the token that calls send for this user." };
  const trigger = words.steps.find((one) => one.kind === "trigger" && one.name === name);
  return trigger ? wordHelp(trigger) : null;
}

/** What there is to say about a word: a name, a field or a step. */
export function wordHelp(word) {
  if (word.fields) {
    const lines = [...word.fields.map((one) => `${one.name}${one.required ? "" : "?"}: ${one.label || one.type}`)];
    return { title: word.name, detail: word.kind, doc: [word.label, word.doc].filter(Boolean).join(". ").replace("..", "."), lines };
  }
  if (word.stored !== undefined) {
    const lines = [word.stored, ...word.options.slice(0, 12).map((one) => `option ${one.label}`)];
    return { title: word.name, detail: word.required ? "required field" : "field", doc: [word.label, word.doc].filter(Boolean).join(". "), lines };
  }
  return { title: word.name, detail: word.detail, doc: word.doc, example: word.example };
}

/** The same as an element; every text is set as text. */
export function helpOf({ title, detail = "", doc = "", example = "", lines = [] }) {
  const box = document.createElement("div");
  box.className = "script-help";
  const add = (tag, text, name = "") => {
    if (!text) return;
    const part = box.appendChild(document.createElement(tag));
    part.className = name;
    part.textContent = text.length > 400 ? `${text.slice(0, 400)}…` : text;
  };
  add("strong", title);
  add("span", detail && (detail.startsWith("(") ? detail : ` ${detail}`), "workbench-muted");
  add("p", doc);
  for (const line of lines) add("p", line, "workbench-muted");
  add("pre", example);
  return box;
}
