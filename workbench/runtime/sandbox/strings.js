// Methods of strings that grew stricter after Node 12: matchAll takes a regular expression without the flag "g".
(function (kit) {
  "use strict";
  kit.installStrings = () => {
    const methods = {
      matchAll(pattern) {
        if (this === undefined || this === null) throw new kit.global.TypeError("String.prototype.matchAll called on null or undefined");
        if (pattern !== undefined && pattern !== null) {
          const matcher = pattern[Symbol.matchAll];
          if (matcher !== undefined && matcher !== null) return kit.apply(matcher, pattern, [this]);
        }
        const text = `${this}`;
        return new kit.RegExp(pattern, "g")[Symbol.matchAll](text);
      },
    };
    kit.hide(kit.String.prototype, "matchAll", kit.native("matchAll", 1, methods.matchAll));
  };
})
