//! {"replies": {"sms.send_me_text": {"status": 422, "body": {"errors": [{"message": "bad number", "status": "SKIP"}]}}, "mail.send": {"status": 500, "body": null}}}
(async function main() {
  const first = await runAction("sms.send_me_text", { fields: { message: "x" } });
  if (first.statusCode >= 400) {
    const [{ message }] = first.responseBody.errors;
    const second = await runAction("mail.send", { fields: { subject: message } });
    console.log(second.statusCode, second.responseBody && second.responseBody.errors);
    if (!second.responseBody) throw new Error(`gave up: ${message}`);
  }
})().catch((e) => console.log("caught", e.message));
