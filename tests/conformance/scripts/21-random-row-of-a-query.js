//! {"replies": {"quotes.list": {"status": 200, "body": {"data": [{"q": "a"}, {"q": "b"}, {"q": "c"}]}}}}
(async () => {
  const { statusCode, responseBody: { data } } = await performQuery("quotes.list", { limit: 3 });
  const row = data[Math.floor(Math.random() * data.length)];
  await runAction("sms.send_me_text", { fields: { message: `${statusCode}: ${row.q} of ${data.length}` } });
  console.log("sent");
})();
