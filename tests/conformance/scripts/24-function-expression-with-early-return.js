(function () {
  if (isNight()) return console.log("night");
  console.log(describe());
  function isNight() { return Meta.currentUserTime.hour() < 5; }
  function describe() { return arguments.length + describe.name + typeof notYet; }
  var notYet = 1;
})();
