"""The table of README.md: what is compared with Node 12, by which test, and every difference that is forgiven.

``python -m tests.conformance.agreement`` writes it; a test fails where the file no longer says the same.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.conformance.corpus import FILES
from tests.conformance.differences import BUILTINS, KNOWN, MOVED_ZONES, PLACES, PLAIN, PROBES

HERE = Path(__file__).parent
README = HERE / "README.md"

OUTSIDE = {
    "an iterator of a Map or Set that is printed half-way": (
        "It is shown whole: the engine does not tell how far it is."
    ),
}
"""What no test compares, since it is known to differ."""

HEAD = """# How closely scripts behave as on Node.js 12

Every line of this table is held by a test that runs the same thing on a real Node.js 12.22.12 and in the workbench and
compares the two exactly, but for the differences listed below. A test that fails is a difference that is not listed.
The file is written by `python -m tests.conformance.agreement`; `data/` holds facts measured against Node.js 12.22.12.
"""


def text() -> str:
    """The whole of README.md."""
    corpora = ["| what is compared | how many | by |", "| --- | --- | --- |", *map(_row, _corpora())]
    known = ["| known difference | why |", "| --- | --- |", *(_row((row.what, row.why)) for row in KNOWN)]
    known += [_row((f"the value of `{_cell(source)}`", why)) for source, why in {**PROBES, **PLAIN}.items()]
    known += [_row((f"the place of the error of `{_cell(source)}`", why)) for source, why in PLACES.items()]
    known += [_row((f"what Intl shows for {name}", why)) for name, why in MOVED_ZONES.items()]
    known += [_row((what, why)) for what, why in OUTSIDE.items()]
    builtins = ["| builtins (pattern of paths) | why |", "| --- | --- |"]
    builtins += [_row((f"`{_cell(pattern)}`", why)) for pattern, why in BUILTINS.items()]
    return "\n".join([HEAD, *corpora, "", "## What differs", "", *known, "", *builtins, ""])


def _corpora() -> list[tuple[str, str, str]]:
    rows = (HERE / "data" / "syntax.csv").read_text(encoding="utf-8").splitlines()
    probes = json.loads((HERE / "data" / "semantic_cases.json").read_text(encoding="utf-8"))
    orders = json.loads((HERE / "data" / "order_cases.json").read_text(encoding="utf-8"))
    faults = json.loads((HERE / "data" / "fault_cases.json").read_text(encoding="utf-8"))
    plain = json.loads((HERE / "data" / "node12_cases.json").read_text(encoding="utf-8"))
    scripts = [*(HERE / "scripts_node12").glob("*.js")]
    return [
        ("verdicts of the syntax gate", f"{len(list(csv.DictReader(rows)))} rows", "test_syntax.py"),
        ("words and carets of refused scripts", "91 scripts", "test_syntax.py"),
        ("values and error texts of expressions", f"{len(probes)} probes", "test_semantics.py"),
        ("words and places of errors", f"{len(faults)} faults", "test_faults.py"),
        ("digits of numbers, others each time", "3,000 expressions", "test_numbers.py"),
        ("time zones and locales of Intl", "every zone, 11 locales", "test_locales.py"),
        ("the profile `node12`", f"{len(plain)} probes and {len(scripts)} scripts", "test_node12_profile.py"),
        ("order of promise jobs", f"{len(orders)} cases", "test_semantics.py"),
        ("properties of every builtin", "all that a script can reach", "test_builtins.py"),
        ("realistic runtime scripts", f"{len(FILES)} scripts", "test_corpus.py"),
        ("generated scripts, others each time", "2,000 and more a run", "test_generated.py"),
        ("that the comparison sees what is taken out", "3 mutants", "test_power.py"),
    ]


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(pattern: str) -> str:
    return pattern.replace("|", "\\|")


if __name__ == "__main__":
    README.write_text(text(), encoding="utf-8")
