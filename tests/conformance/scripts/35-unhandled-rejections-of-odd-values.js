Promise.reject();
Promise.reject(null);
Promise.reject("text");
Promise.reject({ code: 7 });
new Promise((_, no) => no(new RangeError("r")));
Promise.resolve().then(() => { throw 42; });
console.log("after");
