//! {"ingredients": {"JsonPayload": "{\"user\": {\"name\": \"Ada\",}}"}}
try { JSON.parse(Trigger.ingredients.JsonPayload); } catch (e) { console.log(e.name, e.message, e instanceof SyntaxError, e.constructor.name); }
for (const text of ["", "{", "[1,]", "nul", "{'a':1}", "\"\t\"", "01", "1.", "[1 2]", "{\"a\" 1}", "undefined", "\u00a01", "{\"a\":1}x"]) {
  try { console.log(JSON.parse(text)); } catch (e) { console.log(e.message); }
}
