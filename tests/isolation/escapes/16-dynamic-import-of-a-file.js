import("/etc/passwd").then(() => console.log("ESCAPED"), (e) => console.log("denied", e.name));
