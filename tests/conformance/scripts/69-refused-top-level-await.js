const { responseBody } = await performQuery("a.b");
