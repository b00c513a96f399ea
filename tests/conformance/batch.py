"""Many generated scripts in one run: each in its own async function, one after the other, one console line each."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.recording import Job, Planned, Recording, context

PRELUDE = (Path(__file__).parent / "batch_prelude.js").read_text(encoding="utf-8")
REPLIES = {
    "a.b": Planned(status=200, body={"data": [{"title": "one", "n": 1}, {"title": "two", "n": None}], "cursor": "c"}),
    "c.d": Planned(status=202, body=None),
    "e.f": Planned(status=404, body={"errors": [{"message": "not found"}]}),
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one script of a batch reported: one text a call of ``out``; None where its line never came."""

    script: str
    found: tuple[str, ...] | None


def job(scripts: list[str]) -> Job:
    """One run of all the scripts."""
    plays = "\n".join(f"await play({number}, async (out) => {{\n{body}\n}});" for number, body in enumerate(scripts))
    source = f"{PRELUDE}\n(async () => {{\n{plays}\n}})();"
    return Job(script=source, context=context(), replies=REPLIES)


def findings(scripts: list[str], recording: Recording) -> list[Finding]:
    """What each script of a batch reported, from the batch's recording."""
    lines: dict[int, tuple[str, ...]] = {}
    for level, text in recording.console:
        number, _, report = text.partition(" ")
        if level == "log" and number.isdigit():
            lines[int(number)] = tuple(json.loads(report))
    return [Finding(script=script, found=lines.get(number)) for number, script in enumerate(scripts)]


def singles(scripts: list[str], run: Callable[[Job], Recording], size: int = 100) -> dict[str, Finding]:
    """Each script's finding; the scripts are run in batches, those behind a batch's early end run again."""
    found: dict[str, Finding] = {}
    waiting = [scripts[start : start + size] for start in range(0, len(scripts), size)]
    while waiting:
        batch = waiting.pop()
        recording = run(job(batch))
        made = findings(batch, recording)
        missing = [finding.script for finding in made if finding.found is None]
        found.update({finding.script: finding for finding in made if finding.found is not None})
        if missing and len(missing) < len(batch):
            waiting.append(missing)
        elif missing:
            half = len(missing) // 2
            if half:
                waiting += [missing[:half], missing[half:]]
            else:
                found[missing[0]] = Finding(script=missing[0], found=(f"no report; {'; '.join(recording.lines())}",))
    return found


def shorten(finding: Finding) -> Finding:
    """The finding with every report cut to a readable length."""
    cut = (
        None
        if finding.found is None
        else tuple(text if len(text) < 300 else f"{text[:300]}…" for text in finding.found)
    )
    return dataclasses.replace(finding, found=cut)
