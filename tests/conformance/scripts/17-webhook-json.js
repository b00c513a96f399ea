//! {"ingredients": {"JsonPayload": "{\"user\":{\"name\":\"Ada\",\"tags\":[\"x\",\"y\"]},\"n\":1.5e3,\"ok\":true,\"none\":null}"}}
let payload;
try { payload = JSON.parse(Trigger.ingredients.JsonPayload); } catch (e) { console.log("bad", e.message); }
const { user: { name, tags: [first, ...others] }, n, ok, none = "default" } = payload;
console.log(`${name}: ${first} ${others} ${n} ${ok} ${none}`);
runAction("maker.post", { fields: { body: JSON.stringify({ name, n, at: Meta.currentUserTime }) } });
