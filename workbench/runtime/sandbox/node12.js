// What plain Node 12 has beside the language and IFTTT does not document: the profile `node12`.
//
// Timers, queueMicrotask, TextEncoder and TextDecoder are ours; URL comes from whatwg-url, Buffer from the package buffer.
// `process` and `require` are honestly absent: nothing of a real Node's process or modules is here.
(function (kit) {
  "use strict";

  // An error as Node's own code throws it: its code stands in the stack and in toString(), not in its name.
  kit.nodeError = (kind, code, message) => {
    const error = new kit.global[kind](message);
    const stack = kit.stackOf(error);
    kit.hide(error, "stack", `${kind} [${code}]${kit.slice(stack, kind.length)}`);
    kit.hide(error, "toString", function () {
      return `${this.name} [${code}]: ${this.message}`;
    });
    error.code = code;
    return error;
  };

  // How Node's errors name a value of the wrong type.
  kit.received = (value) => {
    if (value === null || value === undefined) return `Received ${value}`;
    if (typeof value === "function" && value.name) return `Received function ${value.name}`;
    if (typeof value === "object") {
      if (value.constructor && value.constructor.name) return `Received an instance of ${value.constructor.name}`;
      return `Received ${kit.inspect(value, -1)}`;
    }
    let shown = kit.inspect(value);
    if (shown.length > 28) shown = `${kit.slice(shown, 0, 25)}...`;
    return `Received type ${typeof value} (${shown})`;
  };

  const define = (name, value, enumerable) => kit.defineProperty(kit.global, name, { __proto__: null, value, writable: true, enumerable, configurable: true });

  kit.installNode12 = () => {
    const timers = kit.makeTimers();
    const names = kit.keys(timers);
    for (let i = 0; i < names.length; i++) define(names[i], timers[names[i]], true);
    define("global", kit.global, true);
    const encoding = kit.makeEncoding();
    define("TextEncoder", encoding.TextEncoder, false);
    define("TextDecoder", encoding.TextDecoder, false);
    const { Buffer, URL, URLSearchParams } = load(encoding);
    define("URL", asNodeHasIt(URL), false);
    define("URLSearchParams", URLSearchParams, false);
    showParams(URLSearchParams);
    kit.mendBuffer(Buffer);
    define("Buffer", Buffer, false);
  };

  // The bundle leaves its exports at the global object, as the others do, and only we get them.
  function load(encoding) {
    kit.global["workbench:encoding"] = encoding;
    kit.host.load("node12");
    const exported = kit.global["workbench:node12"];
    delete kit.global["workbench:encoding"];
    delete kit.global["workbench:node12"];
    return exported;
  }

  const PARTS = ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "searchParams", "hash"];

  function asNodeHasIt(Native) {
    function URL(input, base) {
      if (new.target === undefined) throw new kit.global.TypeError("Class constructor URL cannot be invoked without 'new'");
      const text = `${input}`;
      try {
        return kit.construct(Native, base === undefined ? [text] : [text, `${base}`], new.target);
      } catch (failure) {
        const error = kit.nodeError("TypeError", "ERR_INVALID_URL", `Invalid URL: ${text}`);
        delete error.code;
        error.input = text;
        error.code = "ERR_INVALID_URL";
        throw error;
      }
    }
    kit.defineProperty(URL, "prototype", { __proto__: null, value: Native.prototype, writable: false });
    kit.hide(Native.prototype, "constructor", URL);
    kit.showing(Native.prototype, "URL", PARTS);
    return URL;
  }

  function showParams(Native) {
    const forEach = kit.uncurry(Native.prototype.forEach);
    kit.hide(Native.prototype, Symbol.for("nodejs.util.inspect.custom"), function () {
      let text = "";
      forEach(this, (value, name) => {
        text += `${text === "" ? "" : ", "}${kit.inspect(name)} => ${kit.inspect(value)}`;
      });
      return text === "" ? "URLSearchParams {}" : `URLSearchParams { ${text} }`;
    });
  }
})
