console.log(2n ** 64n, BigInt("0xff"), 7n / 2n, -7n % 3n, typeof 1n, 1n < 2, 1n == 1, BigInt.asUintN(8, 257n), 5 & 3, -1 >>> 0, 1 << 31, ~~-2.7, 0.1 + 0.2, 1_000);
