(async () => {
  const reply = await performQuery("a.b");
  const root = reply.constructor.constructor("return this")();
  console.log(root === globalThis && reply.constructor === Object && reply.responseBody.constructor === Object ? "denied" : "ESCAPED");
})();
