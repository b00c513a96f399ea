// Places in a source: the line and the column of an offset, both from 1.
(function (kit) {
  "use strict";

  // The offsets at which lines begin.
  kit.lineStarts = (source) => {
    const starts = [0];
    for (let i = 0; i < source.length; i++) {
      const code = source.charCodeAt(i);
      if (code === 10 || code === 0x2028 || code === 0x2029 || (code === 13 && source.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
    }
    return starts;
  };

  kit.placeIn = (starts, at) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= at) low = middle;
      else high = middle - 1;
    }
    return [low + 1, at - starts[low] + 1];
  };
})
