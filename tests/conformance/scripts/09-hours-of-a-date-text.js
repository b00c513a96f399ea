//! {"ingredients": {"OccurredAt": "April 20, 2021 at 04:20PM", "Plain": "April 20, 2021 4:20 PM"}}
console.log(new Date(Trigger.ingredients.OccurredAt).getHours(), new Date(Trigger.ingredients.Plain).getHours());
console.log(String(new Date(Trigger.ingredients.OccurredAt)));
