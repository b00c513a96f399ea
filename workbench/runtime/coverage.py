"""Which lines and branches of a script ran, and how often: as a value, merged over many runs, shown on the source.

A line counts if a statement begins on it (or the body of a short arrow function), and as often as the busiest of those
was begun. A branch is an arm that a run can leave out: both ways of an ``if`` and of ``? :``, the right side of ``&&``
and ``||``, a ``case``, a default value, a function that must be called first. An empty arm is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from workbench import html
from workbench.errors import UsageError
from workbench.frames import Column, Rows, Schema
from workbench.runtime.messages import Frame, Violation
from workbench.runtime.places import shown_lines

LINES = Schema(
    "lines",
    Column("line", "int64"),
    Column("count", "int64"),
    Column("state", "str"),
    Column("missed", "str"),
    Column("source", "str"),
)
BRANCHES = Schema(
    "branches", Column("line", "int64"), Column("column", "int64"), Column("kind", "str"), Column("count", "int64")
)

RAN, PARTLY, MISSED = "ran", "partly", "missed"
_MARKS = {RAN: " ", PARTLY: "~", MISSED: "✗"}
_WORDS = {RAN: "ran", PARTLY: "ran in part", MISSED: "never ran"}
_SHOWN_WHOLE = 200
_AROUND = 2
_WIDEST = 100

_STYLE = """<style>
.workbench-coverage td.workbench-code{font-family:var(--jp-code-font-family,monospace);overflow-wrap:anywhere}
.workbench-coverage td.workbench-state{min-width:11em;white-space:normal;overflow-wrap:normal}
.workbench-coverage td.workbench-count,.workbench-coverage tbody th{text-align:end;font-weight:normal}
.workbench-coverage tr.workbench-missed td.workbench-code{border-inline-start:4px solid var(--wb-bad)}
.workbench-coverage tr.workbench-partly td.workbench-code{border-inline-start:4px dashed var(--wb-warn)}
.workbench-coverage tr.workbench-ran td.workbench-code{border-inline-start:4px solid var(--wb-good)}
.workbench-coverage tr.workbench-missed td.workbench-state{color:var(--wb-bad)}
.workbench-coverage tr.workbench-partly td.workbench-state{color:var(--wb-warn)}
</style>"""


@dataclass(frozen=True, kw_only=True, order=True)
class Branch:
    """One arm: where it begins (from 1), what it is an arm of, and how often it was taken.

    ``kind``: "if", "else", "no else" (the ``if`` was passed by), "?", ":", "&&", "||", "default value", "case",
    "default", "function".
    """

    line: int
    column: int
    kind: str
    count: int


@dataclass(frozen=True, kw_only=True)
class CoveredLine:
    """One line that can run.

    Attributes:
        line: from 1.
        count: how often it was begun.
        missed: the arms on it that were never taken.
        source: its text.
    """

    line: int
    count: int
    missed: tuple[Branch, ...]
    source: str

    @property
    def state(self) -> str:
        """One of "ran", "partly" (an arm on it was never taken) and "missed"."""
        if self.count == 0:
            return MISSED
        return PARTLY if self.missed else RAN

    @property
    def never(self) -> str:
        """The arms never taken, in words."""
        return ", ".join(f"{one.kind} (column {one.column})" for one in self.missed)


class Branches(Rows[Branch]):
    """The arms of a script, in the order of its text."""

    schema = BRANCHES

    def __init__(self, branches: tuple[Branch, ...]) -> None:
        self._branches = branches

    def __len__(self) -> int:
        return len(self._branches)

    def __iter__(self) -> Iterator[Branch]:
        return iter(self._branches)

    def row(self, item: Branch) -> dict[str, Any]:
        """One arm as a row."""
        return {"line": item.line, "column": item.column, "kind": item.kind, "count": item.count}

    @property
    def missed(self) -> tuple[Branch, ...]:
        """Those never taken."""
        return tuple(one for one in self._branches if one.count == 0)


class HasCoverage(Protocol):
    """Whatever carries the coverage of a run: a `Run`, an `Outcome`."""

    @property
    def coverage(self) -> Coverage | None:
        """How often each line and branch ran, where it was asked for."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Coverage(Rows[CoveredLine]):
    """How often each line and branch of one script ran, in one run or many; add them up with ``+`` or ``sum``.

    Attributes:
        source: the script.
        lines: for each line that can run (from 1), how often it was begun.
        arms: the branches as a plain tuple; ``branches`` has them as rows.
        runs: how many runs it is of.
    """

    schema = LINES

    source: str
    lines: Mapping[int, int] = field(default_factory=dict)
    arms: tuple[Branch, ...] = ()
    runs: int = 1

    @classmethod
    def merged(cls, parts: Iterable[Coverage | HasCoverage]) -> Coverage:
        """The coverage of many runs of one script, or of coverages, as one; runs without any are passed over.

        Raises:
            UsageError: none has coverage, or they are of different scripts.
        """
        found = [one for one in (part if isinstance(part, Coverage) else part.coverage for part in parts) if one]
        if not found:
            raise UsageError("None of these runs has coverage. Fire the events with `coverage=True`.")
        if any(one.source != found[0].source for one in found):
            raise UsageError("These runs are of different scripts; merge the coverage of one script at a time.")
        lines: Counter[int] = Counter()
        arms: Counter[tuple[int, int, str]] = Counter()
        for one in found:
            lines.update(one.lines)
            arms.update({(arm.line, arm.column, arm.kind): arm.count for arm in one.arms})
        return cls(
            source=found[0].source,
            lines=dict(sorted(lines.items())),
            arms=tuple(Branch(line=a, column=b, kind=c, count=n) for (a, b, c), n in sorted(arms.items())),
            runs=sum(one.runs for one in found),
        )

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage.merged([self, other]) if isinstance(other, Coverage) else NotImplemented

    def __radd__(self, other: int) -> Coverage:
        return self if other == 0 else NotImplemented  # where `sum` begins

    def __bool__(self) -> bool:
        return True

    @property
    def branches(self) -> Branches:
        """Every arm of the script, with its count."""
        return Branches(self.arms)

    @property
    def missed(self) -> tuple[int, ...]:
        """The lines that never ran."""
        return tuple(line for line, count in self.lines.items() if count == 0)

    @property
    def percent(self) -> float:
        """How much of the lines that can run did, 0 to 100; 100 where there is none."""
        return _percent(len(self.lines) - len(self.missed), len(self.lines))

    @property
    def branch_percent(self) -> float:
        """How much of the branches was taken, 0 to 100; 100 where there is none."""
        return _percent(len(self.arms) - len(self.branches.missed), len(self.arms))

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[CoveredLine]:
        texts, missed = self._texts, self._missed_on
        for line, count in self.lines.items():
            yield CoveredLine(line=line, count=count, missed=tuple(missed.get(line, ())), source=texts[line - 1])

    def row(self, item: CoveredLine) -> dict[str, Any]:
        """One line as a row."""
        return {
            "line": item.line,
            "count": item.count,
            "state": item.state,
            "missed": item.never,
            "source": item.source,
        }

    @cached_property
    def _texts(self) -> list[str]:
        return shown_lines(self.source)

    @cached_property
    def _missed_on(self) -> dict[int, list[Branch]]:
        """The arms never taken, by the line that shows them: where no line that can run has them, the next above."""
        found: dict[int, list[Branch]] = {}
        for arm in self.branches.missed:
            shown = arm.line if arm.line in self.lines else max((n for n in self.lines if n <= arm.line), default=0)
            found.setdefault(shown, []).append(arm)
        return found

    def to_dict(self) -> dict[str, Any]:
        """The counts for another program: ``lines`` as [line, count], ``branches`` as [line, column, kind, count]."""
        return {
            "runs": self.runs,
            "percent": round(self.percent, 2),
            "branch_percent": round(self.branch_percent, 2),
            "lines": [list(pair) for pair in self.lines.items()],
            "branches": [[one.line, one.column, one.kind, one.count] for one in self.arms],
        }

    # --- shown on the source ------------------------------------------------------------------------------------------

    def summary(self) -> str:
        """One line: how many of the lines and branches ran."""
        arms = len(self.arms)
        return (
            f"{len(self.lines) - len(self.missed)} of {len(self.lines)} lines ran ({self.percent:.1f} %), "
            f"{arms - len(self.branches.missed)} of {arms} branches ({self.branch_percent:.1f} %), "
            f"in {self.runs} {'run' if self.runs == 1 else 'runs'}"
        )

    def __repr__(self) -> str:
        covered = {one.line: one for one in self}
        width = max([5, *(len(str(one.count)) for one in covered.values())])
        shown, last = [f"  {'count':>{width}}  line   ✗ never ran   ~ ran in part", ""], 0
        for number in self._numbers(covered):
            if number != last + 1:
                shown.append("…")
            shown.append(_text_line(number, self._texts[number - 1], covered.get(number), width))
            last = number
        return "\n".join([f"Coverage: {self.summary()}", *shown])

    def _numbers(self, covered: Mapping[int, CoveredLine]) -> list[int]:
        """The lines to show: all of a short script, what is missed and its surroundings of a long one."""
        count = len(self._texts)
        if count <= _SHOWN_WHOLE:
            return list(range(1, count + 1))
        near = (one.line for one in covered.values() if one.state != RAN)
        return sorted({n for line in near for n in range(line - _AROUND, line + _AROUND + 1) if 0 < n <= count})

    def _repr_html_(self) -> str:
        covered = {one.line: one for one in self}
        rows = "".join(_html_line(i, text, covered.get(i)) for i, text in enumerate(self._texts, 1))
        heads = "".join(f'<th scope="col">{name}</th>' for name in ("line", "count", "state", "source"))
        return html.document(
            f'{_STYLE}<table class="workbench-table workbench-coverage">'
            f"<caption>Coverage: {html.escape(self.summary())}</caption>"
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        )


def as_told(source: str, told: Frame | None) -> Coverage | None:
    """What a worker counted, if it was asked to.

    Raises:
        Violation: it counted lines that the script does not have.
    """
    if told is None:
        return None
    count = len(shown_lines(source))
    if any(row[0] > count for row in (*told["lines"], *told["branches"])):
        raise Violation("a count of a line that the script does not have")
    return Coverage(
        source=source,
        lines=dict(sorted((line, times) for line, times in told["lines"])),
        arms=tuple(sorted(Branch(line=a, column=b, kind=c, count=n) for a, b, c, n in told["branches"])),
    )


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 100.0


def _text_line(number: int, text: str, line: CoveredLine | None, width: int) -> str:
    cut = text.replace("\t", "  ")
    cut = cut if len(cut) <= _WIDEST else f"{cut[: _WIDEST - 1]}…"
    count, mark = ("", " ") if line is None else (str(line.count), _MARKS[line.state])
    note = f"   ← never: {line.never}" if line is not None and line.state == PARTLY else ""
    return f"{mark} {count:>{width}}  {number:>4} | {cut}{note}".rstrip()


def _html_line(number: int, text: str, line: CoveredLine | None) -> str:
    state = "" if line is None else line.state
    words = "" if line is None else _WORDS[line.state]
    if line is not None and line.state == PARTLY:
        words += f"; never: {line.never}"
    return (
        f'<tr class="workbench-{state or "still"}"><th scope="row">{number}</th>'
        f'<td class="workbench-count">{"" if line is None else line.count}</td>'
        f'<td class="workbench-state">{html.escape(words)}</td>'
        f'<td class="workbench-code">{html.escape(text)}</td></tr>'
    )
