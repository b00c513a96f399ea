//! {"ingredients": {"body": "<p>Total: <b>1,234</b> units &amp; 56% off</p><br/>Ref#99"}}
var text = Trigger.ingredients.body.replace(/<[^>]+>/g, " ").replace(/&amp;/g, "&").replace(/\s+/g, " ").trim();
var total = parseInt(text.match(/[\d,]+(?= units)/)[0].replace(/,/g, ""));
console.log(text, total, text.match(/\d+(?=%)/), text.match(/nothing/), text.search(/Ref#(\d+)/), RegExp.$1);
