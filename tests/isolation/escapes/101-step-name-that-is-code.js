for (const step of ["a.b\0c", "../../etc/passwd", "a.b\n{\"t\":\"end\"}", "\ud800", "__proto__", "a.b' OR 1=1 --"]) runAction(step).catch(() => {});
console.log("denied");
