Trigger = null; Meta = { currentUserTime: 1 }; Connection = undefined; runAction = () => "mine"; moment = 5;
console.log("denied");
