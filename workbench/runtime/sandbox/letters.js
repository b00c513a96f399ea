// The letters and digits of identifiers that came after Unicode 13, which is what Node 12 knows.
(function (kit) {
  "use strict";
  // Measured: what acorn 8.19 takes for part of an identifier and Node.js 12.22.12 does not; code points in hexadecimal.
  const RANGES =
    "558 58b-58c 5c8-5c9 870-887 889-88f 897-89f 8b5 8c8-8d2 b53-b54 c3c c5c-c5d cdc-cdd cf3 ece 170d 1715 171f " +
    "180f 1ac1-1af0 1b4c 1c89-1c8a 1dfa 208f 209d-209f 2c2f 2c5f 30fb 9ffd-9fff a7c0-a7c1 a7cb-a7dd a7e2 a7f1-a7f4 " +
    "ab6c-ab6d ff65 10570-1057a 1057c-1058a 1058c-10592 10594-10595 10597-105a1 105a3-105b1 105b3-105b9 105bb-105bc " +
    "105c0-105f3 10780-10785 10787-107b0 107b2-107bf 10940-10959 10d40-10d65 10d69-10d6d 10d6f-10d85 10ec2-10ec7 " +
    "10ecb-10ecf 10ed9-10eee 10ef0-10eff 10f70-10f85 11070-11075 110c2 1123f-11241 11380-11389 1138b 1138e " +
    "11390-113b5 113b7-113c0 113c2 113c5 113c7-113ca 113cc-113d3 113e1-113e2 116d0-116e3 11740-11746 11ab0-11abf " +
    "11b0a 11b60-11b67 11bc0-11be0 11bf0-11bf9 11db0-11ddb 11de0-11de9 11df0-11df1 11f00-11f10 11f12-11f3a " +
    "11f3e-11f42 11f50-11f5a 1246f 12475-1247f 12550-12686 12f90-12ff0 1342f 13440-13455 13460-143fa 16100-16139 " +
    "16a70-16abe 16ac0-16ac9 16d40-16d6c 16d70-16d79 16ea0-16eb8 16ebb-16ed3 16ff2-16ff6 187f8-187ff 18cd6-18cda " +
    "18cff 18d09-18d20 18d80-18df2 18e00-19191 191a0-191d2 1aff0-1aff3 1aff5-1affb 1affd-1affe 1b11f-1b128 1b132 " +
    "1b155 1b168 1ccf0-1ccf9 1cf00-1cf2d 1cf30-1cf46 1d127-1d128 1d250-1d252 1d25b-1d25c 1d25f 1d280-1d281 1d6a6 " +
    "1df00-1df81 1df90-1df96 1dfcd-1dfff 1e030-1e06d 1e08f 1e290-1e2ae 1e4d0-1e4f9 1e5d0-1e5fa 1e6c0-1e6de " +
    "1e6e0-1e6f5 1e6fe-1e6ff 1e7e0-1e7e6 1e7e8-1e7eb 1e7ed-1e7ee 1e7f0-1e7fe 2a6de-2a6df 2b735-2b73f 2b81e " +
    "2cea2-2cead 2ebf0-2ee5d 31350-33479 3d000-3fc3f";

  // As a flat list: first, last, first, last ...
  kit.newerLetters = [];
  for (const range of RANGES.split(" ")) {
    const [first, last] = range.split("-");
    kit.newerLetters.push(parseInt(first, 16), parseInt(last || first, 16));
  }
})
