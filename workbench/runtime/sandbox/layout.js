// How entries are set: short ones in one line of 80 characters, many of an array in columns, others one a line.
(function (kit) {
  "use strict";
  const WIDTH = (kit.lineWidth = 80);
  const MANY = (kit.mostItems = 100); // shown of an array; then how many more there are

  // Short entries stand in one line; more than six entries of an array, which `value` is then, are set in columns.
  kit.layout = (output, open, close, room, depth, value) => {
    const entries = output.length;
    const lines = value !== undefined && entries > 6 ? columns(output, room, value) : output;
    if (room.levels - depth < 3 && entries === lines.length) {
      let total = lines.length * 2 + room.indentation + open.length + 10;
      for (let i = 0; i < lines.length; i++) total += lines[i].length;
      const whole = kit.join(lines, ", ");
      if (total <= WIDTH && kit.indexOf(open, "\n") < 0 && kit.indexOf(whole, "\n") < 0) return `${open} ${whole} ${close}`;
    }
    const indentation = `\n${kit.repeat(" ", room.indentation)}`;
    return `${open}${indentation}  ${kit.join(lines, `,${indentation}  `)}${indentation}${close}`;
  };

  // As many columns as give about the picture of a square, all numbers flush right, anything else flush left.
  function columns(output, room, value) {
    const count = output.length > MANY ? output.length - 1 : output.length;
    let total = 0;
    let longest = 0;
    for (let i = 0; i < count; i++) {
      total += output[i].length + 2;
      longest = kit.max(longest, output[i].length);
    }
    const widest = longest + 2;
    if (!(widest * 3 + room.indentation < WIDTH && (total / widest > 5 || longest <= 6))) return output;
    const biased = kit.max(widest - 3 - kit.pow(widest - total / output.length, 0.5), 1);
    const square = kit.floor(kit.pow(2.5 * biased * count, 0.5) / biased + 0.5);
    const across = kit.min(square, kit.floor((WIDTH - room.indentation) / widest), 12, 15);
    if (across <= 1) return output;
    return grid(output, count, across, allNumbers(output, value) ? kit.padStart : kit.padEnd);
  }

  function allNumbers(output, value) {
    for (let i = 0; i < output.length; i++) {
      if (typeof value[i] !== "number" && typeof value[i] !== "bigint") return false;
    }
    return true;
  }

  function grid(output, count, across, pad) {
    const widths = kit.list();
    for (let column = 0; column < across; column++) {
      let width = 0;
      for (let i = column; i < count; i += across) width = kit.max(width, output[i].length);
      kit.push(widths, width + 2);
    }
    const lines = kit.list();
    for (let from = 0; from < count; from += across) {
      const last = kit.min(from + across, count) - 1;
      let line = "";
      for (let i = from; i < last; i++) line += pad(`${output[i]}, `, widths[i - from], " ");
      line += pad === kit.padStart ? pad(output[last], widths[last - from] - 2, " ") : output[last];
      kit.push(lines, line);
    }
    if (count < output.length) kit.push(lines, output[count]);
    return lines;
  }
})
