const tag = (parts, ...values) => parts.raw.map((raw, i) => `${raw}|${values[i]}`).join("");
console.log(tag`a\n${1}b${[2, 3]}\u0041`, String.raw`C:\new\${1}`, `${{}} ${[]} ${null}`);
