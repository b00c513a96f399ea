"""Workers that are forked from a warm process: nothing hangs, nothing is shared, and they end when they are told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests.conformance.recording import context
from tests.isolation.leftovers import nothing_left, nurseries, settle, workers
from workbench.errors import WorkerError
from workbench.runtime.outcome import Call, Limits, Outcome, Reply
from workbench.runtime.runner import Runner

FORKED, ANEW = "on: forked for one run, from a process that no script enters", "on: started anew for one run"

# What the engine would give to its helper threads, which a fork does not have.
HARD_WORK = {
    "collections": "let a = []; for (let i = 0; i < 4e5; i++) { a.push({ s: 'x' + i }); if (a.length > 5e4) a = []; }",
    "large buffers": "for (let i = 0; i < 60; i++) new Uint8Array(2e6).fill(1);",
    "hot loops": "function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2); } f(24);",
    "a large script": "eval('(function () {' + 'var x = 1; x += 2;'.repeat(8000) + '})()');",
    "languages": "new Intl.DateTimeFormat('fr-FR', { timeZone: 'Asia/Tokyo' }).format(new Date(0));",
    "maps": "const m = new Map(); for (let i = 0; i < 100000; i++) m.set('k' + i, { i });",
    "regular expressions": "for (let i = 0; i < 20000; i++) 'abc def'.replace(/\\w+/g, (x) => x + i);",
    "WebAssembly": "new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));",
    "asm.js": "(function () { 'use asm'; function f(x) { x = x | 0; return (x + 1) | 0; } return f; })()(3);",
    "promises": "(async () => { for (let i = 0; i < 5000; i++) await i; })();",
}
ROUNDS = 60


def run(runner: Runner, script: str, **limits: int) -> Outcome:
    return runner.run(script, context(), lambda call: Reply(status=200), limits=Limits(**limits))


@pytest.mark.timeout(300)
def test_hundreds_of_forks_do_what_helper_threads_were_for() -> None:
    """Six hundred forks of one engine collect, compile and format, two at a time: none hangs and none crashes."""
    with nothing_left(), Runner(spares=3) as runner, ThreadPoolExecutor(2) as pool:
        assert runner.isolation()["process"] == FORKED
        jobs = list(HARD_WORK.items()) * ROUNDS
        ends = list(pool.map(lambda job: (job[0], run(runner, job[1]).end.value), jobs))
    assert [job for job in ends if job[1] != "ok"] == []


def test_webassembly_among_much_garbage() -> None:
    """Compiling on the script's own thread and collecting do not get into each other's way."""
    head, types = "0, 97, 115, 109, 1, 0, 0, 0", "1, 6, 1, 96, 1, 127, 1, 127"
    module = f"[{head}, {types}, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 9, 1, 7, 0, 32, 0, 65, 1, 106, 11]"
    script = f"""
    let kept = [], sum = 0;
    for (let i = 0; i < 300; i++) {{
      for (let k = 0; k < 2000; k++) {{ kept.push({{ k, text: "x" + k }}); if (kept.length > 20000) kept = []; }}
      sum += new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array({module}))).exports.f(i);
    }}
    console.log(sum);
    """
    with Runner(spares=1) as runner:
        outcomes = [run(runner, script) for _ in range(5)]
    assert [(one.end.value, one.console[0].text) for one in outcomes] == [("ok", "45150")] * 5


LARGE_MODULE = """
const leb = (x) => (x > 127 ? [(x & 127) | 128, ...leb(x >> 7)] : [x]);
const part = (id, body) => [id, ...leb(body.length), ...body];
const body = [0, 32, 0];
for (let i = 0; i < 50; i++) body.push(65, 1, 106);
body.push(11);
const count = 2000, code = [...leb(count)];
for (let i = 0; i < count; i++) code.push(...leb(body.length), ...body);
const large = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0,
  ...part(1, [1, 96, 1, 127, 1, 127]), ...part(3, [...leb(count), ...Array(count).fill(0)]),
  ...part(7, [1, 1, 102, 0, ...leb(count - 1)]), ...part(10, code),
]);
const garbage = () => {
  for (let a = [], i = 0; i < 5e5; i++) { a.push({ s: "x" + i }); if (a.length > 5e4) a = []; }
};
"""


@pytest.mark.parametrize("forks", [True, False], ids=["forked", "started anew"])
def test_large_modules_of_webassembly_and_collections_after_them(forks: bool) -> None:
    """Modules that the engine compiles in many tasks leave an engine that collects garbage as ever."""
    script = f"""{LARGE_MODULE}
    const kept = [];
    for (let i = 0; i < 4; i++) {{
      kept.push(new WebAssembly.Instance(new WebAssembly.Module(large)));
      garbage();
    }}
    WebAssembly.instantiate(large).then((both) => {{
      garbage();
      console.log(large.length > 300000, kept[3].exports.f(1), both.instance.exports.f(2));
    }});
    """
    with Runner(spares=2, forks=forks) as runner:
        runner.warm()
        outcomes = [run(runner, script) for _ in range(4)]
    assert [(one.end.value, [line.text for line in one.console]) for one in outcomes] == [("ok", ["true 51 52"])] * 4


def test_practice_cannot_be_seen() -> None:
    """Whether a worker has practised or not, moment has unpacked the user's own time zone and no other."""
    script = "console.log(Object.keys(moment.tz._zones).filter((key) => typeof moment.tz._zones[key] !== 'string'))"
    seen = set()
    with Runner(spares=1) as runner:
        for _ in range(4):
            seen.add(run(runner, script).console[0].text)
            runner.warm()
            time.sleep(0.3)  # long enough for the nursery to practise
    assert len(seen) == 1, seen


def test_promises_of_webassembly_settle() -> None:
    """As in Node 12, also where a script never waits for anything else; bad bytes reject."""
    script = """
    const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
    WebAssembly.compile(bytes).then((module) => console.log(module instanceof WebAssembly.Module));
    WebAssembly.instantiate(bytes).then((both) => console.log(Object.keys(both).join()));
    WebAssembly.compile(bytes.slice(2)).catch((error) => console.log(error.name));
    WebAssembly.instantiate(5).catch((error) => console.log(error.name));
    """
    for forks in (True, False):
        with Runner(spares=0, forks=forks) as runner:
            told = [line.text for line in run(runner, script).console]
        assert sorted(told) == ["CompileError", "TypeError", "instance,module", "true"]


def test_forks_share_no_chance_and_no_change() -> None:
    """Each run draws random numbers of its own, and what one changes no later one sees."""
    script = """
    console.log(typeof [].mine, Math.abs.mine, moment.mine);
    console.log(Math.random());
    Array.prototype.mine = Math.abs.mine = moment.mine = 1;
    """
    with Runner(spares=2) as runner:
        seen = [runner.run(script, context(seed=None), lambda call: Reply(status=200)) for _ in range(8)]
    assert {one.console[0].text for one in seen} == {"undefined undefined undefined"}
    assert len({one.console[1].text for one in seen}) == 8


def test_the_end_of_the_nursery_is_the_end_of_its_workers_and_a_new_one_begins() -> None:
    """Killed in the middle of a run, it takes the run along, which says so; the next run is as ever."""
    was = {one.pid for one in nurseries()}
    with nothing_left(), Runner(spares=2) as runner:
        runner.warm()

        def answer(call: Call) -> Reply:
            nursery = next(one for one in nurseries() if one.pid not in was)
            kin = nursery.children()
            nursery.kill()
            assert settle(lambda: not any(map(_is_alive, kin)))
            return Reply(status=200)

        outcome = runner.run("runAction('a.b').then(() => console.log('on'))", context(), answer)
        assert outcome.end.value == "crashed"
        assert len(outcome.calls) == 1
        assert run(runner, "console.log('again')").console[0].text == "again"
        assert runner.isolation()["process"] == FORKED


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_nursery_that_does_nothing_any_more_cannot_hold_a_run() -> None:
    """Stopped by the system in the middle of a run that does not end, it is ended, and the run with it."""
    was = {one.pid for one in nurseries()}
    with nothing_left(), Runner(spares=1) as runner:
        runner.warm()

        def answer(call: Call) -> Reply:
            next(one for one in nurseries() if one.pid not in was).send_signal(signal.SIGSTOP)
            return Reply(status=200)

        began = time.monotonic()
        outcome = runner.run(
            "runAction('a.b').then(() => { for (;;); })", context(), answer, limits=Limits(time_ms=1_000)
        )
        assert outcome.end.value == "timed out"
        assert time.monotonic() - began < 4
        assert run(runner, "console.log('again')").console[0].text == "again"


def test_a_stopped_nursery_cannot_hold_what_nothing_interrupts() -> None:
    """Nor a run inside one long step of the engine, which only a kill can end."""
    was = {one.pid for one in nurseries()}
    search = "'a'.repeat(4e6).indexOf('a'.repeat(2e6) + 'b')"  # takes minutes
    with nothing_left(), Runner(spares=1) as runner:
        runner.warm()

        def answer(call: Call) -> Reply:
            next(one for one in nurseries() if one.pid not in was).send_signal(signal.SIGSTOP)
            return Reply(status=200)

        began = time.monotonic()
        script = f"runAction('a.b').then(() => {search})"
        outcome = runner.run(script, context(), answer, limits=Limits(time_ms=1_000))
        assert outcome.end.value == "timed out"
        assert time.monotonic() - began < 5


def test_a_run_right_after_the_end_of_the_nursery_is_as_ever() -> None:
    """Spares that die with their nursery, at whatever moment, are replaced by others before the script begins."""
    was = {one.pid for one in nurseries()}
    with nothing_left(), Runner(spares=2) as runner:
        for pause in (0, 0, 0, 0, 0.002, 0.002, 0.005, 0.01, 0.02, 0.05):
            runner.warm()
            for nursery in (one for one in nurseries() if one.pid not in was):
                nursery.kill()
            time.sleep(pause)
            assert run(runner, "console.log('as ever')").console[0].text == "as ever"


def test_warming_up_beside_runs() -> None:
    """Threads that wait for spares, and threads that take them, do not get into each other's way."""

    def work(number: int) -> list[str]:
        ends = []
        for _ in range(25):
            if number % 2:
                runner.warm()
            ends.append(run(runner, "1").end.value)
        return ends

    with nothing_left(), Runner(spares=2) as runner, ThreadPoolExecutor(4) as pool:
        assert {end for ends in pool.map(work, range(4)) for end in ends} == {"ok"}
        assert settle(lambda: not runner._pool._at_work)


def test_closing_while_runs_begin_leaves_nothing() -> None:
    """However far they have come, runs end with an error or an outcome, and no process stays."""
    with nothing_left():
        for number in range(12):
            runner = Runner(spares=2)
            with ThreadPoolExecutor(3) as pool:
                futures = [pool.submit(_until_closed, runner) for _ in range(3)]
                time.sleep(0.02 * number)
                runner.close()
                assert all("closed" in future.result(30) for future in futures)


def _until_closed(runner: Runner) -> str:
    while True:
        try:
            outcome = run(runner, "1")
        except WorkerError as error:
            return str(error)
        if outcome.end.value != "ok":
            assert outcome.fault is not None
            return outcome.fault.message


def test_a_fork_of_the_parent_takes_no_pipe_of_a_worker_along() -> None:
    """Forked while a worker is being asked for, a child of long life holds nothing that the run waits for."""
    code = (
        "import os, socket, threading, time\n"
        "from workbench.runtime.runner import Runner\n"
        "from workbench.runtime.outcome import Context, Reply\n"
        "runner = Runner(spares=0)\n"
        "run = lambda: runner.run('1', Context(trigger_id='t'), lambda call: Reply(status=200)).end.value\n"
        "run()\n"
        "usual, asking = socket.send_fds, threading.Event()\n"
        "def slow(*arguments):\n"
        "    asking.set(); time.sleep(0.3); return usual(*arguments)\n"
        "before = len(os.listdir('/proc/self/fd'))\n"
        "socket.send_fds = slow\n"
        "ends = []\n"
        "thread = threading.Thread(target=lambda: ends.append(run())); thread.start()\n"
        "asking.wait(10)\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    os._exit(len(os.listdir('/proc/self/fd')) > before)\n"
        "thread.join(20)\n"
        "print(*ends, os.waitpid(child, 0)[1], flush=True)\n"
        "runner.close()\n"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert made.stdout == "ok 0\n", made.stderr


def test_an_engine_that_cannot_be_forked_is_started_anew(tmp_path: Path) -> None:
    """Where the engine is not the build that is known, or cannot be quieted, each worker is a process started anew."""
    python = tmp_path / "python"
    other = Path(__file__).parent / "other_engine.py"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{other}" "$@"\n')
    python.chmod(0o755)
    with nothing_left(), Runner(spares=1, python=str(python)) as runner:
        assert run(runner, "console.log('runs')").console[0].text == "runs"
        assert runner.isolation()["process"] == ANEW


def test_many_runs_leave_no_descriptor_and_no_process_behind() -> None:
    """Neither here nor in the process that workers are forked from."""
    was = {one.pid for one in nurseries()}
    with nothing_left(), Runner(spares=2) as runner:
        runner.warm()
        (nursery,) = (one for one in nurseries() if one.pid not in was)
        before = nursery.num_fds()
        for _ in range(60):
            run(runner, "1")
        runner.warm()
        assert settle(lambda: nursery.num_fds() <= before)
        assert settle(lambda: len(nursery.children()) == 2)
        assert len(workers()) >= 2


def test_an_interrupt_at_the_terminal_reaches_no_worker() -> None:
    """Ctrl-C goes to the group of the process that asked for the run; workers and their nursery have another."""
    with Runner(spares=1) as runner:
        runner.warm()
        assert {os.getpgid(one.pid) for one in (*workers(), *nurseries())}.isdisjoint({os.getpgrp()})


@pytest.mark.parametrize("most", [40, 1024])
def test_a_small_limit_of_descriptors_is_enough(most: int) -> None:
    """A process that may hold few descriptors, 1024 by the default of most systems, runs scripts all the same."""
    code = (
        f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({most}, {most}))\n"
        "from workbench.runtime.runner import Runner\n"
        "from workbench.runtime.outcome import Context, Reply\n"
        "with Runner(spares=2) as runner:\n"
        "    runs = [runner.run('1', Context(trigger_id='t'), lambda call: Reply(status=200)) for _ in range(3)]\n"
        "    print(*(run.end.value for run in runs), runner.isolation()['process'])\n"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert made.stdout == f"ok ok ok {FORKED}\n", made.stderr


def test_a_process_that_ignores_the_end_of_its_children_has_a_nursery_that_does_not() -> None:
    """Who starts us may have set that, and a process hands it on: the end of one worker is the end of no other."""
    code = (
        "import signal, time; signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from workbench.runtime.runner import Runner\n"
        "from workbench.runtime.outcome import Context, Reply\n"
        "with Runner(spares=2) as runner, ThreadPoolExecutor(1) as pool:\n"
        "    def run(script): return runner.run(script, Context(trigger_id='t'), lambda call: Reply(status=200)).end\n"
        "    runner.warm()\n"
        "    long = pool.submit(run, 'const began = Date.now(); while (Date.now() - began < 1500);')\n"
        "    time.sleep(0.3)\n"
        "    print(*(run('1').value for _ in range(3)), long.result().value)\n"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert made.stdout == "ok ok ok ok\n", made.stderr
