//! {"ingredients": {"__proto__": {"polluted": 1}, "constructor": "c", "toString": "t", "hasOwnProperty": 1}}
console.log({}.polluted || Trigger.ingredients.polluted ? "ESCAPED" : "denied");
