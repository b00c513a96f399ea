runAction("a.first");
Promise.resolve().then(() => console.log("never"));
console.log("before");
undefinedFunction();
console.log("after");
