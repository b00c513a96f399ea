// `day()` is never 7; scripts in the wild test it all the same.
var d = Meta.currentUserTime.day();
if (d == 6 || d == 7) console.log("weekend"); else console.log("weekday " + d);
for (var i = 0; i < 8; i++) console.log(i, Meta.currentUserTime.clone().day(i).format("dddd DDD"));
