console.log((1234.5).toLocaleString("de-DE", { style: "currency", currency: "EUR" }), (0.256).toLocaleString("fr", { style: "percent" }), (1e6).toLocaleString("en-IN"));
console.log(new Date(0).toLocaleDateString("de-DE", { weekday: "long", year: "numeric", month: "long", day: "numeric" }), new Date(0).toLocaleTimeString("en-GB"));
console.log(new Intl.PluralRules("en", { type: "ordinal" }).select(3), new Intl.RelativeTimeFormat("en").format(-3, "day"), new Intl.ListFormat("en").format(["a", "b", "c"]));
