function thrower() { throw new Error("here"); }
try { thrower(); } catch (e) { const lines = e.stack.split("\n"); console.log(lines[0], /^    at thrower \(.*:1:28\)$/.test(lines[1]), lines.length > 2); }
const carrier = {}; Error.captureStackTrace(carrier); console.log(typeof carrier.stack, carrier.stack.split("\n")[0]);
