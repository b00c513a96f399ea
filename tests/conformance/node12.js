// Runs runtime scripts on a real Node.js 12, each in a fresh vm context, and reports what they did; with `--plain` one
// script, in the realm of this process itself, with all that plain Node 12 has: its timers run in real time.
//
// One JSON job a line on stdin, one JSON recording a line on stdout. A job is one of
//   {id, kind: "run", script, context, replies, bare_moment}      -> {id, end, fault, calls, console, rejections}
//   {id, kind: "coverage", ...as run}                             -> {id, functions}: V8's own block coverage of the script
//   {id, kind: "compile", script}                                 -> {id, ok, message, place}
//   {id, kind: "values", sources}                                 -> {id, values}, each source evaluated in one context
"use strict";

const inspector = require("inspector");
const path = require("path");
const readline = require("readline");
const util = require("util");
const vm = require("vm");
const { Console } = require("console");
const { Writable } = require("stream");
const fs = require("fs");

const SYNC_LIMIT_MS = 20000;
const modules = path.join(__dirname, "..", "node_modules");
const compiled = (file) => new vm.Script(fs.readFileSync(path.join(modules, file), "utf8"), { filename: file });
const MOMENT = compiled("moment/moment.js");
const ZONES = compiled("moment-timezone/builds/moment-timezone-with-data.js");
const REALM = new vm.Script(fs.readFileSync(path.join(__dirname, "node12_realm.js"), "utf8"), { filename: "realm.js" });

let current = null; // the run whose rejections and late throws are being recorded

// Node warns of a rejection that nobody has handled when the promise jobs of a turn are done, late handling or not.
process.on("unhandledRejection", (reason) => current && !current.over && current.recording.rejections.push(fault(reason)));
process.on("uncaughtException", (reason) => current && current.fail(reason));

function fault(thrown) {
  const isError = util.types.isNativeError(thrown) || Object.prototype.toString.call(thrown) === "[object Error]";
  if (isError) return { name: String(thrown.name), message: String(thrown.message), is_error: true };
  return { name: "", message: util.inspect(thrown), is_error: false };
}

class Run {
  constructor(job) {
    this.job = job;
    this.over = false;
    this.waiting = []; // replies not given yet, [due, number, give]
    this.now = 0;
    this.recording = { id: job.id, end: "ok", fault: null, calls: [], console: [], rejections: [] };
    this.console = recorder((level, text) => !this.over && this.recording.console.push([level, text]));
  }

  fail(thrown) {
    if (this.over) return;
    this.over = true;
    this.recording.end = "error";
    this.recording.fault = fault(thrown);
  }

  call(kind, step, bodyText, give) {
    const { calls } = this.recording;
    if (this.over) return;
    const body = bodyText === undefined ? null : JSON.parse(bodyText);
    calls.push([kind, step, body]);
    const planned = (this.job.replies || {})[step] || { status: 200, body: { data: [{ kind, step, body, number: calls.length }] } };
    this.waiting.push([this.now + (planned.delay_ms || 0), calls.length, () => give(JSON.stringify(planned))]);
  }

  // Runs the script to the end of its first turn; `evaluate` runs compiled code in the realm that is meant.
  start(evaluate) {
    const { script, context } = this.job;
    const realm = evaluate(REALM);
    realm.before(context);
    evaluate(MOMENT);
    evaluate(ZONES);
    realm.after(context, this.console, (...call) => this.call(...call), this.job.bare_moment !== false);
    let code;
    try {
      code = new vm.Script(script, { filename: "script.js" });
    } catch (refusal) {
      this.over = true;
      this.recording.end = "refused";
      this.recording.fault = fault(refusal);
      return;
    }
    try {
      evaluate(code);
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  async play() {
    const sandbox = vm.createContext();
    this.start((code) => code.runInContext(sandbox, { timeout: SYNC_LIMIT_MS }));
    if (this.over) return this.recording;
    await turn();
    while (!this.over && this.waiting.length) {
      this.waiting.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      const [due, , give] = this.waiting.shift();
      this.now = Math.max(this.now, due);
      give();
      await turn(); // each reply is an event of its own: its promise jobs run before the next reply comes
    }
    return this.finished();
  }

  finished() {
    this.over = true;
    const { end, rejections } = this.recording;
    if (end !== "ok" || !rejections.length) return this.recording;
    return { ...this.recording, end: "rejected", fault: rejections[0] };
  }

  // The whole life of this process is the run: it ends when nothing is left to do.
  playPlainly() {
    const deliver = () => {
      if (!this.waiting.length || this.over) return;
      this.waiting.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      const [due, , give] = this.waiting.shift();
      setTimeout(() => (give(), deliver()), due);
    };
    process.on("exit", () => fs.writeSync(1, JSON.stringify(this.finished()) + "\n"));
    process.on("uncaughtException", () => process.exit(0));
    const call = this.call.bind(this);
    this.call = (...parts) => (call(...parts), setImmediate(deliver));
    this.start((code) => code.runInThisContext({ timeout: SYNC_LIMIT_MS }));
  }
}

// Two turns of the event loop: promise jobs, then Node's own processing of rejections.
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

// The frames of this harness and of Node itself, below those of the script; a console line shows none of them.
const HOST = /(?:\n *at [^\n]*\(?(?:vm\.js|internal\/[^\n:]*|[^\n ]*node12\.js|realm\.js|events\.js|readline\.js):\d+:\d+\)?)+/g;

const LEVELS = { error: "error", warn: "warn", info: "info", debug: "debug", trace: "trace" };

function recorder(record) {
  let level = "log";
  const stream = new Writable({
    decodeStrings: false, // a lone surrogate is compared as it is
    write(chunk, _, done) {
      record(level, String(chunk).replace(/\n$/, "").replace(HOST, ""));
      done();
    },
  });
  const inner = new Console({ stdout: stream, stderr: stream, colorMode: false });
  return (method, args) => {
    level = LEVELS[method] || (method === "assert" ? "warn" : "log");
    return inner[method](...args);
  };
}

// How often each block of the script ran, as V8 counts it: for each function its ranges, outer ones first.
async function coverage(job) {
  const session = new inspector.Session();
  session.connect();
  const ask = (method, parameters) => new Promise((resolve, reject) => session.post(method, parameters, (error, answer) => (error ? reject(error) : resolve(answer))));
  await ask("Profiler.enable");
  await ask("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  current = new Run(job);
  await current.play();
  const { result } = await ask("Profiler.takePreciseCoverage");
  session.disconnect();
  const scripts = result.filter((one) => one.url === "script.js").sort((a, b) => Number(b.scriptId) - Number(a.scriptId));
  return { id: job.id, functions: scripts[0].functions.map((one) => one.ranges) };
}

function compile({ id, script }) {
  try {
    new vm.Script(script, { filename: "script.js" });
    return { id, ok: true, message: "", place: null };
  } catch (refusal) {
    return { id, ok: false, message: `${refusal.name}: ${refusal.message}`, place: caret(refusal.stack) };
  }
}

// Where Node's picture of a refused script has its caret: line and column.
function caret(stack) {
  const [head, , mark] = stack.split("\n");
  const line = /^script\.js:(\d+)$/.exec(head);
  return line && /^ *\^/.test(mark) ? [Number(line[1]), mark.indexOf("^") + 1] : null;
}

function values({ id, sources }) {
  const sandbox = vm.createContext();
  const one = (source) => {
    try {
      return { value: String(vm.runInContext(source, sandbox, { timeout: SYNC_LIMIT_MS })) };
    } catch (thrown) {
      return { thrown: String(thrown) };
    }
  };
  return { id, values: sources.map(one) };
}

async function main() {
  if (process.argv[2] === "--plain") {
    current = new Run(JSON.parse(fs.readFileSync(0, "utf8")));
    current.playPlainly();
    return;
  }
  for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const job = JSON.parse(line);
    let answer;
    if (job.kind === "compile") answer = compile(job);
    else if (job.kind === "coverage") answer = await coverage(job);
    else if (job.kind === "values") answer = values(job);
    else {
      current = new Run(job);
      answer = await current.play();
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
}

main();
