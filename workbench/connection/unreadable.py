"""What is wrong with a connection file that cannot be loaded: all that can be told of it in one go.

Beside what cannot be read that is what is wrong with a value whatever the rest of the file would say. What a step
or the script lacks may be just what could not be read, so it is not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from workbench.connection.files import Reading
from workbench.connection.problem import Code, FilePlace, Problem, Problems
from workbench.connection.problems import definition_problems, script_problems
from workbench.connection.script_places import script_place
from workbench.connection.script_problems import SyntaxReport
from workbench.errors import ConnectionFileError

_SURE = frozenset({Code.MISSING_VALUE, Code.WRONG_VALUE, Code.NO_OPTION, Code.BAD_REDIRECT})


def unreadable(reading: Reading, report: SyntaxReport | None = None) -> Problems:
    """The problems of a file that has faults.

    Args:
        reading: what could be read of it.
        report: what the syntax tree of its script says, if it has one.
    """
    found = [*map(fault_problem, reading.faults), *_of_the_rest(reading, report)]
    return Problems(sorted(found, key=lambda one: (one.in_file.line, one.in_file.column) if one.in_file else (0, 0)))


def fault_problem(fault: ConnectionFileError) -> Problem:
    """An error of a file as a problem."""
    path = Path(fault.path) if fault.path is not None else None
    in_file = FilePlace(path, fault.line, fault.column) if path and fault.line and fault.column else None
    return Problem(
        code=Code.UNREADABLE,
        message=fault.problem,
        where="",
        cure="",
        path=path,
        line=fault.line,
        column=fault.column,
        in_file=in_file,
    )


def _of_the_rest(reading: Reading, report: SyntaxReport | None) -> Iterator[Problem]:
    loaded = reading.loaded
    if loaded is None:
        return
    for one in definition_problems(loaded.definition, loaded.places, path=loaded.path):
        around = (one.key[:length] for length in range(len(one.key) + 1))
        if one.code in _SURE and reading.doubtful.isdisjoint(around):
            yield one
    if report is not None and not report.ok:
        for one in script_problems(loaded.definition, report):
            yield replace(one, in_file=script_place(loaded, one.line, one.column))
