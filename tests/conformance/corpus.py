"""The hand-written corpus: one realistic runtime script a file.

A first line ``//! {...}`` says what the script is given: fields of ``Context``, and ``replies`` by step.
The line is a comment to JavaScript, so the source runs exactly as it stands in the file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.conformance.recording import Job, Planned, context

FOLDER = Path(__file__).parent / "scripts"
FILES = sorted(FOLDER.glob("*.js"))


def job(file: Path, **switches: Any) -> Job:
    """The job that a corpus file describes; ``switches`` are more of its `Context`."""
    source = file.read_text(encoding="utf-8")
    first = source.partition("\n")[0]
    given = json.loads(first.removeprefix("//!")) if first.startswith("//!") else {}
    replies = {step: Planned(**reply) for step, reply in given.pop("replies", {}).items()}
    return Job(script=source, context=context(**given, **switches), replies=replies)
