// Numbers as texts and texts as numbers, in a radix other than ten, with the digits that V8 7.8 gives.
(function (kit) {
  "use strict";
  const { abs, floor, trunc } = Math;
  const isFinite = (x) => x - x === 0;

  // The power of two of a double: 1 has 0.
  const double = new Float64Array(1);
  const words = new Uint32Array(double.buffer); // little-endian, as every machine that we run on
  const exponentOf = (x) => {
    double[0] = x;
    return ((words[1] >> 20) & 0x7ff) - 1023;
  };

  const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

  // Half the distance to the next double: digits beyond it say nothing.
  function halfStep(value) {
    const exponent = exponentOf(value);
    return exponent === -1023 ? 5e-324 : kit.max(kit.pow(2, exponent - 53), 5e-324);
  }

  function radixText(given, radix) {
    const value = abs(given);
    let whole = floor(value);
    let rest = value - whole;
    let step = halfStep(value);
    const digits = kit.list();
    if (rest >= step) {
      let last;
      do {
        rest *= radix;
        step *= radix;
        last = floor(rest);
        kit.push(digits, last);
        rest -= last;
        if ((rest > 0.5 || (rest === 0.5 && last % 2 === 1)) && rest + step > 1) {
          // Rounded up; a digit that runs over gives its one to the digit before, the first to the whole number.
          while (digits.length && digits[digits.length - 1] + 1 === radix) digits.length--;
          if (digits.length) digits[digits.length - 1]++;
          else whole += 1;
          break;
        }
      } while (rest >= step);
    }
    let text = "";
    for (; exponentOf(whole / radix) > 52; whole /= radix) text = `0${text}`; // digits that the double does not hold
    do {
      const left = whole % radix; // with a fraction, where the division above left one
      text = DIGITS[floor(left)] + text;
      whole = (whole - left) / radix;
    } while (whole > 0);
    if (digits.length) text += ".";
    for (let i = 0; i < digits.length; i++) text += DIGITS[digits[i]];
    return given < 0 ? `-${text}` : text;
  }

  function digitValue(code, radix) {
    const value = code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 122 ? code - 87 : code >= 65 && code <= 90 ? code - 55 : 36;
    return value < radix ? value : -1;
  }

  // V8 reads long numerals in an odd radix in groups of digits that fit 32 bits.
  function grouped(text, from, radix) {
    let value = 0;
    for (let at = from; digitValue(kit.charCodeAt(text, at), radix) >= 0; ) {
      let part = 0;
      let scale = 1;
      for (let digit; scale * radix <= 119304647 && (digit = digitValue(kit.charCodeAt(text, at), radix)) >= 0; at++) {
        part = part * radix + digit;
        scale *= radix;
      }
      value = value * scale + part;
    }
    return value;
  }

  kit.installNumbers = () => {
    const nativeText = kit.numberText;
    const nativeParse = parseInt;
    const methods = {
      toString(radix) {
        if (radix === undefined) return nativeText(this);
        const base = trunc(+radix);
        const value = kit.numberValue(this);
        if (!(base >= 2 && base <= 36) || base === 10 || !isFinite(value) || (value === trunc(value) && abs(value) < 9007199254740992)) return nativeText(this, radix);
        return radixText(value, base);
      },
    };
    kit.hide(Number.prototype, "toString", kit.native("toString", 1, methods.toString));
    const statics = {
      parseInt(text, radix) {
        const source = typeof text === "string" ? text : `${text}`;
        const value = nativeParse(source, radix);
        if (!(abs(value) >= 9007199254740992) || value === Infinity || radix === undefined) return value;
        const base = radix | 0;
        if (base === 10 || base === 0 || (base & (base - 1)) === 0) return value;
        const digits = kit.trim(source);
        const signed = digits[0] === "-" || digits[0] === "+";
        const read = grouped(digits, signed ? 1 : 0, base);
        return digits[0] === "-" ? -read : read;
      },
    };
    kit.hide(kit.global, "parseInt", kit.native("parseInt", 2, statics.parseInt));
    kit.hide(Number, "parseInt", statics.parseInt);
  };
})
