"""``%%runtime_script``: a cell whose text is the runtime script; it shows what is wrong, and with ``--fire`` the run.

``%load_ext workbench`` adds it. Line numbers count as the cell's own do, so that the editor's gutter agrees.
"""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from workbench import html
from workbench.bench import Bench
from workbench.connection.definition import StepKind
from workbench.connection.events import read_event
from workbench.connection.fields import Json
from workbench.connection.problem import Problem, Problems
from workbench.connection.saving import write_whole
from workbench.connection.script_places import shown
from workbench.errors import UnknownName, UsageError, WorkbenchError
from workbench.notebook.script_cell import in_cell
from workbench.notebook.script_check import Subject
from workbench.run import Run
from workbench.runtime.outcome import End
from workbench.runtime.places import excerpt


@dataclass(frozen=True, repr=False)
class ScriptCell:
    """What a ``%%runtime_script`` cell gave: the problems, and the run where it was to fire.

    Attributes:
        problems: what is wrong, before anything runs; places count in the script.
        run: the run, or None.
        refused: why the script was not saved or nothing was fired, where that was asked for; or empty.
        first: the cell's line at which the script begins.
        script: the script.
    """

    script: str
    problems: Problems
    run: Run | None
    first: int
    refused: str = ""

    @property
    def _untold(self) -> list[Problem]:
        """The problems that the run does not tell of itself: a refused script is refused for one of them."""
        fault = self.run.fault if self.run is not None and self.run.end is End.REFUSED else None
        same = (fault.line, fault.column) if fault is not None else None
        return [one for one in self.problems if not one.is_in_script or (one.line, one.column) != same]

    def _told(self, problem: Problem) -> str:
        if not problem.is_in_script or problem.line is None:
            place = problem.where
        else:
            place = f"line {problem.line + self.first - 1}, column {problem.column}"
        return f"{problem.severity}: {place}: {problem.told}"

    def _excerpt(self, problem: Problem) -> str:
        if not problem.is_in_script or problem.line is None:
            return ""
        ahead = "\n" * (self.first - 1)
        return excerpt(ahead + self.script, problem.line + self.first - 1, problem.column)

    def __repr__(self) -> str:
        parts = ["\n".join(filter(None, (self._told(one), self._excerpt(one)))) for one in self._untold]
        if self.run is not None:
            parts.append(repr(in_cell(self.run, self.first)))
        return "\n".join([*parts, *filter(None, [self.refused])]) or "No problems."

    def _repr_html_(self) -> str:
        names = {"error": "bad", "warning": "warn", "note": "muted"}
        parts = [
            f'<p class="workbench-{names[one.severity]}">{html.escape(self._told(one))}</p>'
            + (f'<pre class="workbench-excerpt">{html.escape(self._excerpt(one))}</pre>' if self._excerpt(one) else "")
            for one in self._untold
        ]
        parts += [f'<p class="workbench-bad">{html.escape(self.refused)}</p>'] if self.refused else []
        if self.run is None:
            return html.document("".join(parts) or "<p>No problems.</p>")
        return html.document("".join(parts)) + in_cell(self.run, self.first)._repr_html_()


class _Arguments(argparse.ArgumentParser):
    """The magic's line; what cannot be read is an error of ours, not the end of the kernel."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and how it is used."""
        raise UsageError(f"{message[:1].upper()}{message[1:]}. {' '.join(self.format_usage().split())}")


_USAGE = "%%runtime_script bench [--fire TRIGGER] [--event NAME] [--user ID] [--feature FEATURE] [--save FILE]"
_OPTIONS = re.findall(r"--\w+", _USAGE)
_ARGUMENTS = _Arguments(usage=_USAGE.replace("%", "%%"), add_help=False, allow_abbrev=False)
_ARGUMENTS.add_argument("bench")
_ARGUMENTS.add_argument("--fire", metavar="TRIGGER")
_ARGUMENTS.add_argument("--event", metavar="NAME")
_ARGUMENTS.add_argument("--save", metavar="FILE", type=Path)
_ARGUMENTS.add_argument("--user", metavar="ID")
_ARGUMENTS.add_argument("--feature", metavar="FEATURE")


def magic(shell: Any) -> Callable[[str, str], ScriptCell | None]:
    """The ``%%runtime_script`` of a shell."""

    def runtime_script(line: str, cell: str) -> ScriptCell | None:
        """Make the cell's text the connection's runtime script, and show what is wrong with it.

        %%runtime_script bench [--fire TRIGGER] [--event NAME] [--user ID] [--feature FEATURE] [--save FILE]

        bench      the name of a bench (or of a connection: then nothing can be fired)
        --fire     fire this trigger, `service.trigger`, and show the run
        --event    the event to fire: a name of `bench.events`, or a JSON file with its ingredients
        --user     which user, where several have enabled the connection
        --feature  which feature, where several have the trigger
        --save     write the script to this file too
        """
        try:
            return _carry_out(_read(line), cell, shell)
        except (WorkbenchError, ValueError, OSError) as error:
            print(_in_words(error))  # noqa: T201 - said in the cell, without a traceback of ours
            return None

    return runtime_script


def _read(line: str) -> argparse.Namespace:
    asked, strange = _ARGUMENTS.parse_known_args(shlex.split(line))
    for one in strange:
        if one.startswith("-"):
            raise UnknownName("option", one.partition("=")[0], _OPTIONS, where="of %%runtime_script")
        _ARGUMENTS.error(f"what is {one!r}? Put what has spaces in quotes")
    return asked


def _carry_out(asked: Any, cell: str, shell: Any) -> ScriptCell:
    subject = _subject(asked.bench, shell.user_ns)
    subject.connection.script = cell
    problems, run, refused = subject.problems(), None, ""
    try:
        if asked.save is not None:
            write_whole(asked.save, cell)
        if asked.fire is not None or asked.event is not None:
            run = _fire(subject, asked)
    except (WorkbenchError, ValueError, OSError) as error:  # what is wrong with the script is told all the same
        refused = _in_words(error)
    first = _first_line(cell, shell)
    return ScriptCell(script=shown(cell), problems=problems, run=run, first=first, refused=refused)


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _subject(name: str, known: Mapping[str, Any]) -> Subject:
    if name not in known:
        usable = [one for one, value in known.items() if not one.startswith("_") and _is_usable(value)]
        raise UnknownName("bench", name, usable, where="in this notebook")
    return Subject.of(known[name])


def _first_line(cell: str, shell: Any) -> int:
    """The line of the whole cell, as it was typed, at which the script begins."""
    if hasattr(shell, "get_parent"):  # a kernel's: what the front end sent
        typed = str((shell.get_parent() or {}).get("content", {}).get("code", ""))
    else:
        typed = str(shell.history_manager.input_hist_raw[-1])
    at = typed.rstrip().rfind(cell.rstrip())
    return typed.count("\n", 0, at) + 1 if at > 0 else 2


def _is_usable(value: object) -> bool:
    try:
        Subject.of(value)
    except UsageError:
        return False
    return True


def _fire(subject: Subject, asked: Any) -> Run:
    bench = subject.bench
    if bench is None:
        raise UsageError(f"`{asked.bench}` is a connection; only a bench can fire: `bench = wb.Bench({asked.bench})`.")
    trigger, ingredients = _event(bench, asked.event) if asked.event is not None else (None, {})
    if asked.fire is not None and trigger not in (None, asked.fire):
        raise UsageError(f"The event {asked.event!r} is of {trigger}, not of {asked.fire}.")
    trigger = asked.fire or trigger or _only_trigger(subject)
    return bench.fire(trigger, user=asked.user, feature=asked.feature, ingredients=ingredients)


def _only_trigger(subject: Subject) -> str:
    steps = subject.connection.definition.feature_steps(kind=StepKind.TRIGGER)
    triggers = list(dict.fromkeys(step.step for _, step in steps))
    if len(triggers) != 1:
        raise UsageError(f"Say which trigger with --fire: {', '.join(triggers) or 'the connection has none'}.")
    return triggers[0]


def _event(bench: Bench, name: str) -> tuple[str | None, Mapping[str, Json]]:
    """A saved event, by name; or the ingredients in a JSON file (its trigger too where the file names it)."""
    saved = {one.name: one for one in bench.events}
    if name in saved:
        return saved[name].trigger, saved[name].ingredients
    path = Path(name)
    if path.suffix != ".json":
        raise UnknownName("event", name, saved, where="among `bench.events` (or name a .json file)")
    read = read_event(path)
    if isinstance(read.get("ingredients"), dict) and isinstance(read.get("trigger"), str):
        return read["trigger"], read["ingredients"]
    return None, read
