const rows = [{ t: "zebra", at: "2021-04-01" }, { t: "Äpfel", at: "2020-12-31" }, { t: "apple", at: "2021-03-15" }, { t: "Zoo", at: "2021-03-15" }];
console.log(rows.slice().sort((a, b) => a.t.localeCompare(b.t)).map((r) => r.t));
console.log(rows.slice().sort((a, b) => new Date(a.at) - new Date(b.at)).map((r) => r.t));
console.log(rows.map((r) => r.t).sort(new Intl.Collator("sv").compare));
