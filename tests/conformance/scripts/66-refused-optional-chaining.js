const name = Trigger.ingredients?.title ?? "none";
console.log(name);
