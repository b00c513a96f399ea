// The run's clock: Date starts at the bench's "now", runs with real time and with simulated delays, or stands still.
(function (kit) {
  "use strict";
  const nativeNow = kit.Date.now;
  let base = 0;
  let began = nativeNow();
  let skipped = 0;
  let ahead = 0;
  let frozen = false;

  kit.startClock = (now, isFrozen) => {
    base = now;
    frozen = isFrozen;
    began = nativeNow();
  };
  kit.setSkipped = (milliseconds) => {
    skipped = milliseconds;
  };
  kit.now = () => (frozen ? base : kit.floor(base + kit.uptime()));
  kit.uptime = () => nativeNow() - began + skipped + ahead;
  // A timer never fires before its time by this clock, whatever the parent's says.
  kit.reach = (due) => {
    ahead += kit.max(0, due - kit.uptime());
  };

  kit.installDate = () => {
    const Native = kit.Date;
    const toText = kit.dateText;
    const primitive = kit.uncurry(Native.prototype[Symbol.toPrimitive]);
    const isDate = (value) => {
      try {
        kit.dateValue(value);
        return true;
      } catch (error) {
        return false;
      }
    };

    function Date(...parts) {
      if (new.target === undefined) return toText(new Native(kit.now()));
      if (parts.length === 0) return kit.construct(Native, [kit.now()], new.target);
      if (parts.length > 1) return kit.construct(Native, parts, new.target);
      let value = parts[0];
      if (typeof value === "object" && value !== null) {
        value = isDate(value) ? kit.dateValue(value) : toPrimitive(value);
      }
      if (typeof value === "string") value = kit.parseDate(value);
      return kit.construct(Native, [value], new.target);
    }

    // An object turns into a primitive as the constructor asks for one, with the hint "default".
    function toPrimitive(value) {
      const exotic = value[Symbol.toPrimitive];
      if (exotic !== undefined && exotic !== null) {
        const result = kit.apply(exotic, value, ["default"]);
        if (typeof result === "object" && result !== null) throw new TypeError("Cannot convert object to primitive value");
        return result;
      }
      return primitive(value, "number");
    }

    kit.native("Date", 7, Date);
    kit.defineProperty(Date, "prototype", { value: Native.prototype, writable: false, enumerable: false, configurable: false });
    const statics = {
      now() {
        return kit.now();
      },
      parse(text) {
        return kit.parseDate(typeof text === "string" ? text : `${text}`);
      },
    };
    kit.hide(Date, "now", kit.native("now", 0, statics.now));
    kit.hide(Date, "parse", kit.native("parse", 1, statics.parse));
    kit.hide(Date, "UTC", Native.UTC);
    kit.hide(Native.prototype, "constructor", Date);
    kit.hide(globalThis, "Date", Date);
  };
  kit.parseDate = kit.Date.parse;
})
