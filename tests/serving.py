"""A bench served in a process of its own, for what must be a real server: to be killed, flooded or measured.

As a program it serves until its standard input ends: ``python tests/serving.py OPTIONS`` prints ``{"url": …}``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
KEY = "service-key-of-the-tests"
USER = "user-17"
HEADERS = {"IFTTT-Service-Key": KEY}


@dataclass(frozen=True)
class Served:
    """A server in another process."""

    url: str
    process: subprocess.Popen[str]

    @property
    def memory(self) -> int:
        """Bytes that it holds."""
        return int(psutil.Process(self.process.pid).memory_info().rss)

    def kill(self) -> None:
        """End it as a power cut would: nothing in it gets to run."""
        self.process.kill()
        self.process.wait(30)


@contextlib.contextmanager
def served(*options: str) -> Iterator[Served]:
    """A bench served in a process of its own; it has ended when the block is left."""
    command = [sys.executable, __file__, *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, f"the server did not start: {command}"
        try:
            yield Served(json.loads(line)["url"], process)
        finally:
            if process.poll() is None:
                assert process.stdin is not None
                process.stdin.close()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()


def main() -> None:
    """Serve."""
    import workbench as wb

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("connection", nargs="?", default="liked-video-to-sms", help="a file, or a sample's name")
    parser.add_argument("--db", help="where the log is kept")
    parser.add_argument("--users", type=int, default=1, help="so many, user-17 first")
    options = parser.parse_args()
    is_file = Path(options.connection).suffix != ""
    connection = wb.Connection.load(options.connection) if is_file else wb.Connection.sample(options.connection)
    with wb.Bench(connection, log=options.db, service_key=KEY) as bench, bench.serve() as server:
        for number in range(options.users):
            bench.enable(f"user-{17 + number}", timezone="Europe/Paris")
        print(json.dumps({"url": server.url}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
