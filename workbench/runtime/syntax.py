"""What the Node 12 gate and the script's syntax tree say (asked of a worker; never of regular expressions)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.errors import WorkerError
from workbench.runtime.messages import Frame
from workbench.runtime.outcome import Fault
from workbench.runtime.places import excerpt


@dataclass(frozen=True, kw_only=True)
class ScriptCall:
    """One ``runAction`` or ``performQuery`` in the source.

    Attributes:
        kind: "action" or "query".
        step: the step's id, or None where it is computed.
        step_place: line and column of the text that is the id, from 1; those of the call where the id is no literal.
        fields: ids of the fields given, each with line and column of its key, those of the call where the key is no
            literal; None where they are computed.
        body_keys: keys of the request body in the same way, or None where they are computed.
        line, column: where the call begins, from 1.
    """

    kind: str
    step: str | None
    step_place: tuple[int, int]
    fields: Mapping[str, tuple[int, int]] | None
    body_keys: Mapping[str, tuple[int, int]] | None
    line: int
    column: int


@dataclass(frozen=True, kw_only=True)
class Read:
    """A name that the script reads, and where: ``Trigger.ingredients.title``, or an undeclared ``fetch``.

    A name that ends in ``[…]`` is read by a computed key.
    """

    name: str
    line: int
    column: int


@dataclass(frozen=True, kw_only=True)
class SyntaxReport:
    """Whether Node 12 compiles a script, and what the script says about itself.

    Attributes:
        ok: Node 12 compiles it.
        fault: why not, with its place.
        calls: every call of a step, in the order of the source.
        reads: the dotted names read of Trigger, Connection and Meta, each with its first line and column.
        free: names used and never declared that are no part of the script's globals, each place.
        loops: each loop without a condition, as the place from which on the engine, asked where it is, means this loop,
            and the place of the loop itself: line, column, line, column.
    """

    ok: bool
    fault: Fault | None = None
    calls: tuple[ScriptCall, ...] = ()
    reads: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    free: tuple[Read, ...] = ()
    loops: tuple[tuple[int, int, int, int], ...] = ()

    @property
    def undocumented(self) -> tuple[Read, ...]:
        """Free names that Node 12 or a newer Node has, and IFTTT does not document."""
        from workbench.runtime.hints import IN_NODE, NEWER  # noqa: PLC0415

        return tuple(one for one in self.free if one.name in IN_NODE or one.name in NEWER)


def report(source: str, frame: Frame) -> SyntaxReport:
    """The report of a worker's answer, checked."""
    if frame["fault"] is not None:
        told = frame["fault"]
        return SyntaxReport(ok=False, fault=Fault(**told, excerpt=excerpt(source, told["line"], told["column"])))
    try:
        return SyntaxReport(
            ok=True,
            calls=tuple(_call(row) for row in frame["calls"]),
            reads=_first_places(frame["reads"]),
            free=tuple(_read(row) for row in frame["free"]),
            loops=tuple(tuple(row) for row in frame["loops"]),
        )
    except (TypeError, ValueError, KeyError) as error:
        raise WorkerError(f"The worker that reads scripts gave an answer of the wrong shape: {error}.") from None


def _read(row: Any) -> Read:
    name, line, column = row
    return Read(name=str(name), line=int(line), column=int(column))


def _first_places(rows: Any) -> dict[str, tuple[int, int]]:
    places: dict[str, tuple[int, int]] = {}
    for one in map(_read, rows):
        places.setdefault(one.name, (one.line, one.column))
    return places


def _call(row: Any) -> ScriptCall:
    step_line, step_column = row["step_place"]
    return ScriptCall(
        kind=str(row["kind"]),
        step=None if row["step"] is None else str(row["step"]),
        step_place=(int(step_line), int(step_column)),
        fields=None if row["fields"] is None else _first_places(row["fields"]),
        body_keys=None if row["body_keys"] is None else _first_places(row["body_keys"]),
        line=int(row["line"]),
        column=int(row["column"]),
    )
