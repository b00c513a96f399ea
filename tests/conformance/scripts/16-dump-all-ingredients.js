//! {"ingredients": {"Title": "T", "Count": 3, "When": null, "Nested": {"a": [1, {"b": "c"}]}, "": "empty", "10": "ten", "9": "nine"}}
console.log(Object.getOwnPropertyNames(Trigger.ingredients).map((name) => `${name}=${JSON.stringify(Trigger.ingredients[name])}`).join("; "));
for (const name in Trigger.ingredients) console.log(name, typeof Trigger.ingredients[name]);
console.log(Trigger.ingredients, Object.keys(Trigger), Object.keys(Connection), JSON.stringify(Trigger));
console.log(Object.getOwnPropertyDescriptor(Trigger.ingredients, "Title"), Trigger.ingredients.constructor === Object);
