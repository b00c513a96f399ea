const order = []; const mark = (x) => () => order.push(x);
Promise.resolve().then(mark("a1")).then(mark("a2")).then(mark("a3"));
(async () => { mark("s")(); await null; mark("b1")(); await { then(r) { mark("T")(); r(); } }; mark("b2")(); })();
new Promise((r) => r(Promise.resolve())).then(mark("c"));
Promise.allSettled([Promise.reject(1), 2, Promise.resolve(3)]).then((r) => { mark("d")(); console.log(r); });
Promise.reject(1).finally(mark("f")).catch(mark("e"));
runAction("a.b").then(mark("reply")).then(() => console.log(order.join(" ")));
