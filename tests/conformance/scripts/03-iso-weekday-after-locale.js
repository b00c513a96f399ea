const today = Meta.currentUserTime.locale("en").isoWeekday();
console.log(today, Meta.currentUserTime.format("dddd"), moment.locale());
console.log(moment.locale("fr"), moment("2021-04-20").format("dddd"));
