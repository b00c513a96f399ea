moment.fn.format = () => "forged"; moment.tz.setDefault("Asia/Tokyo"); moment.locale("xx"); moment.suppressDeprecationWarnings = true; moment.now = () => 0; Meta.currentUserTime.constructor.prototype.hour = () => 99;
console.log("denied");
