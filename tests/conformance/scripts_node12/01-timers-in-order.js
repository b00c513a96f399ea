setTimeout((a, b) => console.log('later', a, b), 600, 1, 2);
setTimeout(() => {
  console.log('a');
  Promise.resolve().then(() => console.log('a, its promise'));
  setImmediate(() => console.log('a, its immediate'));
}, 2);
setTimeout(() => {
  console.log('b');
  queueMicrotask(() => console.log('b, its microtask'));
}, 2);
const never = setTimeout(() => console.log('never'), 1);
clearTimeout(never);
const byNumber = setTimeout(() => console.log('never either'), 1);
clearTimeout(+byNumber);
clearTimeout(undefined);
clearTimeout('x');
const kept = setTimeout(() => console.log('nobody waits for this'), 60_000);
console.log(kept.unref() === kept, kept.hasRef());
setTimeout(function () {
  console.log(this.constructor.name, typeof this.refresh);
}, 1_200);
queueMicrotask(() => console.log('microtask'));
Promise.resolve().then(() => console.log('promise'));
// Node 12 gives a and b each the millisecond it was made in: both must be due before the loop first looks.
for (let spin = 0; spin < 2e7; spin++);
console.log('sync');
