console.log(typeof SharedArrayBuffer === "undefined" && typeof Atomics === "undefined" ? "denied" : "denied, shared memory of one thread only");
