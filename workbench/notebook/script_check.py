"""What is wrong with a connection's script, for people who look at it: places in their editor's lines, hints too.

JavaScript breaks lines where editors do not (U+2028); a place that the engine names is counted again as editors count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from workbench.bench import Bench
from workbench.connection.document import Connection
from workbench.connection.problem import Code, Problem, Problems, Severity
from workbench.connection.problems import script_problems
from workbench.connection.script_places import edited_place, shown
from workbench.errors import UsageError, nearest
from workbench.runtime.hints import hint_for
from workbench.runtime.outcome import Profile
from workbench.runtime.runner import Runner, shared_runner
from workbench.runtime.syntax import SyntaxReport


@dataclass(frozen=True)
class Subject:
    """A connection, and the bench that runs it where there is one."""

    connection: Connection
    bench: Bench | None = None

    @classmethod
    def of(cls, given: object) -> Subject:
        """From a bench or a connection.

        Raises:
            UsageError: it is neither.
        """
        if isinstance(given, Bench):
            return cls(given.connection, given)
        if isinstance(given, Connection):
            return cls(given)
        raise UsageError(f"A bench or a connection is wanted here, not {type(given).__name__}.")

    @property
    def script(self) -> str:
        """The script as editors show it: whatever ends its lines; empty where there is none."""
        return shown(self.connection.script)

    @property
    def runner(self) -> Runner:
        """What reads the script."""
        return self.bench.runner if self.bench is not None else shared_runner()

    def problems(self) -> Problems:
        """All that is wrong, before anything runs; those in the script with places as editors count them."""
        definition = self.connection.definition
        found: list[Problem] = [*self.connection.problems()]
        if definition.script is None:
            return Problems(found)
        report = self.runner.syntax(definition.script)
        profile = self.bench.profile if self.bench is not None else Profile.DOCUMENTED
        in_script = [*script_problems(definition, report), *_undeclared(report, profile)]
        placed = [_as_edited(one, definition.script) for one in self.connection.placed(in_script)]
        return Problems([*found, *sorted(placed, key=lambda one: (one.line or 0, one.column or 0))])


def _as_edited(problem: Problem, script: str) -> Problem:
    if problem.line is None:
        return problem
    line, column = edited_place(script, problem.line, problem.column or 1)
    return replace(problem, line=line, column=column)


def _undeclared(report: SyntaxReport, profile: Profile) -> Iterator[Problem]:
    """Names that the script uses and nobody declared, each at its first place."""
    known = [name.partition(".")[0] for name in report.reads] + ["runAction", "performQuery"]
    first = {one.name: one for one in reversed(report.free)}
    for one in reversed(first.values()):
        hint = hint_for(one.name, profile)
        close = nearest(one.name, known)
        yield Problem(
            code=Code.UNKNOWN_CONSTANT,
            message=hint or f"`{one.name}` is declared nowhere.",
            cure="" if hint else f"Did you mean `{close}`?" if close else "Reading it is a ReferenceError.",
            where="script",
            severity=Severity.WARNING,
            line=one.line,
            column=one.column,
        )
