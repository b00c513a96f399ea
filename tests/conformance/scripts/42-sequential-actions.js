(async () => {
  for (const [i, word] of ["one", "two", "three"].entries()) {
    const { statusCode } = await runAction("log.add", { fields: { i, word } });
    console.log(i, word, statusCode);
  }
})().finally(() => console.log("done"));
