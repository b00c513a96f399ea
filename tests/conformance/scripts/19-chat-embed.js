const embed = { title: Trigger.ingredients.title, timestamp: Meta.currentUserTime, fields: [{ name: "n", value: undefined }], date: new Date(0) };
console.log(JSON.stringify({ embeds: [embed] }), JSON.stringify(embed, null, 2));
runAction("chat.post", { fields: embed });
