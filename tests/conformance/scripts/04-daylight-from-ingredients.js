//! {"ingredients": {"SunriseAt": "2021-04-20T06:12:00-04:00", "SunsetAt": "2021-04-20T19:41:00-04:00"}}
var rise = moment(Trigger.ingredients.SunriseAt), set = moment(Trigger.ingredients.SunsetAt);
var light = Meta.currentUserTime.isAfter(rise) && Meta.currentUserTime.isBefore(set);
console.log(light, rise.format("LT"), set.format("LT"), set.diff(rise, "minutes"));
runAction("lights.set", { fields: { on: light ? "no" : "yes" } });
