// Math as V8 7.8 computes it, where the engine takes a function from another library and rounds a last digit otherwise.
//
// V8 computes with the algorithms of Sun Microsystems' fdlibm (1993, free to use), written anew here: the same
// polynomials in the same order of operations, for the result is wanted to the last bit.
(function (kit) {
  "use strict";
  const { abs, sqrt, log, trunc, sin: nativeSin, cos: nativeCos } = Math;
  const INFINITY = Infinity;

  // --- the two halves of a double ---------------------------------------------------------------------------------

  const double = new Float64Array(1);
  const words = new Uint32Array(double.buffer); // little-endian, as every machine that we run on
  const high = (x) => {
    double[0] = x;
    return words[1] | 0;
  };
  const withHigh = (x, word) => {
    double[0] = x;
    words[1] = word;
    return double[0];
  };
  // The double without the lower half of its bits.
  const coarse = (x) => {
    double[0] = x;
    words[0] = 0;
    return double[0];
  };

  // --- powers and logarithms --------------------------------------------------------------------------------------

  // 1: y is odd, 2: y is even, 0: y is no whole number.
  function parity(y) {
    if (y !== trunc(y)) return 0;
    return abs(y) < 9007199254740992 && y % 2 !== 0 ? 1 : 2;
  }

  function pow(x, y) {
    if (y === 0) return 1;
    if (x !== x || y !== y) return NaN;
    const size = abs(x);
    if (abs(y) === INFINITY) return size === 1 ? NaN : size > 1 === y > 0 ? INFINITY : 0;
    if (y === 1) return x;
    if (y === -1) return 1 / x;
    if (y === 2) return x * x;
    if (y === 0.5 && high(x) >= 0) return sqrt(x);
    const even = parity(y);
    const sign = (x < 0 || kit.is(x, -0)) && even === 1 ? -1 : 1;
    if (size === 0 || size === 1 || size === INFINITY) {
      if (x < 0 && size === 1 && even === 0) return NaN;
      return sign * (y < 0 ? 1 / size : size);
    }
    if (x < 0 && even === 0) return NaN;
    return sign * powOf(size, y);
  }

  // x ** y of a positive x, as 2 ** (y * log2 x), log2 x being a pair of doubles.
  function powOf(x, y) {
    const width = high(y) & 0x7fffffff;
    const top = high(x);
    let pair;
    if (width > 0x41e00000) {
      if (top < 0x3fefffff) return y < 0 ? INFINITY : 0;
      if (top > 0x3ff00000) return y > 0 ? INFINITY : 0;
      if (width > 0x43f00000) return top <= 0x3fefffff === y < 0 ? INFINITY : 0;
      pair = logNearOne(x);
    } else pair = log2(x);
    const { t1, t2 } = pair;
    const y1 = coarse(y);
    return exp2(y1 * t1, (y - y1) * t1 + y * t2);
  }

  function logNearOne(x) {
    const t = x - 1;
    const w = t * t * (0.5 - t * (0.3333333333333333333333 - t * 0.25));
    const u = 1.44269502162933349609 * t;
    const v = t * 1.92596299112661746887e-8 - w * 1.442695040888963387;
    const t1 = coarse(u + v);
    return { __proto__: null, t1, t2: v - (t1 - u) };
  }

  function log2(given) {
    let x = given;
    let n = 0;
    if (high(x) < 0x00100000) {
      x *= 9007199254740992;
      n -= 53;
    }
    const top = high(x);
    n += (top >> 20) - 0x3ff;
    const mantissa = top & 0x000fffff;
    let word = mantissa | 0x3ff00000;
    let k = 0;
    if (mantissa > 0x3988e && mantissa < 0xbb67a) k = 1;
    else if (mantissa >= 0xbb67a) {
      n += 1;
      word -= 0x00100000;
    }
    x = withHigh(x, word);
    const base = k ? 1.5 : 1;
    let u = x - base;
    let v = 1 / (x + base);
    const ss = u * v;
    const sh = coarse(ss);
    let th = withHigh(0, ((word >> 1) | 0x20000000) + 0x00080000 + (k << 18));
    let tl = x - (th - base);
    const sl = v * (u - sh * th - sh * tl);
    let s2 = ss * ss;
    let r =
      s2 * s2 *
      (5.99999999999994648725e-1 + s2 * (4.28571428578550184252e-1 + s2 * (3.33333329818377432918e-1 + s2 * (2.72728123808534006489e-1 + s2 * (2.30660745775561754067e-1 + s2 * 2.06975017800338417784e-1)))));
    r += sl * (sh + ss);
    s2 = sh * sh;
    th = coarse(3 + s2 + r);
    tl = r - (th - 3 - s2);
    u = sh * th;
    v = sl * th + tl * ss;
    const ph = coarse(u + v);
    const pl = v - (ph - u);
    const zh = 9.61796700954437255859e-1 * ph;
    const zl = -7.02846165095275826516e-9 * ph + pl * 9.61796693925975554329e-1 + (k ? 1.35003920212974897128e-8 : 0);
    const dh = k ? 5.84962487220764160156e-1 : 0;
    const t1 = coarse(zh + zl + dh + n);
    return { __proto__: null, t1, t2: zl - (t1 - n - dh - zh) };
  }

  function exp2(given, low) {
    let ph = given;
    let z = low + ph;
    if (z >= 1024 && (z > 1024 || low + 8.0085662595372944372e-17 > z - ph)) return INFINITY;
    if (z <= -1075 && (z < -1075 || low <= z - ph)) return 0;
    const word = high(z);
    let n = 0;
    if ((word & 0x7fffffff) > 0x3fe00000) {
      let k = ((word & 0x7fffffff) >> 20) - 0x3ff;
      n = word + (0x00100000 >> (k + 1));
      k = ((n & 0x7fffffff) >> 20) - 0x3ff;
      const t = withHigh(0, n & ~(0x000fffff >> k));
      n = ((n & 0x000fffff) | 0x00100000) >> (20 - k);
      if (word < 0) n = -n;
      ph -= t;
    }
    let t = coarse(low + ph);
    const u = t * 6.93147182464599609375e-1;
    const v = (low - (t - ph)) * 6.93147180559945286227e-1 + t * -1.90465429995776804525e-9;
    z = u + v;
    const w = v - (z - u);
    t = z * z;
    const t1 = z - t * (1.66666666666666019037e-1 + t * (-2.77777777770155933842e-3 + t * (6.61375632143793436117e-5 + t * (-1.65339022054652515390e-6 + t * 4.13813679705723846039e-8))));
    z = 1 - ((z * t1) / (t1 - 2 - (w + z * w)) - z); // fdlibm subtracts the last term outside; V8 7.8 does it here
    const scaled = high(z) + (n << 20);
    if (scaled >> 20 > 0) return withHigh(z, scaled);
    return z * kit.pow(2, n + 1000) * kit.pow(2, -1000); // a subnormal, rounded once
  }

  function log10(given) {
    let x = given;
    let k = 0;
    if (x !== x || x < 0) return NaN;
    if (x === 0) return -INFINITY;
    if (x === INFINITY) return x;
    if (x === 1) return 0;
    if (high(x) < 0x00100000) {
      k -= 54;
      x *= 18014398509481984;
    }
    k += (high(x) >> 20) - 1023;
    const i = k < 0 ? 1 : 0;
    x = withHigh(x, (high(x) & 0x000fffff) | ((0x3ff - i) << 20));
    const y = k + i;
    const z = y * 3.69423907715893078616e-13 + 4.34294481903251816668e-1 * log(x);
    return z + y * 3.01029995663611771306e-1;
  }

  // The sum of squares of what is given, scaled by the largest, with Kahan's compensation.
  function hypot(sizes) {
    let largest = 0;
    let isNaN = false;
    for (let i = 0; i < sizes.length; i++) {
      if (sizes[i] === INFINITY) return INFINITY;
      if (sizes[i] !== sizes[i]) isNaN = true;
      else if (sizes[i] > largest) largest = sizes[i];
    }
    if (isNaN) return NaN;
    if (largest === 0) return 0;
    let sum = 0;
    let lost = 0;
    for (let i = 0; i < sizes.length; i++) {
      const part = sizes[i] / largest;
      const square = part * part - lost;
      const next = sum + square;
      lost = next - sum - square;
      sum = next;
    }
    return sqrt(sum) * largest;
  }

  // --- sine and cosine: an angle in -pi/4..pi/4 as a pair of doubles, then a polynomial ------------------------------

  function sinOf(x, y, isPair) {
    if ((high(x) & 0x7fffffff) < 0x3e400000) return x;
    const z = x * x;
    const v = z * x;
    const r = 8.33333333332248946124e-3 + z * (-1.98412698298579493134e-4 + z * (2.75573137070700676789e-6 + z * (-2.50507602534068634195e-8 + z * 1.58969099521155010221e-10)));
    if (!isPair) return x + v * (-1.66666666666666324348e-1 + z * r);
    return x - (z * (0.5 * y - v * r) - y - v * -1.66666666666666324348e-1);
  }

  function cosOf(x, y) {
    const word = high(x) & 0x7fffffff;
    if (word < 0x3e400000) return 1;
    const z = x * x;
    const r = z * (4.16666666666666019037e-2 + z * (-1.38888888888741095749e-3 + z * (2.48015872894767294178e-5 + z * (-2.75573143513906633035e-7 + z * (2.08757232129817482790e-9 + z * -1.13596475577881948265e-11)))));
    if (word < 0x3fd33333) return 1 - (0.5 * z - (z * r - x * y));
    const q = word > 0x3fe90000 ? 0.28125 : withHigh(0, word - 0x00200000);
    const h = 0.5 * z - q;
    return 1 - q - (h - (z * r - x * y));
  }

  const TWO_OVER_PI = 6.36619772367581382433e-1;
  // pi/2 in pieces of 33 bits, each with the rest of it.
  const PIECES = [1.57079632673412561417, 6.07710050630396597660e-11, 2.02226624871116645580e-21];
  const RESTS = [6.07710050650619224932e-11, 2.02226624879595063154e-21, 8.47842766036889956997e-32];

  // Takes quarters of the circle away: which quarter, and the angle that is left as a pair of doubles.
  function quarter(x) {
    const word = high(x) & 0x7fffffff;
    const size = abs(x);
    if (word < 0x4002d97c) return aroundOne(x, word);
    const n = trunc(size * TWO_OVER_PI + 0.5);
    let r = size - n * PIECES[0];
    let w = n * RESTS[0];
    let y0 = r - w;
    const before = word >> 20;
    if (n >= 32 || nearMultiple(word, n)) {
      if (before - ((high(y0) >> 20) & 0x7ff) > 16) {
        let t = r;
        w = n * PIECES[1];
        r = t - w;
        w = n * RESTS[1] - (t - r - w);
        y0 = r - w;
        if (before - ((high(y0) >> 20) & 0x7ff) > 49) {
          t = r;
          w = n * PIECES[2];
          r = t - w;
          w = n * RESTS[2] - (t - r - w);
          y0 = r - w;
        }
      }
    }
    const y1 = r - y0 - w;
    return x < 0 ? { __proto__: null, n: -n, y0: -y0, y1: -y1 } : { __proto__: null, n, y0, y1 };
  }

  // Below 32 quarters the first piece is enough unless the upper half of x is that of a multiple of pi/2.
  const nearMultiple = (word, n) => (high(n * 1.5707963267948966) & 0x7fffffff) === word;

  function aroundOne(x, word) {
    const sign = x < 0 ? -1 : 1;
    let z = x - sign * PIECES[0];
    let rest = RESTS[0];
    if (word === 0x3ff921fb) {
      z -= sign * PIECES[1];
      rest = RESTS[1];
    }
    const y0 = z - sign * rest;
    return { __proto__: null, n: sign, y0, y1: z - y0 - sign * rest };
  }

  // Angles of more than 2 ** 19 quarters stay the engine's: nobody turns that far, and V8 loses a digit there itself.
  const isHuge = (x) => !((high(x) & 0x7fffffff) <= 0x413921fb);

  function sin(x) {
    if (isHuge(x)) return nativeSin(x);
    if ((high(x) & 0x7fffffff) <= 0x3fe921fb) return sinOf(x, 0, false);
    const { n, y0, y1 } = quarter(x);
    const at = n & 3;
    if (at === 0) return sinOf(y0, y1, true);
    if (at === 1) return cosOf(y0, y1);
    return at === 2 ? -sinOf(y0, y1, true) : -cosOf(y0, y1);
  }

  function cos(x) {
    if (isHuge(x)) return nativeCos(x);
    if ((high(x) & 0x7fffffff) <= 0x3fe921fb) return cosOf(x, 0);
    const { n, y0, y1 } = quarter(x);
    const at = n & 3;
    if (at === 0) return cosOf(y0, y1);
    if (at === 1) return -sinOf(y0, y1, true);
    return at === 2 ? -cosOf(y0, y1) : sinOf(y0, y1, true);
  }

  kit.installMath = () => {
    const number = (value) => +value;
    const methods = {
      pow(base, exponent) {
        const x = number(base);
        return pow(x, number(exponent));
      },
      log10(x) {
        return log10(number(x));
      },
      sin(x) {
        return sin(number(x));
      },
      cos(x) {
        return cos(number(x));
      },
      hypot(...values) {
        const sizes = kit.list();
        for (let i = 0; i < values.length; i++) kit.push(sizes, abs(number(values[i])));
        return hypot(sizes);
      },
    };
    for (const name of kit.keys(methods)) kit.hide(Math, name, kit.native(name, Math[name].length, methods[name]));
  };
})
