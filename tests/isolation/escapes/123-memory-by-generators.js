//! {"end": ["out of memory"], "limit_ms": 30000}
console.log("denied");
const kept = [];
function* one() {
  yield 1;
}
for (;;) {
  const next = one();
  next.next();
  kept.push(next);
}
