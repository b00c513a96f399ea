"""Killed workers, full pipes, no disk, interrupts, forks and many threads: no hang, no leak, no lost effect."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty

import psutil
import pytest
from jupyter_client.manager import KernelManager

from tests.conformance.recording import context
from tests.isolation.leftovers import children, nothing_left, nurseries, settle, workers
from workbench.runtime.outcome import Call, End, Limits, Outcome, Reply
from workbench.runtime.runner import Runner

KILLS = 500
TEN_ACTIONS = """
(async () => { for (let i = 0; i < 10; i++) { await runAction("a.b", { fields: { i } }); console.log(i); } })();
"""


@pytest.mark.timeout(500)
def test_workers_killed_at_random_moments_lose_no_effect() -> None:
    """Whenever a worker dies, the run ends crashed or whole, with every call that was answered on record."""
    chance = random.Random(20210420)
    others = {child.pid for child in children()}
    with nothing_left(), Runner(spares=2) as runner:
        runner.warm()
        with ThreadPoolExecutor(2) as pool:
            outcomes = list(
                pool.map(
                    lambda number: _killed_run(runner, random.Random(number), others),
                    [chance.random() for _ in range(KILLS)],
                )
            )
        # A spare that the last shot hit may still be dying when it is taken.
        assert settle(lambda: runner.run("1", context(), lambda call: Reply(status=200)).end is End.OK)
    ends = {end for end, _, _ in outcomes}
    assert ends <= {End.OK, End.CRASHED}
    assert End.CRASHED in ends
    assert all(recorded == answered for _, recorded, answered in outcomes)


def _killed_run(runner: Runner, chance: random.Random, others: set[int]) -> tuple[End, list[object], list[object]]:
    answered: list[object] = []
    fatal = chance.randrange(12)  # the last two: killed by the clock, at any moment

    def answer(call: Call) -> Reply:
        answered.append(call.body)
        if len(answered) == fatal:
            _kill_one(chance, others)
        return Reply(status=200)

    timer = threading.Timer(chance.random() * 0.03, _kill_one, [chance, others]) if fatal >= 10 or fatal == 0 else None
    if timer:
        timer.start()
    outcome = runner.run(TEN_ACTIONS, context(), answer)
    if timer:
        timer.join()
    return outcome.end, [record.call.body for record in outcome.calls], answered


def _kill_one(chance: random.Random, others: set[int]) -> None:
    found = [worker for worker in workers() if worker.pid not in others]
    if chance.random() < 0.03:
        found = [nursery for nursery in nurseries() if nursery.pid not in others]
    if found:
        try:  # mostly one at work, which are the oldest; else a spare; now and then the process they are forked from
            chance.choice(found[:2] if chance.random() < 0.8 else found).kill()
        except psutil.NoSuchProcess:
            return


@pytest.mark.timeout(300)
def test_two_hundred_runs_from_eight_threads() -> None:
    """Many threads share one runner; each run gets its own answers and nothing is left after close."""

    def one(number: int) -> Outcome:
        script = f"runAction('a.b', {{fields: {{n: {number}}}}}).then((r) => console.log(r.responseBody.n))"
        return runner.run(script, context(), lambda call: Reply(status=200, body=call.body["fields"]))  # type: ignore[index]

    before = {thread.ident for thread in threading.enumerate()}
    with nothing_left(), Runner(spares=2) as runner, ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(one, range(200)))
    assert [outcome.end for outcome in outcomes] == [End.OK] * 200
    assert [outcome.console[0].text for outcome in outcomes] == [str(number) for number in range(200)]
    assert {thread.ident for thread in threading.enumerate() if thread.is_alive()} <= before


def test_a_full_pipe_does_not_stop_a_run() -> None:
    """A script that calls and prints faster than anyone reads, and gets large replies, still ends."""
    script = """
    const all = [];
    for (let i = 0; i < 40; i++) {
      all.push(runAction("a.b", { fields: { i, text: "x".repeat(200000) } }));
      console.log("y".repeat(10000));
    }
    Promise.all(all).then((replies) => console.log("got", replies.length, replies[39].responseBody.text.length));
    """
    with nothing_left(), Runner(spares=1) as runner:
        body = {"text": "z" * 1_000_000}

        def slow(call: Call) -> Reply:
            time.sleep(0.01)
            return Reply(status=200, body=body)

        outcome = runner.run(script, context(), slow, limits=Limits(time_ms=30_000, console_bytes=2**24))
    assert outcome.end is End.OK, outcome.fault
    assert outcome.console[-1].text == "got 40 1000000"


def _python(code: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)


def test_no_space_for_files_does_not_matter() -> None:
    """With no room for a single byte in any file, scripts run as ever."""
    made = _python(
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "from workbench.runtime.runner import Runner\n"
        "from workbench.runtime.outcome import Context, Reply\n"
        "with Runner(spares=1) as runner:\n"
        "    outcome = runner.run(\"runAction('a.b').then((r) => console.log('done'))\", "
        "Context(trigger_id='t'), lambda call: Reply(status=200))\n"
        "print(outcome.end.value, outcome.console[0].text)\n"
    )
    assert made.stdout == "ok done\n", made.stderr


def test_a_forked_child_and_its_parent_both_run_scripts() -> None:
    """After a fork each side runs scripts; the child leaves the parent's workers alone, and both end."""
    made = _python(
        "import os, sys\n"
        "from workbench.runtime.runner import shared_runner\n"
        "from workbench.runtime.outcome import Context, Reply\n"
        "def one(text):\n"
        "    return shared_runner().run(f\"console.log('{text}')\", Context(trigger_id='t'), lambda "
        "call: Reply(status=200)).console[0].text\n"
        "print(one('before'), flush=True)\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    print(one('child'), flush=True)\n"
        "    sys.exit(0)\n"
        "_, status = os.waitpid(child, 0)\n"
        "print(one('parent'), status, flush=True)\n"
    )
    assert made.stdout.split() == ["before", "child", "parent", "0"], made.stderr


def test_a_process_that_dies_takes_its_workers_along() -> None:
    """When the parent is killed outright, its workers see their pipe end and leave."""
    code = (
        "import os, psutil, time\n"
        "from workbench.runtime.runner import Runner\n"
        "runner = Runner(spares=2); runner.warm()\n"
        "print(*[child.pid for child in psutil.Process().children(recursive=True)], flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    workers = [int(pid) for pid in _python(code).stdout.split()]
    assert workers
    deadline = time.monotonic() + 10
    while any(map(psutil.pid_exists, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in workers if psutil.pid_exists(pid)]


CELL = """
from workbench.runtime.runner import shared_runner
from workbench.runtime.outcome import Context, Reply
seen = []
def go(script, mark):
    def answer(call):
        seen.append(call)
        open(mark, "w").close()  # the test outside sees that the script runs
        return Reply(status=200)
    return shared_runner().run(script, Context(trigger_id="t"), answer)
"""


@pytest.mark.timeout(120)
def test_an_interrupted_notebook_cell_lets_go_of_its_script(tmp_path: Path) -> None:
    """The Stop button ends a cell whose script loops; the effects stand, the next cell runs, no worker is left over."""
    manager = KernelManager()
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        assert _cell(client, CELL) == ("ok", "")
        mark = tmp_path / "called"
        client.execute(f"go(\"runAction('a.b').then(() => {{ for (;;); }})\", {str(mark)!r})")
        assert settle(mark.exists, 60)
        manager.interrupt_kernel()
        assert client.get_shell_msg(timeout=30)["content"].get("ename") == "KeyboardInterrupt"
        assert _cell(client, "print(len(seen), go(\"console.log('again')\", '').console[0].text)") == (
            "ok",
            "1 again\n",
        )
        workers = "__import__('psutil').Process().children(recursive=True)"
        busy = f"print(sum(worker.cpu_percent(0.3) > 50 for worker in {workers}))"
        assert _cell(client, busy) == ("ok", "0\n")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _cell(client: object, code: str) -> tuple[str, str]:
    while True:  # drop what earlier cells printed
        try:
            client.get_iopub_msg(timeout=0.05)  # type: ignore[attr-defined]
        except Empty:
            break
    printed: list[str] = []

    def hook(message: dict[str, dict[str, str]]) -> None:
        if message["header"]["msg_type"] == "stream" and message["content"]["name"] == "stdout":
            printed.append(message["content"]["text"])

    reply = client.execute_interactive(code, timeout=60, output_hook=hook)  # type: ignore[attr-defined]
    return reply["content"]["status"], "".join(printed)
