//! {"end": ["ok"], "limit_ms": 30000}
const text = "[],".repeat(300000) + "[]";
const body = JSON.parse(`[${text}]`);
let denied = 0, made = 0;
(async () => { for (let i = 0; i < 30; i++) await runAction("a.b", body).then(() => { made++; }, () => { denied++; }); console.log(denied && made < 15 ? "denied" : `ESCAPED ${made}`); })();
