(async () => {
  const { responseBody } = await performQuery("a.b");
  return responseBody.data.missing.length;
})();
runAction("still.runs").then(() => console.log("acted"));
