for (let i = 0; i < 30; i++) runAction("log.add", { fields: { i, text: "x".repeat(i) } }).then((r) => i % 10 || console.log(i, r.responseBody.data[0].number));
