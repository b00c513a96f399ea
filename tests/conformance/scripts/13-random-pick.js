var colours = ["red", "green", "blue", "teal"];
var pick = colours[Math.floor(Math.random() * colours.length)];
console.log(pick, Math.random(), Math.random().toString(36).slice(2));
runAction("hue.set_color", { fields: { color: pick } });
