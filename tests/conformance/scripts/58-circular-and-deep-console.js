const a = { name: "a", list: [] }; a.self = a; a.list.push(a, { a });
console.log(a); console.log([a, a.list]);
try { JSON.stringify(a); } catch (e) { console.log(e.message); }
