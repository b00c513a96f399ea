// The sandbox's one door: what the worker asks of it, before, during and after the script.
(function (kit) {
  "use strict";
  const ZONES = ["America/New_York", "Europe/London", "Asia/Tokyo", "America/Los_Angeles", "Australia/Sydney"]; // to practise with
  const LIMIT = 20000; // characters of any one text of a fault

  const fault = (kit.fault = (value, uncaught) => {
    const found = kit.describe(value);
    return kit.record({
      name: kit.cut(found.name, 200),
      message: kit.cut(found.message, LIMIT),
      line: found.line ?? null,
      column: found.column ?? null,
      stack: kit.cut(found.stack, LIMIT),
      raw: kit.cut(found.raw, LIMIT),
      advice: "",
      uncaught,
    });
  });

  let reasons = kit.list();
  const doors = {
    __proto__: null,
    // What must be done before any script runs.
    warm() {
      kit.harden();
      kit.installDate();
      kit.installErrors();
      kit.installRewordings();
      kit.watchThrows();
      kit.installMath();
      kit.installNumbers();
      kit.installSort();
      kit.installStrings();
      kit.installRegExps();
      kit.installIntl();
      kit.installWebAssembly();
      kit.gut();
      kit.noteIterators();
      kit.installConsole();
      kit.noteNames();
    },
    // What only makes a run quicker: for a worker that has to wait for one anyway.
    practise() {
      kit.warmReading();
      // A script can see which zones moment has unpacked: afterwards these are as they were.
      const zones = kit.moment.tz._zones;
      for (const zone of ZONES) {
        const key = kit.toLowerCase(zone).replace("/", "_");
        const packed = zones[key];
        kit.moment.tz(0, zone).format("LLLL");
        zones[key] = packed;
      }
    },
    check(source) {
      return kit.stringify(kit.check(source));
    },
    tree(source) {
      return kit.stringify(kit.tree(source));
    },
    // What of the script can run, for coverage.
    plan(source) {
      return kit.stringify(kit.plan(source));
    },
    prepare(text, source, chance) {
      const context = kit.parse(text);
      kit.setSource(source);
      kit.startClock(context.now_ms, context.frozen);
      kit.seedRandom(context.seed, chance);
      kit.useEnglish(context.english_only);
      kit.installGlobals(context);
      if (context.profile === "node12") kit.installNode12();
    },
    // Runs the script; the text of a fault, or none. The host throws what the script threw, the same value.
    run() {
      try {
        const nothing = kit.host.evaluate();
        if (nothing !== "") return kit.stringify(fault(nothing === "null" ? null : undefined, true));
      } catch (error) {
        return kit.stringify(fault(error, true));
      }
      return "";
    },
    // Where the script is, asked in the midst of it when its time is up.
    where() {
      const list = kit.words.frames(kit.stackHere(), 10);
      const place = kit.here();
      return kit.stringify(
        kit.record({ line: place.line ?? null, column: place.column ?? null, stack: kit.words.stackText("Timed out", list) }),
      );
    },
    describe(value) {
      return kit.stringify(fault(value, true));
    },
    reply(id, skipped, status, body, failure) {
      kit.setSkipped(skipped);
      kit.settle(id, status, body, failure);
    },
    tick(skipped) {
      kit.setSkipped(skipped);
      return kit.fireTimer();
    },
    // The engine tells of a rejection by number; the reason waits on the global object for this moment only.
    rejected(number, key) {
      const reason = kit.descriptor(kit.global, key);
      kit.deleteProperty(kit.global, key);
      reasons[number] = reason ? { __proto__: null, value: reason.value } : undefined;
    },
    reason(number) {
      const kept = reasons[number];
      delete reasons[number];
      return kit.stringify(fault(kept ? kept.value : undefined, false));
    },
    forget(number) {
      delete reasons[number];
    },
  };
  return (door, a, b, c, d, e) => doors[door](a, b, c, d, e);
})
