// Opens a batch of generated scripts: each one's findings leave as one console line of JSON text, so that the
// comparison does not depend on how a console prints. `show` uses nothing that a script of the grammar changes.
function show(value, depth = 0) {
  if (value === null) return "null";
  const kind = typeof value;
  if (kind === "undefined" || kind === "boolean") return String(value);
  if (kind === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (kind === "string") return JSON.stringify(value);
  if (kind === "bigint") return `${value}n`;
  if (kind === "symbol") return value.toString();
  if (kind === "function") return `function ${value.name}/${value.length}`;
  if (depth > 5) return "...";
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof RegExp) return String(value);
  if (value instanceof Map || value instanceof Set) return `${value.constructor.name}${show([...value], depth + 1)}`;
  if (Array.isArray(value)) {
    const items = [];
    for (let i = 0; i < value.length; i++) items.push(i in value ? show(value[i], depth + 1) : "hole");
    return `[${items.join(", ")}]`;
  }
  return `{${Object.keys(value).map((key) => `${JSON.stringify(key)}: ${show(value[key], depth + 1)}`).join(", ")}}`;
}
function attempt(action, out = attempt.out) {
  try {
    action();
  } catch (thrown) {
    out(["threw", thrown]);
  }
}
async function play(number, body) {
  const found = [];
  const out = (value) => void found.push(show(value));
  attempt.out = out;
  try {
    await body(out);
  } catch (thrown) {
    found.push(`threw ${show(thrown)}`);
  }
  console.log(`${number} ${JSON.stringify(found)}`);
}
