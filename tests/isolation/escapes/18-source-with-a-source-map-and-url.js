//# sourceMappingURL=file:///etc/passwd
//# sourceURL=/etc/passwd
console.log(new Error("x").stack.includes("root:") ? "ESCAPED" : "denied");
