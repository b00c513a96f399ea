//! {"timezone": "Europe/Paris", "now_ms": 1616893199000}
const t = Meta.currentUserTime;
console.log(t.format(), t.clone().add(1, "second").format(), t.clone().add(1, "day").format(), t.isDST(), t.utcOffset());
console.log(moment.tz("2021-03-28 02:30", "Europe/Paris").format(), moment.tz("2021-10-31 02:30", "Europe/Paris").format(), moment.tz("2021-10-31 02:30", "Europe/Paris").add(1, "hour").format());
