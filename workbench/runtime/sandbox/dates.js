// Date.parse as V8 7.8 reads dates: ISO 8601 first, else the loose grammar where words before a number do not matter.
//
// The loose grammar: an unsigned number before ":" is part of the time; any other number is part of the day; a word is
// a month, am/pm, a zone or noise, and noise is allowed only until the first number; text in parentheses is noise; a
// sign after the time or a zone begins an offset. Two-digit years lie in 1950..2049; a missing year is 2001.
(function (kit) {
  "use strict";
  const { Date: Native, charCodeAt, floor } = kit;
  const utc = Native.UTC;
  const { fromCharCode } = kit.String;
  const setFullYear = kit.uncurry(Native.prototype.setFullYear);
  const setUTCFullYear = kit.uncurry(Native.prototype.setUTCFullYear);
  const setHours = kit.uncurry(Native.prototype.setHours);
  const NONE = null;
  const INVALID = { __proto__: null, type: "invalid" };
  const END = { __proto__: null, type: "end" };
  const SIGNIFICANT = 9; // digits of a number that are read; the rest is passed over

  // A word is known by its first three letters; only months may be longer.
  const WORDS = { __proto__: null };
  const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
  for (let i = 0; i < 12; i++) WORDS[months[i]] = { __proto__: null, kind: "month", value: i + 1 };
  const zones = { ut: 0, utc: 0, z: 0, gmt: 0, cdt: -5, cst: -6, edt: -4, est: -5, mdt: -6, mst: -7, pdt: -7, pst: -8 };
  for (const name of kit.keys(zones)) WORDS[name] = { __proto__: null, kind: "zone", value: zones[name] };
  WORDS.am = { __proto__: null, kind: "half", value: 0 };
  WORDS.pm = { __proto__: null, kind: "half", value: 12 };
  WORDS.t = { __proto__: null, kind: "t", value: 0 };

  const isDigit = (code) => code >= 48 && code <= 57;
  const isLetterOrAbove = (code) => code >= 65;
  const isSpace = (code) => (code >= 9 && code <= 13) || code === 32; // V8 7.8 takes any other space for a letter
  const within = (low, number, high) => number >= low && number <= high;

  // --- tokens -------------------------------------------------------------------------------------------------------

  class Scanner {
    constructor(text) {
      this.text = text;
      this.at = 0;
      this.peek = this.scan();
    }

    next() {
      const token = this.peek;
      this.peek = this.scan();
      return token;
    }

    skip(symbol) {
      if (this.peek.type !== symbol) return false;
      this.peek = this.scan();
      return true;
    }

    isFixed(length) {
      return this.peek.type === "number" && this.peek.length === length;
    }

    code() {
      return this.at < this.text.length ? charCodeAt(this.text, this.at) : 0;
    }

    scan() {
      const code = this.code();
      if (this.at >= this.text.length || code === 0) return END; // V8's reader takes a NUL for the end
      if (isDigit(code)) return this.number();
      if (isSpace(code)) {
        this.at++;
        return { __proto__: null, type: "space" };
      }
      if (isLetterOrAbove(code)) return this.word();
      if (code === 40) this.parentheses();
      else this.at++;
      const symbol = code === 40 ? "" : this.text[this.at - 1];
      return { __proto__: null, type: symbol === "" || kit.indexOf(":-+.)", symbol) < 0 ? "unknown" : symbol };
    }

    number() {
      const start = this.at;
      let value = 0;
      for (let count = 0; isDigit(this.code()); count++, this.at++) {
        if (count < SIGNIFICANT) value = value * 10 + this.code() - 48;
      }
      return { __proto__: null, type: "number", value, length: this.at - start };
    }

    word() {
      let prefix = "";
      const start = this.at;
      for (; isLetterOrAbove(this.code()); this.at++) {
        if (this.at - start < 3) prefix += fromCharCode(this.code() | 32);
      }
      const known = WORDS[prefix];
      const fits = known !== undefined && (this.at - start <= 3 || known.kind === "month");
      return { __proto__: null, type: "word", kind: fits ? known.kind : "noise", value: fits ? known.value : 0, length: this.at - start };
    }

    parentheses() {
      let open = 0;
      do {
        const code = this.code();
        if (code === 40) open++;
        else if (code === 41) open--;
        this.at++;
      } while (open > 0 && this.at < this.text.length);
    }
  }

  // --- what has been read so far ------------------------------------------------------------------------------------

  const parts = () => ({
    __proto__: null,
    day: kit.list(), month: NONE, isISO: false,
    time: kit.list(), half: NONE,
    sign: NONE, zoneHour: NONE, zoneMinute: NONE,
  });

  function add(list, number, most) {
    if (list.length >= most) return false;
    kit.push(list, number);
    return true;
  }

  function addFinal(time, number) {
    add(time, number, 4);
    while (time.length < 4) kit.push(time, 0);
  }

  // Whether a number without ":" may end the time: minutes, seconds or milliseconds after what is there.
  function endsTime(time, number) {
    const { length } = time;
    return ((length === 1 || length === 2) && within(0, number, 59)) || (length === 3 && within(0, number, 999));
  }

  function setZone(found, hours) {
    found.sign = hours < 0 ? -1 : 1;
    found.zoneHour = hours * found.sign;
    found.zoneMinute = 0;
  }

  // The first three digits after the point; fewer stand for tenths and hundredths.
  function milliseconds(token) {
    let { value, length } = token;
    if (length === 1) return value * 100;
    if (length === 2) return value * 10;
    for (length = kit.min(length, SIGNIFICANT); length > 3; length--) value = value / 10;
    return floor(value);
  }

  // --- ISO 8601: a whole date-time, or the token at which the loose grammar goes on --------------------------------

  function readISO(scanner, found) {
    const { day } = found;
    if (scanner.peek.type === "+" || scanner.peek.type === "-") {
      const sign = scanner.next();
      if (!scanner.isFixed(6)) return sign;
      const year = scanner.next().value;
      if (sign.type === "-" && year === 0) return sign;
      kit.push(day, sign.type === "-" ? -year : year);
    } else if (scanner.isFixed(4)) kit.push(day, scanner.next().value);
    else return scanner.next();
    for (let most = 12; most <= 31 && scanner.skip("-"); most += 19) {
      if (!scanner.isFixed(2) || !within(1, scanner.peek.value, most)) return scanner.next();
      kit.push(day, scanner.next().value);
    }
    if (scanner.peek.kind !== "t") {
      if (scanner.peek.type !== "end") return scanner.next();
    } else {
      scanner.next(); // after a T nothing but ISO 8601 can follow
      if (!readClock(scanner, found.time) || !readOffset(scanner, found) || scanner.peek.type !== "end") return INVALID;
    }
    if (found.zoneHour === NONE && found.time.length === 0) setZone(found, 0);
    found.isISO = true;
    return END;
  }

  function readClock(scanner, time) {
    if (!scanner.isFixed(2) || !within(0, scanner.peek.value, 24)) return false;
    const midnight = scanner.peek.value === 24; // 24:00:00.000 and no other time of the hour 24
    kit.push(time, scanner.next().value);
    if (!scanner.skip(":")) return false;
    for (let unit = 0; unit === 0 || (unit === 1 && scanner.skip(":")); unit++) {
      if (!scanner.isFixed(2) || !within(0, scanner.peek.value, midnight ? 0 : 59)) return false;
      kit.push(time, scanner.next().value);
    }
    if (time.length === 3 && scanner.skip(".")) {
      if (scanner.peek.type !== "number" || (midnight && scanner.peek.value > 0)) return false;
      kit.push(time, milliseconds(scanner.next()));
    }
    return true;
  }

  function readOffset(scanner, found) {
    if (scanner.peek.kind === "zone" && scanner.peek.length === 1) {
      scanner.next();
      setZone(found, 0);
    } else if (scanner.peek.type === "+" || scanner.peek.type === "-") {
      found.sign = scanner.next().type === "+" ? 1 : -1;
      let hour;
      let minute;
      if (scanner.isFixed(4)) {
        const both = scanner.next().value;
        hour = floor(both / 100);
        minute = both % 100;
      } else {
        if (!scanner.isFixed(2)) return false;
        hour = scanner.next().value;
        if (!scanner.skip(":") || !scanner.isFixed(2)) return false;
        minute = scanner.next().value;
      }
      if (hour > 23 || minute > 59) return false;
      found.zoneHour = hour;
      found.zoneMinute = minute;
    }
    return true;
  }

  // --- the loose grammar --------------------------------------------------------------------------------------------

  function readLoose(scanner, found, first) {
    let hasNumber = found.day.length > 0;
    for (let token = first === END ? scanner.next() : first; token.type !== "end"; token = scanner.next()) {
      const { type } = token;
      if (type === "number") {
        hasNumber = true;
        if (!readNumber(scanner, found, token.value)) return false;
      } else if (type === "word") {
        if (!readWord(scanner, found, token, hasNumber)) return false;
      } else if ((type === "+" || type === "-") && (isUTC(found) || found.time.length > 0)) {
        if (!readLooseOffset(scanner, found, type)) return false;
        hasNumber = true;
      } else if ((type === "+" || type === "-" || type === ")") && hasNumber) return false;
    }
    return true;
  }

  const isUTC = (found) => found.zoneHour === 0 && found.zoneMinute === 0;

  function readNumber(scanner, found, number) {
    const { time } = found;
    if (scanner.skip(":")) {
      if (scanner.skip(":")) {
        if (time.length > 0) return false;
        kit.push(time, number);
        kit.push(time, 0);
        return true;
      }
      if (!add(time, number, 4)) return false;
      scanner.skip(".");
      return true;
    }
    if (scanner.skip(".") && endsTime(time, number)) {
      kit.push(time, number);
      if (scanner.peek.type !== "number") return false;
      addFinal(time, milliseconds(scanner.next()));
      return true;
    }
    if (found.zoneHour !== NONE && found.zoneMinute === NONE && within(0, number, 59)) {
      found.zoneMinute = number;
      return true;
    }
    if (endsTime(time, number)) {
      addFinal(time, number);
      const { type, kind, length } = scanner.peek;
      return type === "end" || type === "space" || (kind === "zone" && length === 1) || type === "+" || type === "-";
    }
    if (!add(found.day, number, 3)) return false;
    scanner.skip("-");
    return true;
  }

  function readWord(scanner, found, word, hasNumber) {
    if (word.kind === "half" && found.time.length > 0) found.half = word.value;
    else if (word.kind === "month") {
      found.month = word.value;
      scanner.skip("-");
    } else if (word.kind === "zone" && hasNumber) setZone(found, word.value);
    else return !hasNumber && scanner.peek.type !== "number";
    return true;
  }

  function readLooseOffset(scanner, found, sign) {
    found.sign = sign === "+" ? 1 : -1;
    let number = 0;
    let length = 0;
    if (scanner.peek.type === "number") ({ value: number, length } = scanner.next());
    if (scanner.peek.type === ":") {
      found.zoneHour = number;
      found.zoneMinute = NONE;
    } else if (length === 1 || length === 2) {
      found.zoneHour = number;
      found.zoneMinute = 0;
    } else if (length === 3 || length === 4) {
      found.zoneHour = floor(number / 100);
      found.zoneMinute = number % 100;
    } else return false;
    return true;
  }

  // --- from parts to a moment ---------------------------------------------------------------------------------------

  function dayOf(found) {
    const { day: list, month: named, isISO } = found;
    if (list.length < 1) return null;
    const count = list.length;
    const at = (i) => (i < count ? list[i] : 1);
    const yearFirst = !within(1, list[0], 31);
    let year = at(2);
    let month = list[0];
    let day = at(1);
    if (named !== NONE) {
      month = named;
      day = yearFirst ? at(1) : list[0];
      year = yearFirst ? list[0] : at(1);
    } else if (isISO || yearFirst) {
      year = list[0];
      month = at(1);
      day = at(2);
    }
    if (!isISO && within(0, year, 49)) year += 2000;
    else if (!isISO && within(50, year, 99)) year += 1900;
    if (!within(1, month, 12) || !within(1, day, 31)) return null;
    return { __proto__: null, year, month: month - 1, day };
  }

  function clockOf(found) {
    const { time, half } = found;
    let hour = time.length > 0 ? time[0] : 0;
    const minute = time.length > 1 ? time[1] : 0;
    const second = time.length > 2 ? time[2] : 0;
    const rest = time.length > 3 ? time[3] : 0;
    if (half !== NONE) {
      if (!within(0, hour, 12)) return null;
      hour = (hour % 12) + half;
    }
    const isTime = within(0, hour, 23) && within(0, minute, 59) && within(0, second, 59) && within(0, rest, 999);
    if (!isTime && (hour !== 24 || minute > 0 || second > 0 || rest > 0)) return null;
    return { __proto__: null, hour, minute, second, rest };
  }

  function instant(found) {
    const date = dayOf(found);
    const clock = date && clockOf(found);
    if (!clock) return NaN;
    const made = new Native(0);
    if (found.sign === NONE) {
      setHours(made, 12, 0, 0, 0);
      setFullYear(made, date.year, date.month, date.day);
      setHours(made, clock.hour, clock.minute, clock.second, clock.rest);
      return kit.dateValue(made);
    }
    const days = new Native(utc(2000, date.month, date.day));
    setUTCFullYear(days, date.year, date.month, date.day);
    const offset = found.sign * ((found.zoneHour || 0) * 60 + (found.zoneMinute || 0));
    const time = ((clock.hour * 60 + clock.minute - offset) * 60 + clock.second) * 1000 + clock.rest;
    return kit.dateValue(new Native(kit.dateValue(days) + time));
  }

  kit.parseDate = (text) => {
    const scanner = new Scanner(text);
    const found = parts();
    const first = readISO(scanner, found);
    if (first === INVALID || !readLoose(scanner, found, first)) return NaN;
    return instant(found);
  };
})
