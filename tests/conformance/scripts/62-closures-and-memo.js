const memo = (f, seen = {}) => (n) => (n in seen ? seen[n] : (seen[n] = f(n)));
const fib = memo((n) => (n < 2 ? n : fib(n - 1) + fib(n - 2)));
console.log(fib(70), fib(90), [1, 2, 3].map(parseInt), ["1", "2", "3"].map(Number), (() => { var r = []; for (var i = 0; i < 3; i++) r.push(() => i); return r.map((f) => f()); })());
