console.log("x");
throw { code: 1, reason: "no" };
