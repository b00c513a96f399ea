console.log(Intl.DateTimeFormat().resolvedOptions().timeZone === "UTC" && new Date(0).getTimezoneOffset() === 0 ? "denied" : "ESCAPED");
