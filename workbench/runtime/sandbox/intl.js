// English only, as Node 12's small-icu: every locale formats as en-US does.
(function (kit) {
  "use strict";
  const ENGLISH = "en-US";
  const canonical = Intl.getCanonicalLocales;

  // The locales asked for are still checked; any that is no English falls back to en-US.
  function english(locales) {
    const asked = canonical(locales);
    for (let i = 0; i < asked.length; i++) {
      if (asked[i] === "en" || asked[i] === "en-US" || kit.startsWith(asked[i], "en-US-u-") || kit.startsWith(asked[i], "en-u-")) return asked[i];
    }
    for (let i = 0; i < asked.length; i++) {
      const extension = kit.indexOf(asked[i], "-u-");
      if (kit.startsWith(asked[i], "en")) return extension < 0 ? "en" : `en${kit.slice(asked[i], extension)}`;
    }
    return ENGLISH;
  }

  const KINDS = ["Collator", "DateTimeFormat", "ListFormat", "NumberFormat", "PluralRules", "RelativeTimeFormat"];
  const CALLABLE = ["Collator", "DateTimeFormat", "NumberFormat"];

  function wrap(name) {
    const Native = Intl[name];
    if (!Native) return;
    let callable = false;
    for (let i = 0; i < CALLABLE.length; i++) callable = callable || CALLABLE[i] === name;
    const kind = {
      [name]: function (locales, options) {
        if (new.target === undefined && !callable) throw new kit.global.TypeError(`Constructor Intl.${name} requires 'new'`);
        return kit.construct(Native, [english(locales), options], new.target === undefined ? kind : new.target);
      },
    }[name];
    kit.native(name, 0, kind);
    kit.defineProperty(kind, "prototype", { __proto__: null, value: Native.prototype, writable: false, enumerable: false, configurable: false });
    const statics = {
      supportedLocalesOf(locales) {
        const asked = canonical(locales);
        const found = [];
        for (let i = 0; i < asked.length; i++) {
          if (asked[i] === "en" || kit.startsWith(asked[i], "en-")) kit.push(found, asked[i]);
        }
        return found;
      },
    };
    kit.hide(kind, "supportedLocalesOf", kit.native("supportedLocalesOf", 1, statics.supportedLocalesOf));
    kit.hide(Native.prototype, "constructor", kind);
    kit.hide(Intl, name, kind);
  }

  // Methods that take locales: which argument it is.
  function clampMethod(prototype, name, index) {
    const native = prototype[name];
    const length = native.length;
    const call = (object, parts) => {
      const all = kit.list();
      for (let i = 0; i < kit.max(parts.length, index + 1); i++) kit.push(all, parts[i]);
      all[index] = english(all[index]);
      return kit.apply(native, object, all);
    };
    const method = {
      [name](...parts) {
        return call(this, parts);
      },
    }[name];
    kit.hide(prototype, name, kit.native(name, length, method));
  }

  kit.installEnglish = () => {
    for (let i = 0; i < KINDS.length; i++) wrap(KINDS[i]);
    for (const name of ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"]) clampMethod(Date.prototype, name, 0);
    clampMethod(Number.prototype, "toLocaleString", 0);
    clampMethod(BigInt.prototype, "toLocaleString", 0);
    clampMethod(String.prototype, "localeCompare", 1);
  };
})
