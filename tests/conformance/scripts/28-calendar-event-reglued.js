//! {"ingredients": {"Starts": "April 22, 2021 at 09:30AM", "Ends": "April 22, 2021 at 11:00AM"}}
const glue = (text) => { const [date, time] = text.split(" at "); return new Date(`${date} ${time.slice(0, 5)} ${time.slice(5)}`); };
const minutes = (glue(Trigger.ingredients.Ends) - glue(Trigger.ingredients.Starts)) / 60000;
console.log(minutes, new Date("April 22, 2021 09:30AM").getTime(), glue(Trigger.ingredients.Starts).toISOString());
