let o = {}; for (let i = 0; i < 50000; i++) o = { o };
console.log(o); console.log("denied");
