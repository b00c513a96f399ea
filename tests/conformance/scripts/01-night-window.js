// Act only inside the user's night window.
var hour = Meta.currentUserTime.hour();
if (hour >= 22 || hour < 6) {
  console.log("night, skipped", hour);
} else {
  runAction("hue.turn_on", { fields: { brightness: String(hour * 4) } });
}
