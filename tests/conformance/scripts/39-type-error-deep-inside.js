function outer() { return inner({ list: [{ name: "a" }, {}] }); }
function inner({ list }) { return list.map((item) => item.name.toUpperCase()); }
outer();
