// How often each statement and each arm of a branch ran, as the engine's own debugger counts it; in the second realm.
//
// Evaluated there before that realm is emptied, and held by the host alone: nothing of it can be reached from a script.
// The debugger never stops and never steps, it only has the engine count. The host asks by reading a property, so that
// no function of the script's realm stands on the stack, as turning the counters on demands.
(function (global) {
  "use strict";
  const { Debugger, Map, JSON } = globalThis;
  const { parse, stringify } = JSON;
  let debug = null;
  let script = null;
  let probe = null;

  // --- what the engine says -----------------------------------------------------------------------------------------

  // Each instruction of a function, in the order of the compiler's output; a function that never ran has fewer.
  function instructions(one) {
    const counted = one.getOffsetsCoverage();
    if (counted !== null) return counted;
    return one.getAllColumnOffsets().map((row) => ({ lineNumber: row.lineNumber, columnNumber: row.columnNumber, offset: row.offset, count: 0 }));
  }

  // Every function of the script beside the same function of the probe, or null where the two do not agree.
  function pairs(one, other, arrows, found) {
    found.push({ one, other });
    const inner = one.getChildScripts();
    const probed = other === null ? [] : other.getChildScripts().filter((child) => !arrows.has(`${child.startLine}:${child.startColumn}`));
    inner.forEach((child, i) => pairs(child, probed.length === inner.length ? probed[i] : null, arrows, found));
    return found;
  }

  // Which of the plan's functions a function of the engine is: they end at one place, the innermost that began before.
  function indexOf(plan, one) {
    const end = one.sourceStart + one.sourceLength;
    let best = -1;
    plan.functions.forEach((known, i) => {
      if (known.end === end && known.start <= one.sourceStart && (best < 0 || known.start >= plan.functions[best].start)) best = i;
    });
    return best;
  }

  // --- statements: the first instruction inside each ----------------------------------------------------------------

  const LOOP_HEAD = 6; // bytes; no other instruction has as many

  function innermost(units, at) {
    let low = -1;
    let high = units.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (units[middle].start <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  function countUnits(plan, inside, rows) {
    rows.forEach((row, index) => {
      const at = plan.starts[row.lineNumber - 1] + row.columnNumber - 1;
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

  function countArms(plan, inside, rows, one, other, found) {
    const arms = plan.arms.filter((arm) => arm.inside === inside);
    if (arms.length === 0 || other === null) return;
    const offsets = new Map(other.getAllColumnOffsets().map((row) => [`${row.lineNumber}:${row.columnNumber}`, row.offset]));
    // An arm that the compiler dropped (`if (false) …`) is no branch.
    const present = arms.filter((arm) => offsets.has(arm.mark)).sort((a, b) => offsets.get(a.mark) - offsets.get(b.mark));
    const more = last(other, plan.probeEnd) - last(one, plan.end);
    if (more !== present.length * MARK) return; // not the same code but for the marks: what it counted cannot be told
    const index = new Map(rows.map((row, i) => [row.offset, i]));
    present.forEach((arm, i) => {
      const at = index.get(offsets.get(arm.mark) - BEFORE_CALL - i * MARK);
      if (at !== undefined) countArm(arm, rows, at, found);
    });
  }

  // The last instruction of a function that has a place, before the end of the text.
  function last(one, end) {
    const places = one.getAllColumnOffsets();
    for (let i = places.length - 1; i >= 0; i--) {
      if (places[i].lineNumber < end[0] || (places[i].lineNumber === end[0] && places[i].columnNumber < end[1])) return places[i].offset;
    }
    return 0;
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
      const plan = parse(this.plan);
      const branches = [];
      if (script === null) return stringify(null);
      const arrows = new Map(plan.arms.map((arm) => [arm.arrow, true]));
      for (const { one, other } of pairs(script, probe, arrows, [])) {
        const inside = indexOf(plan, one);
        if (inside < 0) continue;
        const rows = instructions(one);
        const known = plan.functions[inside];
        if (known.place !== null && inside > 0 && rows.length) branches.push([known.place[0], known.place[1], "function", rows[0].count]);
        countUnits(plan, inside, rows);
        if (rows.length && one.getOffsetsCoverage() !== null) countArms(plan, inside, rows, one, other, branches);
        else for (const arm of plan.arms) if (arm.inside === inside) neverRan(arm, branches);
      }
      const lines = new Map();
      for (const unit of plan.units) {
        if (unit.count !== undefined) lines.set(unit.line, larger(lines.get(unit.line) || 0, unit.count));
      }
      return stringify({ lines: [...lines], branches });
    },
  };

  function neverRan(arm, found) {
    found.push([arm.place[0], arm.place[1], arm.kind, 0]);
    if (arm.untaken !== null) found.push([arm.untaken[0], arm.untaken[1], "no else", 0]);
  }

  function larger(a, b) {
    return a > b ? a : b;
  }
})
