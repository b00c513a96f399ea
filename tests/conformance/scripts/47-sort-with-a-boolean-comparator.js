const events = [5, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7].map((n, i) => ({ n, i }));
console.log(events.slice().sort((a, b) => a.n > b.n).map((e) => e.n).join());
console.log(events.slice().sort((a, b) => a.n < b.n).map((e) => e.n).join());
console.log(events.slice().sort((a, b) => b.n - a.n).map((e) => `${e.n}${e.i}`).join());
console.log(["b", "a", "C", "ä", undefined, 10, 9].sort(), [3, 20, 100].sort());
