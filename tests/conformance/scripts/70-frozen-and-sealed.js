"use strict";
const o = Object.freeze({ a: { b: 1 }, list: [1] }); o.a.b = 2; o.list.push(2);
for (const change of [() => { o.x = 1; }, () => { delete o.a; }, () => { o.a = 1; }, () => { undeclared = 1; }, () => { "abc".length = 1; }, () => { Object.seal({}).y = 1; }]) {
  try { change(); } catch (e) { console.log(e.name, e.message); }
}
console.log(o);
