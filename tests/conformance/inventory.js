// Lists every property that a script can reach from the global object, and from the intrinsics that have no name,
// as one console line of JSON: path -> [type, writable, enumerable, configurable, accessors, name, length, value].
(() => {
  const given = new Set(["Meta", "Trigger", "Connection", "runAction", "performQuery", "moment", "console"]);
  const proto = Object.getPrototypeOf;
  const roots = {
    "%TypedArray%": proto(Int8Array),
    "%IteratorPrototype%": proto(proto([][Symbol.iterator]())),
    "%ArrayIteratorPrototype%": proto([][Symbol.iterator]()),
    "%MapIteratorPrototype%": proto(new Map()[Symbol.iterator]()),
    "%SetIteratorPrototype%": proto(new Set()[Symbol.iterator]()),
    "%StringIteratorPrototype%": proto(""[Symbol.iterator]()),
    "%RegExpStringIteratorPrototype%": proto("".matchAll(/x/g)),
    "%GeneratorFunction%": (function* () {}).constructor,
    "%AsyncFunction%": (async () => {}).constructor,
    "%AsyncGeneratorFunction%": (async function* () {}).constructor,
    "%AsyncIteratorPrototype%": proto(proto((async function* () {}).prototype)),
  };
  const seen = new Map();
  const found = {};
  const label = (key) => (typeof key === "symbol" ? `[${key.description}]` : `.${key}`);
  function describe(d) {
    const accessor = "get" in d;
    const v = d.value;
    const plain = v === null || ["string", "number", "boolean", "undefined"].includes(typeof v);
    const row = [accessor ? "accessor" : v === null ? "null" : typeof v, accessor ? 0 : +d.writable, +d.enumerable, +d.configurable];
    if (accessor) row.push(+(d.get !== undefined), +(d.set !== undefined));
    if (typeof v === "function") row.push(v.name, v.length);
    if (plain) row.push(String(v));
    return row.join(" ");
  }
  function walk(value, path) {
    if (value === null || (typeof value !== "object" && typeof value !== "function") || seen.has(value)) return;
    seen.set(value, path);
    for (const key of Reflect.ownKeys(value).sort((a, b) => (String(a) < String(b) ? -1 : 1))) {
      if (path === "" && given.has(key)) continue;
      const descriptor = Reflect.getOwnPropertyDescriptor(value, key);
      const at = path + label(key);
      found[at] = describe(descriptor);
      if (typeof descriptor.value === "function" || typeof descriptor.value === "object") pending.push([descriptor.value, at]);
    }
  }
  const pending = [[globalThis, ""], ...Object.keys(roots).map((name) => [roots[name], name])];
  while (pending.length) walk(...pending.shift());
  console.log(JSON.stringify(found));
})();
