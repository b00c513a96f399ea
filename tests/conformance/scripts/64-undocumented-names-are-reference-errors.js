for (const use of [() => setTimeout(() => {}, 1), () => require("fs"), () => process.exit(), () => fetch("https://example.com"), () => Buffer.from("a")]) {
  try { use(); console.log("worked"); } catch (e) { console.log(e.name, e.message); }
}
