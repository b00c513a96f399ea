const words = "the cat and the dog and the bird".split(" ");
const counts = words.reduce((m, w) => m.set(w, (m.get(w) || 0) + 1), new Map());
const ranked = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
console.log(ranked, counts, new Set(words), Object.fromEntries(ranked), Math.max(...counts.values()));
