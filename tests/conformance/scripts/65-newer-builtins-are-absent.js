console.log([].at, "".replaceAll, "".at, Object.hasOwn, Promise.any, [].findLast, [].toSorted, typeof WeakRef, typeof structuredClone, Object.groupBy, [].group, typeof AggregateError, Array.fromAsync, new Set().union, Intl.Segmenter);
try { "a".replaceAll("a", "b"); } catch (e) { console.log(e.message); }
try { [1].at(-1); } catch (e) { console.log(e.message); }
