runAction("hue.turn_off").then((response) => {
  if (response.statusCode === 200) console.log("off", response.responseBody); else console.log("failed", response);
});
