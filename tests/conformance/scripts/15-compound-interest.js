let sum = 1000;
for (let year = 1; year <= 5; year++) {
  sum *= 1 + 3.75 / 100;
  console.log(`Year ${year}: ${sum.toFixed(2)} ${sum.toPrecision(3)} ${(sum / 7).toLocaleString()}`);
}
runAction("web.get", { fields: { url: "https://example.com/?q=" + encodeURIComponent("sum=" + sum.toFixed(1) + "&x=é") } });
