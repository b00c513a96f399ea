// Evaluated first in each fresh context: what a runtime script finds there, built from that context's own intrinsics.
"use strict";
(() => {
  const { parse, stringify } = JSON;
  const NativeDate = Date;

  // The same generator as the workbench's (xorshift128+), so that a seed gives the same numbers on both sides.
  function seeded(seed) {
    const mix = (value) => {
      let h = BigInt.asUintN(64, value);
      h = BigInt.asUintN(64, (h ^ (h >> 33n)) * 0xff51afd7ed558ccdn);
      h = BigInt.asUintN(64, (h ^ (h >> 33n)) * 0xc4ceb9fe1a85ec53n);
      return h ^ (h >> 33n);
    };
    let a = mix(BigInt(seed) + 1n) || 1n;
    let b = mix(~a) || 2n;
    return function random() {
      const low = BigInt.asUintN(64, a ^ (a << 23n));
      a = b;
      b = low ^ (low >> 17n) ^ a ^ (a >> 26n);
      return Number(a >> 12n) / 4503599627370496;
    };
  }

  function frozenDate(now) {
    function Date(...args) {
      if (new.target === undefined) return new NativeDate(now).toString();
      return Reflect.construct(NativeDate, args.length ? args : [now], new.target === Date ? NativeDate : new.target);
    }
    Object.defineProperty(Date, "length", { value: 7, configurable: true });
    Object.defineProperty(Date, "prototype", { value: NativeDate.prototype, writable: false });
    const statics = { parse: NativeDate.parse, UTC: NativeDate.UTC, now: () => now };
    for (const name of Object.keys(statics)) {
      Object.defineProperty(Date, name, { value: statics[name], writable: true, configurable: true });
    }
    Object.defineProperty(NativeDate.prototype, "constructor", { value: Date, writable: true, configurable: true });
    return Date;
  }

  function define(name, value) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  }

  function before(context) {
    define("Date", frozenDate(context.now_ms));
    if (context.seed !== null && context.seed !== undefined) {
      Object.defineProperty(Math, "random", { value: seeded(context.seed), writable: true, configurable: true });
    }
  }

  function caller(kind, call) {
    return (step, body) =>
      new Promise((resolve, reject) => {
        call(kind, typeof step === "symbol" ? step.toString() : `${step}`, stringify(body), (planned) => {
          const { status, body: responseBody = null, failure } = parse(planned);
          if (failure) reject(new Error(failure));
          else resolve({ statusCode: status, responseBody });
        });
      });
  }

  const named = (name, made) => Object.defineProperty(made, "name", { value: name, configurable: true });

  const METHODS = "log info warn error debug trace dir dirxml table group groupCollapsed groupEnd count countReset assert".split(" ");

  function after(context, record, call, bareMoment) {
    const moment = globalThis.moment;
    delete globalThis.moment;
    if (bareMoment) define("moment", moment);
    const given = parse(stringify(context));
    define("Meta", { currentUserTime: moment.tz(given.now_ms, given.timezone) });
    define("Trigger", { id: given.trigger_id, ingredients: given.ingredients });
    const connection = {
      serviceUserId: given.service_user_id,
      currentFeatureName: given.feature_name,
      userFeatureId: given.user_feature_id,
      configuration: given.configuration,
    };
    define("Connection", connection);
    define("runAction", named("runAction", caller("action", call)));
    define("performQuery", named("performQuery", caller("query", call)));
    const console = {};
    for (const method of METHODS) console[method] = (...args) => void record(method, args);
    define("console", console);
  }

  return { before, after };
})();
