//! {"replies": {"weather.today": {"status": 200, "body": {"data": [{"SunsetAt": "2021-04-20T23:41:00Z"}]}}}}
performQuery("weather.today").then(({ responseBody }) => {
  const [{ SunsetAt }] = responseBody.data;
  if (Date.parse(Meta.currentUserTime.utc().format()) < Date.parse(SunsetAt)) console.log("before sunset");
  else console.log("after sunset");
});
