function filter() {
  var title = Trigger.ingredients.title;
  if (title.indexOf("Hello") === -1) { return; }
  runAction("log.add_row", { fields: { row: [title, title.length].join("|||") } });
}
filter();
