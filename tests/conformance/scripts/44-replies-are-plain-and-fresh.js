(async () => {
  const a = await performQuery("x.y", { fields: { k: [1, { z: null }] } });
  const b = await performQuery("x.y", { fields: { k: [1, { z: null }] } });
  console.log(Object.keys(a), a === b, a.responseBody.constructor === Object, Array.isArray(a.responseBody.data), a instanceof Object);
  a.responseBody.data.push("mine"); a.extra = 1;
  console.log(b.responseBody.data.length, JSON.stringify(b), Object.isFrozen(a));
})();
