//! {"ingredients": {"SunsetAt": "April 20, 2021 at 07:41PM"}}
moment.suppressDeprecationWarnings = true;
var set = moment(Trigger.ingredients.SunsetAt);
console.log(set.isValid(), set.format(), Meta.currentUserTime.isBefore(set), String(set));
