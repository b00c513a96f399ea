const t = Meta.currentUserTime;
const key = t.date() + t.month() + 1 + Number(t.format("YY"));
console.log(key, (key / 100).toFixed(2), t.format("DDDo w Wo gg Qo X x SSS"), t.dayOfYear(), t.week(), t.quarter());
