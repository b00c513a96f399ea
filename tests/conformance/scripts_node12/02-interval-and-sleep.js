const sleep = (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value));
let count = 0;
const ticking = setInterval(() => {
  console.log('tick', ++count);
  if (count === 3) clearInterval(ticking);
}, 40);
(async () => {
  console.log(await sleep(400, 'slept'));
  const found = await performQuery('a.b', { n: 1 });
  console.log(found.statusCode);
  await Promise.race([sleep(200).then(() => console.log('lost')), sleep(40).then(() => console.log('won'))]);
  await runAction('c.d', { fields: {} });
  console.log('acted');
})();
