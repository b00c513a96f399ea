//! {"replies": {"notes.list": {"status": 200, "body": {"data": [{"id": 1}], "cursor": null}}}}
async function* pages(step) {
  let cursor;
  do {
    const { responseBody } = await performQuery(step, cursor ? { cursor } : undefined);
    yield responseBody.data;
    cursor = responseBody.cursor;
  } while (cursor);
}
(async () => { for await (const page of pages("notes.list")) console.log(page); })();
