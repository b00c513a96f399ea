const made = [Function, async function () {}.constructor, function* () {}.constructor, async function* () {}.constructor];
const f = made.map((F) => F("return [typeof python, typeof process, typeof Debugger, this === globalThis].join()"));
const plain = f[0]();
const late = f[2]().next().value;
console.log(plain === late && /^undefined,undefined,undefined/.test(plain) ? "denied" : `ESCAPED ${plain} ${late}`);
