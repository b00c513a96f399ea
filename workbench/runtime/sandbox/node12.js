// What plain Node 12 has beside the language: timers in virtual time, queueMicrotask.
(function (kit) {
  "use strict";
  kit.installNode12 = () => {};
})
