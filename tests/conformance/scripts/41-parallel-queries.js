//! {"replies": {"q.one": {"status": 200, "body": {"data": [1]}, "delay_ms": 3000}, "q.two": {"status": 200, "body": {"data": [2]}, "delay_ms": 1000}, "q.three": {"status": 200, "body": {"data": [3]}, "delay_ms": 2000}}}
const ask = (step) => performQuery(step).then((r) => { console.log(step, r.responseBody.data[0]); return r.responseBody.data[0]; });
Promise.all(["q.one", "q.two", "q.three"].map(ask)).then((all) => console.log(all));
Promise.race(["q.one", "q.two"].map(ask)).then((first) => console.log("first", first));
