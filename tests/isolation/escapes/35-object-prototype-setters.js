const seen = [];
for (const k of ["statusCode", "responseBody", "kind", "step", "body", "id", "number", "type", "value", "get", "set", "writable", "configurable", "enumerable", "resolve", "reject", "then", "text", "level"]) {
  Object.defineProperty(Object.prototype, k, { __proto__: null, set(v) { seen.push([k, v]); }, get() { return undefined; }, configurable: true });
}
runAction("a.b", { fields: { a: "b" } }).then((r) => {
  const own = Object.prototype.hasOwnProperty.call(r, "statusCode") && r.statusCode === 200;
  for (const k of ["get", "set", "writable", "configurable", "enumerable", "value", "then"]) delete Object.prototype[k];
  console.log(own && seen.every(([, v]) => typeof v !== "function") ? "denied" : `ESCAPED ${seen.length}`);
});
