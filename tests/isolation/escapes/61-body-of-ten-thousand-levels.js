//! {"end": ["ok", "error", "rejected", "crashed"]}
console.log("denied");
const text = "[".repeat(4000) + "]".repeat(4000);
runAction("a.b", JSON.parse(text)).then(() => {}, (e) => console.log(e.name));
