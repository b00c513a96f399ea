// How often each statement and each arm of a branch ran, as the engine's own debugger counts it; in the second realm.
//
// Evaluated there before that realm is emptied, and held by the host alone: nothing of it can be reached from a script.
// The debugger never stops and never steps, it only has the engine count. The host asks by reading a property, so that
// no function of the script's realm stands on the stack, as turning the counters on demands.
(function (global) {
  "use strict";
  const { Debugger, Map, Set, JSON } = globalThis;
  const { parse, stringify } = JSON;
  let debug = null;
  let script = null;
  let probe = null;

  // --- what the engine says -----------------------------------------------------------------------------------------

  // Each instruction of a function, in the order of the compiler's output; a function that never ran has fewer.
  function instructions(one) {
    const rows = one.getOffsetsCoverage();
    if (rows !== null) return { ran: true, rows };
    const places = one.getAllColumnOffsets();
    for (const row of places) row.count = 0;
    return { ran: false, rows: places };
  }

  // Every function of the script beside the same function of the probe, or null where the two do not agree.
  function pairs(one, other, arrows, found) {
    found.push({ one, other });
    const inner = one.getChildScripts();
    const probed = other === null ? [] : other.getChildScripts().filter((child) => !arrows.has(`${child.startLine}:${child.startColumn}`));
    inner.forEach((child, i) => pairs(child, probed.length === inner.length ? probed[i] : null, arrows, found));
    return found;
  }

  // Which of the plan's functions a function of the engine is: it begins in its head. -1 for one that has no text.
  function indexOf(plan, one) {
    const at = offsetOf(plan, one.startLine, one.startColumn);
    const index = innermost(plan.functions, at);
    const known = plan.functions[index];
    if (at > known.head || known.seen) return -1;
    known.seen = true;
    return index;
  }

  // The last of the items, which are in the order of the text, that begins at a place or before.
  function innermost(items, at) {
    let low = -1;
    let high = items.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (items[middle].start <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  function offsetOf(plan, line, column) {
    return plan.starts[line - 1] + column - 1;
  }

  function grouped(items, key) {
    const groups = new Map();
    for (const item of items) {
      const group = groups.get(key(item));
      if (group === undefined) groups.set(key(item), [item]);
      else group.push(item);
    }
    return groups;
  }

  // --- statements: the first instruction inside each ----------------------------------------------------------------

  const LOOP_HEAD = 6; // bytes; no other instruction has as many

  function countUnits(plan, inside, rows) {
    rows.forEach((row, index) => {
      const at = offsetOf(plan, row.lineNumber, row.columnNumber);
      for (let i = innermost(plan.units, at); i >= 0; i = plan.units[i].around) {
        const unit = plan.units[i];
        if (unit.inside !== inside || unit.end <= at) continue;
        if (unit.count !== undefined) break;
        unit.count = rows[unit.isLoop ? beforeLoop(rows, index) : index].count;
      }
    });
  }

  // Each round of such a loop comes back to the mark at its head; what stands before that ran once a loop.
  function beforeLoop(rows, index) {
    for (const head of [index, index - 1]) {
      if (head > 0 && head + 1 < rows.length && rows[head + 1].offset - rows[head].offset === LOOP_HEAD) return head - 1;
    }
    return index;
  }

  // --- arms: where the probe has its marks --------------------------------------------------------------------------

  // What a mark is in the compiler's output: an arrow function, undefined, a call, and the result dropped.
  const MARK = 10;
  const BEFORE_CALL = 6;

  function countArms(inside, arms, rows, one, other, found) {
    if (arms.length === 0 || other === null) return;
    const offsets = new Map(other.getAllColumnOffsets().map((row) => [`${row.lineNumber}:${row.columnNumber}`, row.offset]));
    // An arm that the compiler dropped (`if (false) …`) is no branch.
    const present = arms.filter((arm) => offsets.has(arm.mark)).sort((a, b) => offsets.get(a.mark) - offsets.get(b.mark));
    const end = rows[rows.length - 1].offset + present.length * MARK;
    const shift = inside === 0 ? shiftOfScript(other, end) : isLast(other, end) ? 0 : -1;
    if (shift < 0) return; // not the same code but for the marks: what it counted cannot be told
    const index = new Map(rows.map((row, i) => [row.offset, i]));
    present.forEach((arm, i) => {
      const at = index.get(offsets.get(arm.mark) - BEFORE_CALL - shift - i * MARK);
      if (at !== undefined) countArm(arm, rows, at, found);
    });
  }

  // The probe declares one name more than the script, at its end; a script that declares none has nothing at its
  // beginning that declares. -1 where it is neither.
  function shiftOfScript(other, end) {
    for (const shift of [0, 5]) if (isLast(other, end + shift + 7)) return shift;
    return -1;
  }

  function isLast(one, offset) {
    if (!isInstruction(one, offset)) return false;
    for (let beyond = 1; beyond < 12; beyond++) if (isInstruction(one, offset + beyond)) return false;
    return true;
  }

  function isInstruction(one, offset) {
    try {
      one.getOffsetLocation(offset);
      return true;
    } catch (error) {
      return false;
    }
  }

  function countArm(arm, rows, at, found) {
    const first = rows[at];
    found.push([arm.place[0], arm.place[1], arm.kind, first.count]);
    // Before the arm of an `if` stand the jump around it, which ran each time, and the mark that the jump was not taken.
    if (arm.untaken !== null) found.push([arm.untaken[0], arm.untaken[1], "no else", rows[at - 2].count - first.count]);
  }

  // --- the two questions --------------------------------------------------------------------------------------------

  return {
    plan: "",
    get start() {
      debug = new Debugger();
      debug.onNewScript = (one) => {
        if (one.url === "script.js") script = script || one;
        else if (one.url === "workbench:probe") probe = probe || one;
      };
      debug.addDebuggee(global);
      debug.collectCoverageInfo = true;
      return true;
    },
    get counts() {
      if (script === null) return stringify(null); // not even compiled
      const plan = parse(this.plan);
      const armsOf = grouped(plan.arms, (arm) => arm.inside);
      const branches = [];
      for (const { one, other } of pairs(script, probe, new Set(plan.arms.map((arm) => arm.arrow)), [])) {
        const inside = indexOf(plan, one);
        if (inside < 0) continue;
        const { ran, rows } = instructions(one);
        const { place } = plan.functions[inside];
        const arms = armsOf.get(inside) || [];
        if (inside > 0 && place !== null && rows.length) branches.push([place[0], place[1], "function", rows[0].count]);
        countUnits(plan, inside, rows);
        if (ran) countArms(inside, arms, rows, one, other, branches);
        else for (const arm of arms) neverRan(arm, branches);
      }
      return stringify({ lines: linesOf(plan.units), branches });
    },
  };

  // A line ran as often as the busiest statement that begins on it.
  function linesOf(units) {
    const lines = new Map();
    for (const { line, count } of units) {
      if (count !== undefined && !(lines.get(line) >= count)) lines.set(line, count);
    }
    return [...lines];
  }

  function neverRan(arm, found) {
    found.push([arm.place[0], arm.place[1], arm.kind, 0]);
    if (arm.untaken !== null) found.push([arm.untaken[0], arm.untaken[1], "no else", 0]);
  }
})
