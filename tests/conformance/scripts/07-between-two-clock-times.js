const from = moment("08:30", "HH:mm"), to = moment("17:45", "HH:mm");
console.log(moment().isBetween(from, to), from.format("LT"), to.format("LT"), moment("17:45", "HH:mm").isBetween(from, to, null, "[]"));
