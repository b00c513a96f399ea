if (Meta.currentUserTime.hour() > 5) return;
console.log("x");
