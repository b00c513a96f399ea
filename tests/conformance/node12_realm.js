// Evaluated first in each fresh context: what a runtime script finds there, built from that context's own intrinsics.
"use strict";
(() => {
  const { parse, stringify } = JSON;
  const NativeDate = Date;

  // The same generator as the workbench's (mulberry32), so that a seed gives the same numbers on both sides.
  function seeded(seed) {
    let state = seed >>> 0;
    return function random() {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = state;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
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

  function define(name, value, enumerable = false) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable });
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
        call(kind, step, stringify(body), (planned) => {
          const { status, body: responseBody = null, failure } = parse(planned);
          if (failure) reject(new Error(failure));
          else resolve({ statusCode: status, responseBody });
        });
      });
  }

  const METHODS = "log info warn error debug trace dir table group groupCollapsed groupEnd count countReset assert".split(" ");

  function after(context, record, call, bareMoment) {
    const moment = globalThis.moment;
    delete globalThis.moment;
    if (bareMoment) define("moment", moment, true);
    const given = parse(stringify(context));
    define("Meta", { currentUserTime: moment.tz(given.now_ms, given.timezone) }, true);
    define("Trigger", { id: given.trigger_id, ingredients: given.ingredients }, true);
    const connection = {
      serviceUserId: given.service_user_id,
      currentFeatureName: given.feature_name,
      userFeatureId: given.user_feature_id,
      configuration: given.configuration,
    };
    define("Connection", connection, true);
    define("runAction", caller("action", call), true);
    define("performQuery", caller("query", call), true);
    const console = {};
    for (const method of METHODS) console[method] = (...args) => void record(method, args);
    define("console", console);
  }

  return { before, after };
})();
