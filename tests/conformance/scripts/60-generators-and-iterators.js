function* ids(prefix) { let n = 0; while (true) { const reset = yield `${prefix}${n++}`; if (reset) n = 0; } }
const it = ids("v"); console.log(it.next().value, it.next().value, it.next(true).value, it.return("end"), it.next(), [...(function* () { yield* "ab"; yield* [1]; })()]);
