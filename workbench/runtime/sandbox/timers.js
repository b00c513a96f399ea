// Timers in the run's virtual time, setImmediate and queueMicrotask, in Node 12's order.
//
// A timer's time does not pass by waiting: when nothing is left to run, the parent moves the run's clock to whatever
// comes first, a reply or the nearest timer, and the limit of the run holds for that clock.
(function (kit) {
  "use strict";
  const LONGEST = 2147483647;
  const timeouts = kit.list(); // waiting, in the order in which they will fire
  let immediates = kit.list(); // of the coming turn
  let turn = kit.list(); // of this turn, begun
  const states = new kit.WeakMap();
  const byId = new kit.Map();
  let lastId = 0;

  // The parent is told when to wake us: now, at the first timer that keeps the run alive, or not at all.
  function announce() {
    kit.host.timer(undefined);
    if (turn.length || immediates.length) kit.host.timer(kit.uptime());
    else if (isAlive()) kit.host.timer(timeouts[0].due);
  }

  function isAlive() {
    for (let i = 0; i < timeouts.length; i++) if (timeouts[i].ref) return true;
    return false;
  }

  function remove(list, item) {
    let to = 0;
    for (let from = 0; from < list.length; from++) if (list[from] !== item) list[to++] = list[from];
    const found = to < list.length;
    list.length = to;
    return found;
  }

  function schedule(state) {
    state.due = kit.uptime() + state.after;
    kit.push(timeouts, state);
    for (let i = timeouts.length - 1; i > 0 && timeouts[i - 1].due > state.due; i--) {
      timeouts[i] = timeouts[i - 1];
      timeouts[i - 1] = state;
    }
    announce();
  }

  function demand(callback) {
    if (typeof callback === "function") return;
    throw kit.nodeError("TypeError", "ERR_INVALID_CALLBACK", `Callback must be a function. Received ${kit.inspect(callback)}`);
  }

  class Timeout {
    constructor(callback, after, repeats, parts) {
      let time = after * 1;
      if (!(time >= 1 && time <= LONGEST)) time = 1;
      const state = { __proto__: null, holder: this, callback, parts, after: kit.floor(time), repeats, ref: true, due: 0, id: 0 };
      kit.weakSet(states, this, state);
      schedule(state);
    }
    ref() {
      kit.weakGet(states, this).ref = true;
      announce();
      return this;
    }
    unref() {
      kit.weakGet(states, this).ref = false;
      announce();
      return this;
    }
    hasRef() {
      return kit.weakGet(states, this).ref;
    }
    refresh() {
      const state = kit.weakGet(states, this);
      if (remove(timeouts, state)) schedule(state);
      return this;
    }
    close() {
      clear(this);
      return this;
    }
    [Symbol.toPrimitive]() {
      const state = kit.weakGet(states, this);
      if (state.id === 0) {
        state.id = ++lastId;
        kit.mapSet(byId, state.id, this);
      }
      return state.id;
    }
  }

  class Immediate {
    constructor(callback, parts) {
      const state = { __proto__: null, holder: this, callback, parts, ref: true };
      kit.weakSet(states, this, state);
      kit.push(immediates, state);
      announce();
    }
    ref() {
      kit.weakGet(states, this).ref = true;
      return this;
    }
    unref() {
      kit.weakGet(states, this).ref = false;
      return this;
    }
    hasRef() {
      return kit.weakGet(states, this).ref;
    }
  }

  function clear(given) {
    const timer = typeof given === "number" || typeof given === "string" ? kit.mapGet(byId, +given) : given;
    const state = typeof timer === "object" && timer !== null ? kit.weakGet(states, timer) : undefined;
    if (state === undefined) return;
    state.repeats = false;
    remove(timeouts, state);
    remove(immediates, state);
    remove(turn, state);
    announce();
  }

  // A turn of Node's loop: the timers that are due as it begins, then the immediates that are there by then. It begins
  // at the time of its first timer, not when the machine comes to it: a slow machine must not change the order.
  let began = 0;
  function next() {
    if (turn.length) return take(turn);
    if (timeouts.length && timeouts[0].due <= began) return take(timeouts);
    if (immediates.length) {
      turn = immediates;
      immediates = kit.list();
      return take(turn);
    }
    if (timeouts.length === 0) return undefined;
    began = timeouts[0].due;
    kit.reach(began);
    return take(timeouts);
  }

  function take(list) {
    const state = list[0];
    remove(list, state);
    return state;
  }

  // Runs what is due, one callback: "" or the text of a fault. The worker runs all promise jobs after each.
  kit.fireTimer = () => {
    const state = next();
    announce();
    if (state === undefined) return "";
    try {
      kit.apply(state.callback, state.holder, state.parts);
    } catch (error) {
      return kit.stringify(kit.fault(error, true));
    }
    if (state.repeats) schedule(state);
    return "";
  };

  kit.makeTimers = () => ({
    setTimeout(callback, after, arg1, arg2, arg3) {
      demand(callback);
      return new Timeout(callback, after, false, partsOf(arguments, 2));
    },
    setInterval(callback, repeat, arg1, arg2, arg3) {
      demand(callback);
      return new Timeout(callback, repeat, true, partsOf(arguments, 2));
    },
    setImmediate(callback, arg1, arg2, arg3) {
      demand(callback);
      return new Immediate(callback, partsOf(arguments, 1));
    },
    clearTimeout(timer) {
      clear(timer);
    },
    clearInterval(timer) {
      clear(timer);
    },
    clearImmediate(immediate) {
      clear(immediate);
    },
    queueMicrotask(callback) {
      if (typeof callback !== "function") {
        throw kit.nodeError("TypeError", "ERR_INVALID_ARG_TYPE", `The "callback" argument must be of type function. ${kit.received(callback)}`);
      }
      kit.then(kit.resolved, () => {
        try {
          callback();
        } catch (error) {
          kit.host.fail(kit.stringify(kit.fault(error, true))); // no rejection: it ends the run, as an uncaught throw does
        }
      });
    },
  });
  kit.resolved = kit.Promise.resolve();

  function partsOf(all, from) {
    const parts = kit.list();
    for (let i = from; i < all.length; i++) kit.push(parts, all[i]);
    return parts;
  }
})
