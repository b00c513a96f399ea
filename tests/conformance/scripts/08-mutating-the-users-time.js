Meta.currentUserTime.subtract(5, "hours");
console.log(Meta.currentUserTime.calendar(), Meta.currentUserTime.format());
console.log(Meta.currentUserTime.add(1, "day").calendar(moment("2021-04-20T12:00:00-04:00")));
