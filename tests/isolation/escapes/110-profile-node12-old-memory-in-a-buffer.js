//! {"profile": "node12", "end": ["ok"]}
let dirty = 0;
for (let n = 0; n < 50; n++) for (const byte of Buffer.allocUnsafe(20000)) if (byte) dirty++;
const whole = Buffer.from(Buffer.from("x").buffer);
for (const byte of whole) if (byte && byte !== 120) dirty++;
console.log(dirty ? `ESCAPED ${dirty}` : "denied");
