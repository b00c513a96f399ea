const bad = ["__class__", "__globals__", "__code__", "__self__", "__dict__", "__init__"];
const hand = [Meta, Trigger, Connection, Trigger.ingredients, Connection.configuration, runAction, performQuery, console, moment];
console.log(hand.some((o) => bad.some((k) => k in o || o[k] !== undefined)) ? "ESCAPED" : "denied");
