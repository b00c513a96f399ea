// Array.prototype.sort as in V8 7.8: binary insertion and TimSort, so that comparators that are no order (booleans,
// random numbers) leave the same result and are called in the same sequence as in Node 12.
(function (kit) {
  "use strict";
  const MIN_GALLOP = 7;
  const SHORT = 64;
  const HUGE = 4194304;

  function minimumRun(length) {
    let rest = 0;
    while (length >= SHORT) {
      rest |= length & 1;
      length >>= 1;
    }
    return length + rest;
  }

  function countRun(work, low, high, order) {
    let end = low + 2;
    if (low + 1 === high) return 1;
    const descending = order(work[low + 1], work[low]) < 0;
    for (let last = work[low + 1]; end < high; end++) {
      const sign = order(work[end], last);
      if (descending ? sign >= 0 : sign < 0) break;
      last = work[end];
    }
    if (descending) {
      for (let i = low, j = end - 1; i < j; i++, j--) {
        const kept = work[i];
        work[i] = work[j];
        work[j] = kept;
      }
    }
    return end - low;
  }

  function insertBinary(work, low, start, high, order) {
    for (let next = start === low ? start + 1 : start; next < high; next++) {
      const pivot = work[next];
      let left = low;
      let right = next;
      while (left < right) {
        const middle = left + ((right - left) >> 1);
        if (order(pivot, work[middle]) < 0) right = middle;
        else left = middle + 1;
      }
      for (let p = next; p > left; p--) work[p] = work[p - 1];
      work[left] = pivot;
    }
  }

  function copy(from, start, to, target, count) {
    if (from === to && start < target) for (let i = count - 1; i >= 0; i--) to[target + i] = from[start + i];
    else for (let i = 0; i < count; i++) to[target + i] = from[start + i];
  }

  // Where `key` belongs in a sorted stretch, left of its equals (right: false) or right of them, searching from `hint`.
  function gallop(list, key, base, length, hint, order, right) {
    const before = (i) => (right ? order(key, list[base + i]) < 0 : !(order(list[base + i], key) < 0));
    let last = 0;
    let offset = 1;
    if (before(hint)) {
      const most = hint + 1;
      while (offset < most && before(hint - offset)) {
        last = offset;
        offset = (offset << 1) + 1;
        if (offset <= 0) offset = most;
      }
      if (offset > most) offset = most;
      const kept = last;
      last = hint - offset;
      offset = hint - kept;
    } else {
      const most = length - hint;
      while (offset < most && !before(hint + offset)) {
        last = offset;
        offset = (offset << 1) + 1;
        if (offset <= 0) offset = most;
      }
      if (offset > most) offset = most;
      last += hint;
      offset += hint;
    }
    last++;
    while (last < offset) {
      const middle = last + ((offset - last) >> 1);
      if (before(middle)) offset = middle;
      else last = middle + 1;
    }
    return offset;
  }

  function mergeLow(state, baseA, lengthA, baseB, lengthB) {
    const { work, order } = state;
    const kept = kit.list();
    copy(work, baseA, kept, 0, lengthA);
    let target = baseA;
    let cursorKept = 0;
    let cursorB = baseB;
    work[target++] = work[cursorB++];
    const finish = () => copy(kept, cursorKept, work, target, lengthA);
    const finishLast = () => {
      copy(work, cursorB, work, target, lengthB);
      work[target + lengthB] = kept[cursorKept];
    };
    if (--lengthB === 0) return finish();
    if (lengthA === 1) return finishLast();
    let minGallop = state.minGallop;
    for (;;) {
      let winsA = 0;
      let winsB = 0;
      for (;;) {
        if (order(work[cursorB], kept[cursorKept]) < 0) {
          work[target++] = work[cursorB++];
          winsB++;
          lengthB--;
          winsA = 0;
          if (lengthB === 0) return finish();
          if (winsB >= minGallop) break;
        } else {
          work[target++] = kept[cursorKept++];
          winsA++;
          lengthA--;
          winsB = 0;
          if (lengthA === 1) return finishLast();
          if (winsA >= minGallop) break;
        }
      }
      minGallop++;
      for (let first = true; first || winsA >= MIN_GALLOP || winsB >= MIN_GALLOP; first = false) {
        minGallop = kit.max(1, minGallop - 1);
        state.minGallop = minGallop;
        winsA = gallop(kept, work[cursorB], cursorKept, lengthA, 0, order, true);
        if (winsA > 0) {
          copy(kept, cursorKept, work, target, winsA);
          target += winsA;
          cursorKept += winsA;
          lengthA -= winsA;
          if (lengthA === 1) return finishLast();
          if (lengthA === 0) return finish();
        }
        work[target++] = work[cursorB++];
        if (--lengthB === 0) return finish();
        winsB = gallop(work, kept[cursorKept], cursorB, lengthB, 0, order, false);
        if (winsB > 0) {
          copy(work, cursorB, work, target, winsB);
          target += winsB;
          cursorB += winsB;
          lengthB -= winsB;
          if (lengthB === 0) return finish();
        }
        work[target++] = kept[cursorKept++];
        if (--lengthA === 1) return finishLast();
      }
      minGallop++;
      state.minGallop = minGallop;
    }
  }

  function mergeHigh(state, baseA, lengthA, baseB, lengthB) {
    const { work, order } = state;
    const kept = kit.list();
    copy(work, baseB, kept, 0, lengthB);
    let target = baseB + lengthB - 1;
    let cursorKept = lengthB - 1;
    let cursorA = baseA + lengthA - 1;
    work[target--] = work[cursorA--];
    const finish = () => copy(kept, 0, work, target - (lengthB - 1), lengthB);
    const finishFirst = () => {
      target -= lengthA;
      cursorA -= lengthA;
      copy(work, cursorA + 1, work, target + 1, lengthA);
      work[target] = kept[cursorKept];
    };
    if (--lengthA === 0) return finish();
    if (lengthB === 1) return finishFirst();
    let minGallop = state.minGallop;
    for (;;) {
      let winsA = 0;
      let winsB = 0;
      for (;;) {
        if (order(kept[cursorKept], work[cursorA]) < 0) {
          work[target--] = work[cursorA--];
          winsA++;
          lengthA--;
          winsB = 0;
          if (lengthA === 0) return finish();
          if (winsA >= minGallop) break;
        } else {
          work[target--] = kept[cursorKept--];
          winsB++;
          lengthB--;
          winsA = 0;
          if (lengthB === 1) return finishFirst();
          if (winsB >= minGallop) break;
        }
      }
      minGallop++;
      for (let first = true; first || winsA >= MIN_GALLOP || winsB >= MIN_GALLOP; first = false) {
        minGallop = kit.max(1, minGallop - 1);
        state.minGallop = minGallop;
        winsA = lengthA - gallop(work, kept[cursorKept], baseA, lengthA, lengthA - 1, order, true);
        if (winsA > 0) {
          target -= winsA;
          cursorA -= winsA;
          copy(work, cursorA + 1, work, target + 1, winsA);
          lengthA -= winsA;
          if (lengthA === 0) return finish();
        }
        work[target--] = kept[cursorKept--];
        if (--lengthB === 1) return finishFirst();
        winsB = lengthB - gallop(kept, work[cursorA], 0, lengthB, lengthB - 1, order, false);
        if (winsB > 0) {
          target -= winsB;
          cursorKept -= winsB;
          copy(kept, cursorKept + 1, work, target + 1, winsB);
          lengthB -= winsB;
          if (lengthB === 1) return finishFirst();
          if (lengthB === 0) return finish();
        }
        work[target--] = work[cursorA--];
        if (--lengthA === 0) return finish();
      }
      minGallop++;
      state.minGallop = minGallop;
    }
  }

  function mergeAt(state, n) {
    const { work, order, runs } = state;
    let { base: baseA, length: lengthA } = runs[n];
    let { base: baseB, length: lengthB } = runs[n + 1];
    runs[n] = { __proto__: null, base: baseA, length: lengthA + lengthB };
    if (n === runs.length - 3) runs[n + 1] = runs[n + 2];
    runs.length--;
    const skip = gallop(work, work[baseB], baseA, lengthA, 0, order, true);
    baseA += skip;
    lengthA -= skip;
    if (lengthA === 0) return;
    lengthB = gallop(work, work[baseA + lengthA - 1], baseB, lengthB, lengthB - 1, order, false);
    if (lengthB === 0) return;
    if (lengthA <= lengthB) mergeLow(state, baseA, lengthA, baseB, lengthB);
    else mergeHigh(state, baseA, lengthA, baseB, lengthB);
  }

  const holds = (runs, n) => n < 2 || runs[n - 2].length > runs[n - 1].length + runs[n].length;

  function collapse(state) {
    const { runs } = state;
    while (runs.length > 1) {
      let n = runs.length - 2;
      if (!holds(runs, n + 1) || !holds(runs, n)) {
        if (n > 0 && runs[n - 1].length < runs[n + 1].length) n--;
        mergeAt(state, n);
      } else if (runs[n].length <= runs[n + 1].length) mergeAt(state, n);
      else break;
    }
  }

  function sortWork(work, order) {
    const state = { __proto__: null, work, order, runs: kit.list(), minGallop: MIN_GALLOP };
    const { runs } = state;
    let low = 0;
    let remaining = work.length;
    if (remaining < 2) return;
    const minimum = minimumRun(remaining);
    while (remaining !== 0) {
      let run = countRun(work, low, low + remaining, order);
      if (run < minimum) {
        const forced = kit.min(minimum, remaining);
        insertBinary(work, low, low + run, low + forced, order);
        run = forced;
      }
      runs[runs.length] = { __proto__: null, base: low, length: run };
      collapse(state);
      low += run;
      remaining -= run;
    }
    while (runs.length > 1) {
      let n = runs.length - 2;
      if (n > 0 && runs[n - 1].length < runs[n + 1].length) n--;
      mergeAt(state, n);
    }
  }

  const byText = (x, y) => {
    const a = `${x}`;
    const b = `${y}`;
    return a < b ? -1 : b < a ? 1 : 0;
  };
  const byComparator = (compare) => (x, y) => {
    const sign = +compare(x, y);
    return sign !== sign ? 0 : sign;
  };

  function lengthOf(object) {
    const length = kit.floor(+object.length);
    return length > 0 ? kit.min(length, 9007199254740991) : 0;
  }

  function collect(object, length) {
    const found = { __proto__: null, work: kit.list(), undefineds: 0, last: 0 };
    const take = (key) => {
      const value = object[key];
      if (value === undefined) found.undefineds++;
      else found.work[found.work.length] = value;
    };
    if (length <= HUGE) {
      for (let i = 0; i < length; i++) if (i in object) take(i);
      return found;
    }
    const keys = kit.ownKeys(object);
    for (let i = 0; i < keys.length; i++) {
      const index = typeof keys[i] === "string" ? +keys[i] : NaN;
      if (index >= 0 && index < length && `${index}` === keys[i]) take(keys[i]);
    }
    return found;
  }

  function sortTyped(source, from, to, target, order) {
    const middle = from + ((to - from) >> 1);
    if (middle - from > 1) sortTyped(target, from, middle, source, order);
    if (to - middle > 1) sortTyped(target, middle, to, source, order);
    let left = from;
    let right = middle;
    for (let i = from; i < to; i++) {
      const takeLeft = left < middle && (right >= to || order(source[left], source[right]) <= 0);
      target[i] = takeLeft ? source[left++] : source[right++];
    }
  }

  kit.installSort = () => {
    const typed = kit.prototypeOf(Uint8Array.prototype);
    const typedLength = kit.uncurry(kit.descriptor(typed, "length").get);
    const typedSort = kit.uncurry(typed.sort);
    const check = (compare) => {
      if (compare !== undefined && typeof compare !== "function") {
        throw new kit.global.TypeError("The comparison function must be either a function or undefined");
      }
    };
    const methods = {
      sort(compare) {
        check(compare);
        if (this === undefined || this === null) {
          throw new kit.global.TypeError("Array.prototype.sort called on null or undefined");
        }
        const object = kit.Object(this);
        const length = lengthOf(object);
        const { work, undefineds } = collect(object, length);
        const count = work.length;
        sortWork(work, compare === undefined ? byText : byComparator(compare));
        for (let i = 0; i < count; i++) object[i] = work[i];
        for (let i = 0; i < undefineds; i++) object[count + i] = undefined;
        if (length <= HUGE) for (let i = count + undefineds; i < length; i++) if (kit.hasOwn(object, i)) delete object[i];
        return object;
      },
    };
    const typedMethods = {
      sort(compare) {
        check(compare);
        if (compare === undefined) return typedSort(this);
        const length = typedLength(this);
        const work = kit.list();
        const target = kit.list();
        for (let i = 0; i < length; i++) work[i] = target[i] = this[i];
        if (length > 1) sortTyped(work, 0, length, target, byComparator(compare));
        for (let i = 0; i < length; i++) this[i] = target[i];
        return this;
      },
    };
    kit.hide(Array.prototype, "sort", kit.native("sort", 1, methods.sort));
    kit.hide(typed, "sort", kit.native("sort", 1, typedMethods.sort));
  };
})
