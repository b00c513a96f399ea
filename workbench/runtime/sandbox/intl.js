// Intl as Node 12 has it: options and time zones that came later are not known; and, unless switched off, English only,
// as with the small set of locale data that Node 12 is built with: every locale formats as en-US does.
(function (kit) {
  "use strict";
  const ENGLISH = "en-US";
  const canonical = Intl.getCanonicalLocales;
  const toUpperCase = kit.uncurry(kit.String.prototype.toUpperCase);
  let isEnglishOnly = false;

  // The locales asked for are still checked. Any English is "en", anything else the default; the rules of plurals are in
  // every build, by language alone.
  function localesFor(name, locales) {
    if (!isEnglishOnly) return locales;
    const asked = canonical(locales);
    const plain = kit.list();
    for (let i = 0; i < asked.length; i++) {
      const language = kit.regexpExec(/^[a-z]+/, asked[i])[0];
      const extension = kit.indexOf(asked[i], "-u-");
      const whole = extension < 0 ? language : language + kit.slice(asked[i], extension);
      if (name === "PluralRules") kit.push(plain, asked[i] === "pt-PT" ? asked[i] : whole);
      else if (language === "en") return whole;
    }
    return plain.length ? kit.from(plain) : ENGLISH;
  }

  // --- options that are newer -----------------------------------------------------------------------------------------

  const NEWER = {
    __proto__: null,
    DateTimeFormat: ["dayPeriod", "fractionalSecondDigits"],
    NumberFormat: ["roundingIncrement", "roundingMode", "roundingPriority", "trailingZeroDisplay"],
    PluralRules: ["notation", "roundingIncrement", "roundingMode", "roundingPriority", "trailingZeroDisplay"],
  };

  function optionsFor(name, options) {
    if (typeof options !== "object" || options === null) return options;
    let changed = null;
    const set = (key, value) => {
      changed = changed || kit.create(options);
      kit.defineProperty(changed, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
    };
    const newer = NEWER[name];
    for (let i = 0; newer && i < newer.length; i++) if (newer[i] in options) set(newer[i], undefined);
    if (name === "NumberFormat" && typeof options.useGrouping === "string") set("useGrouping", options.useGrouping !== "");
    if (name === "DateTimeFormat" && options.timeZone !== undefined) set("timeZone", zoneOf(`${options.timeZone}`));
    return changed || options;
  }

  // --- time zones -----------------------------------------------------------------------------------------------------

  // V8 7.8 knows a zone by its name in title case, which shuts out US/Pacific, EST5EDT and their like.
  const LOWER = { __proto__: null, Of: "of", Es: "es", Au: "au" };
  function titled(name) {
    let result = "";
    let word = "";
    for (let i = 0; i <= name.length; i++) {
      const code = i < name.length ? kit.charCodeAt(name, i) : 0;
      if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122)) {
        word += word === "" ? toUpperCase(name[i]) : kit.toLowerCase(name[i]);
        continue;
      }
      result += (LOWER[word] || word) + (i < name.length ? name[i] : "");
      word = "";
    }
    return result === "Antarctica/Dumontdurville" ? "Antarctica/DumontDUrville" : result;
  }

  const TOO_NEW = { __proto__: null, "America/Ciudad_Juarez": true, "America/Coyhaique": true, "Europe/Kyiv": true };
  let zones = null;
  function zoneOf(name) {
    if (zones === null) {
      zones = { __proto__: null };
      const names = kit.moment.tz.names();
      for (let i = 0; i < names.length; i++) if (!TOO_NEW[names[i]]) zones[names[i]] = true;
    }
    const upper = toUpperCase(name);
    if (upper === "UTC" || upper === "GMT" || upper === "ETC/UTC" || upper === "ETC/GMT") return "UTC";
    if (kit.startsWith(upper, "ETC/GMT")) {
      const etc = `Etc/${kit.slice(upper, 4)}`;
      if (zones[etc]) return etc;
    } else if (zones[titled(name)]) return titled(name);
    throw new kit.global.RangeError(`Invalid time zone specified: ${name}`);
  }

  // Zones that Node 12 (ICU 67) shows under another name: measured for every name of the tz database.
  const SHOWN = { __proto__: null };
  const RENAMED =
    "Africa/Asmera:Africa/Asmara America/Buenos_Aires:America/Argentina/Buenos_Aires America/Catamarca:America/Argentina/Catamarca " +
    "America/Cordoba:America/Argentina/Cordoba,America/Rosario America/Jujuy:America/Argentina/Jujuy America/Mendoza:America/Argentina/Mendoza " +
    "America/Coral_Harbour:America/Atikokan America/Indianapolis:America/Fort_Wayne,America/Indiana/Indianapolis America/Godthab:America/Nuuk " +
    "America/Louisville:America/Kentucky/Louisville America/Montreal: America/Nipigon: America/Pangnirtung: America/Rainy_River: " +
    "America/Santa_Isabel: America/Thunder_Bay: America/Yellowknife: Pacific/Auckland:Antarctica/South_Pole Asia/Calcutta:Asia/Kolkata " +
    "Asia/Choibalsan: Asia/Saigon:Asia/Ho_Chi_Minh Asia/Katmandu:Asia/Kathmandu Asia/Rangoon:Asia/Yangon Atlantic/Faeroe:Atlantic/Faroe " +
    "Australia/Currie: Europe/Kiev: Europe/Uzhgorod: Europe/Zaporozhye: Pacific/Truk:Pacific/Chuuk,Pacific/Yap Pacific/Enderbury:Pacific/Kanton " +
    "Pacific/Johnston: Pacific/Ponape:Pacific/Pohnpei";
  for (const row of RENAMED.split(" ")) {
    const [shown, others] = row.split(":");
    SHOWN[shown] = shown;
    for (const other of others.split(",")) SHOWN[other] = shown;
  }
  const zonesAsked = new kit.WeakMap();

  // --- constructors and methods ---------------------------------------------------------------------------------------

  const KINDS = ["Collator", "DateTimeFormat", "ListFormat", "NumberFormat", "PluralRules", "RelativeTimeFormat"];
  const CALLABLE = { __proto__: null, Collator: true, DateTimeFormat: true, NumberFormat: true };

  function wrap(name) {
    const Native = Intl[name];
    const kind = {
      [name]: function (locales, options) {
        if (new.target === undefined && !CALLABLE[name]) throw new kit.global.TypeError(`Constructor Intl.${name} requires 'new'`);
        const known = optionsFor(name, options);
        const made = kit.construct(Native, [localesFor(name, locales), known], new.target === undefined ? kind : new.target);
        if (name === "DateTimeFormat" && known !== options && SHOWN[known.timeZone]) kit.weakSet(zonesAsked, made, SHOWN[known.timeZone]);
        return made;
      },
    }[name];
    kit.native(name, 0, kind);
    kit.defineProperty(kind, "prototype", { __proto__: null, value: Native.prototype, writable: false, enumerable: false, configurable: false });
    const native = Native.supportedLocalesOf;
    const statics = {
      supportedLocalesOf(locales, options) {
        if (!isEnglishOnly || name === "PluralRules") return kit.apply(native, Native, [locales, options]);
        const asked = canonical(locales);
        const found = [];
        for (let i = 0; i < asked.length; i++) if (asked[i] === "en" || kit.startsWith(asked[i], "en-")) kit.append(found, asked[i]);
        return found;
      },
    };
    kit.hide(kind, "supportedLocalesOf", kit.native("supportedLocalesOf", 1, statics.supportedLocalesOf));
    kit.hide(Native.prototype, "constructor", kind);
    kit.hide(Intl, name, kind);
    cleanOptions(name, Native);
  }

  const LATER = ["roundingIncrement", "roundingMode", "roundingPriority", "trailingZeroDisplay"];
  function cleanOptions(name, Native) {
    const native = Native.prototype.resolvedOptions;
    const methods = {
      resolvedOptions() {
        const found = kit.apply(native, this, []);
        for (let i = 0; i < LATER.length; i++) delete found[LATER[i]];
        if (found.useGrouping !== undefined) found.useGrouping = found.useGrouping !== false;
        if (name === "Collator" && isEnglishOnly && found.locale === ENGLISH) found.locale = "en";
        if (name === "PluralRules") found.pluralCategories = inOrder(found.pluralCategories);
        if (name === "DateTimeFormat" && kit.weakHas(zonesAsked, this)) found.timeZone = kit.weakGet(zonesAsked, this);
        return found;
      },
    };
    kit.hide(Native.prototype, "resolvedOptions", kit.native("resolvedOptions", 0, methods.resolvedOptions));
  }

  const CATEGORIES = ["few", "many", "one", "two", "zero", "other"];
  function inOrder(categories) {
    const sorted = [];
    for (let i = 0; i < CATEGORIES.length; i++) {
      for (let n = 0; n < categories.length; n++) if (categories[n] === CATEGORIES[i]) kit.append(sorted, CATEGORIES[i]);
    }
    return sorted;
  }

  // Methods that take locales and options: which argument the locales are, and which constructor knows the options.
  function wrapMethod(prototype, name, index, kind) {
    const native = prototype[name];
    const method = {
      [name](...parts) {
        const all = kit.list();
        for (let i = 0; i < kit.max(parts.length, index + 1); i++) kit.push(all, parts[i]);
        all[index] = localesFor(kind, all[index]);
        if (all.length > index + 1) all[index + 1] = optionsFor(kind, all[index + 1]);
        const found = kit.apply(native, this, all);
        return found === 0 && name === "localeCompare" ? emptyFirst(this, all[0]) : found;
      },
    }[name];
    kit.hide(prototype, name, kit.native(name, native.length, method));
  }

  // A collator's compare is a function of its own, always the same one.
  const compares = new kit.WeakMap();
  function wrapCompare(prototype) {
    const native = kit.descriptor(prototype, "compare").get;
    const { get } = kit.descriptor({
      get compare() {
        const comparing = kit.apply(native, this, []);
        if (!kit.weakHas(compares, comparing)) {
          const bound = (one, other) => comparing(one, other) || emptyFirst(one, other);
          kit.weakSet(compares, comparing, kit.native("", 2, bound));
        }
        return kit.weakGet(compares, comparing);
      },
    }, "compare");
    kit.defineProperty(prototype, "compare", { __proto__: null, get: kit.native("get compare", 0, get), set: undefined, enumerable: false, configurable: true });
  }

  // V8 compares an empty text with another before it asks which characters the language ignores.
  function emptyFirst(one, other) {
    if (typeof one !== "string" || typeof other !== "string" || (one === "") === (other === "")) return 0;
    return one === "" ? -1 : 1;
  }

  kit.installIntl = () => {
    for (let i = 0; i < KINDS.length; i++) wrap(KINDS[i]);
    for (const name of ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"]) wrapMethod(kit.Date.prototype, name, 0, "DateTimeFormat");
    wrapMethod(kit.Number.prototype, "toLocaleString", 0, "NumberFormat");
    wrapMethod(BigInt.prototype, "toLocaleString", 0, "NumberFormat");
    wrapMethod(kit.String.prototype, "localeCompare", 1, "Collator");
    wrapCompare(Intl.Collator.prototype);
  };
  kit.useEnglish = (only) => {
    isEnglishOnly = only;
  };
})
