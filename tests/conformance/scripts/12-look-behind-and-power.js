//! {"ingredients": {"price": "EUR 12.50, USD 13.75, GBP 10"}}
const usd = /(?<=USD )[\d.]+/.exec(Trigger.ingredients.price)[0];
const not = Trigger.ingredients.price.match(/(?<!USD |[\d.])\d+(?:\.\d+)?/g);
const named = /(?<code>[A-Z]{3}) (?<sum>\d+)(?!\.)\b/u.exec("GBP 10").groups;
console.log(usd ** 2, not, named.code, named.sum, (-2) ** 3, 2 ** -1);
