const early = Promise.reject(new Error("handled in time"));
Promise.resolve().then(() => early.catch((e) => console.log(e.message)));
