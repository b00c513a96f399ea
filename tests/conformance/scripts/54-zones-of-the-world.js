for (const zone of ["Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "Nowhere/Land"]) {
  const known = moment.tz.zone(zone);
  console.log(zone, known ? moment.tz(Date.now(), zone).format("LLL Z z") : known);
}
