// Math.random (xorshift128+, as V8 computes it): the same numbers for the same seed, and others in each run without one.
//
// The engine's own would not do for the second either: workers that are forked from one process share its state.
(function (kit) {
  "use strict";
  const mask = (1n << 64n) - 1n;
  const mix = (value) => {
    let h = value & mask;
    h = ((h ^ (h >> 33n)) * 0xff51afd7ed558ccdn) & mask;
    h = ((h ^ (h >> 33n)) * 0xc4ceb9fe1a85ec53n) & mask;
    return h ^ (h >> 33n);
  };

  // Two numbers of 64 bits, as halves: `seed` is a whole number, `chance` 32 digits of base 16.
  kit.seedRandom = (seed, chance) => {
    const first = seed === null ? BigInt(`0x${kit.slice(chance, 0, 16)}`) : mix(BigInt(seed) + 1n);
    const second = seed === null ? BigInt(`0x${kit.slice(chance, 16)}`) : mix(~(first || 1n));
    const upper = (value) => kit.Number(value >> 32n) | 0;
    const lower = (value) => kit.Number(value & 0xffffffffn) | 0;
    let aUpper = upper(first || 1n);
    let aLower = lower(first || 1n);
    let bUpper = upper(second || 2n);
    let bLower = lower(second || 2n);
    const methods = {
      random() {
        let up = aUpper ^ ((aUpper << 23) | (aLower >>> 9));
        let low = aLower ^ (aLower << 23);
        aUpper = bUpper;
        aLower = bLower;
        low ^= ((low >>> 17) | (up << 15)) ^ bLower ^ ((bLower >>> 26) | (bUpper << 6));
        up ^= (up >>> 17) ^ bUpper ^ (bUpper >>> 26);
        bUpper = up;
        bLower = low;
        return ((aUpper >>> 12) * 4294967296 + (((aUpper << 20) | (aLower >>> 12)) >>> 0)) / 4503599627370496;
      },
    };
    kit.hide(kit.global.Math, "random", kit.native("random", 0, methods.random));
  };
})
