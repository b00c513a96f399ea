let seen = 0;
for (const k of ["line", "column", "evaluated", "frames", "resolve", "reject", "depth", "failure", "free", "fault", "due", "settle"]) {
  Object.prototype.__defineSetter__(k, () => { seen++; });
  Object.prototype.__defineGetter__(k, () => "evil");
}
runAction("a.b", { fields: { a: 1 } }).then(() => console.log(seen ? `ESCAPED ${seen}` : "denied"));
