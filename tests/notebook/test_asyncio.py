"""`asyncio.run` in a notebook cell, tried in a real kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from jupyter_client.manager import start_new_kernel


@pytest.fixture
def run_cell() -> Iterator[Callable[[str], str]]:
    """Runs a cell in a fresh kernel; gives what it printed, raises what it raised."""
    manager, client = start_new_kernel(kernel_name="python3")

    def run(code: str) -> str:
        printed: list[str] = []

        def hook(message: dict) -> None:
            if message["msg_type"] == "stream":
                printed.append(message["content"]["text"])

        reply = client.execute_interactive(code, output_hook=hook, timeout=60)
        if reply["content"]["status"] == "error":
            raise RuntimeError(reply["content"]["evalue"])
        return "".join(printed)

    yield run
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_asyncio_run_works_in_a_cell_once_allowed(run_cell: Callable[[str], str]) -> None:
    """Without the call `asyncio.run` is an error in a cell; with it, it runs, and a second call harms nothing."""
    work = "import asyncio\nasync def work():\n    await asyncio.sleep(0)\n    return 'done'\n"
    with pytest.raises(RuntimeError, match="running event loop"):
        run_cell(work + "print(asyncio.run(work()))")
    allow = "import workbench as wb\nprint(wb.allow_nested_asyncio(), wb.allow_nested_asyncio())"
    assert run_cell(allow).split() == ["nest_asyncio2", "nest_asyncio2"]
    assert run_cell("print(asyncio.run(work()))") == "done\n"


def test_the_workbench_needs_no_patched_loop(run_cell: Callable[[str], str]) -> None:
    """In a cell `bench.fire` is plain, `await bench.fire_async` too, and a cell may be run again."""
    cell = (
        "import workbench as wb, sys\n"
        "bench = wb.Bench(wb.Connection.sample('liked-video-to-sms'))\n"
        "bench.enable('user-17')\n"
        "first = bench.fire('youtube.new_liked_video')\n"
        "second = await bench.fire_async('youtube.new_liked_video')\n"
        "print(first.end, second.end, 'pythonmonkey' in sys.modules, 'nest_asyncio2' in sys.modules)"
    )
    assert run_cell(cell) == "ok ok False False\n"
    assert run_cell(cell) == "ok ok False False\n"
