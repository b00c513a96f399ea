search: for (const [r, row] of [[1, 2], [3, 4], [5, 6]].entries()) for (const c in row) { if (row[c] === 4) { console.log(r, c, typeof c); break search; } if (row[c] % 2) continue search; }
let n = 0; do { n += 2; if (n === 4) continue; } while (n < 7); console.log(n); for (var k in "ab") console.log(k); for (const x of new Map([[1, 2]])) console.log(x);
