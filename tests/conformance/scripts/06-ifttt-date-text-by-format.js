//! {"ingredients": {"OccurredAt": "April 20, 2021 at 04:20PM"}}
const at = moment(Trigger.ingredients.OccurredAt, "MMMM DD, YYYY at hh:mmA");
console.log(at.isValid(), at.format("YYYY-MM-DD HH:mm"), at.format("LLLL"), at.fromNow());
const strict = moment(Trigger.ingredients.OccurredAt, "MMMM DD, YYYY [at] hh:mmA", true);
console.log(strict.isValid(), strict.toISOString());
