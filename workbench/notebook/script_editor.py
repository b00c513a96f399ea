"""ScriptEditor: the runtime script with completion, problems where they are, help, and what a run of it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import traitlets

from workbench import html
from workbench.bench import Bench
from workbench.connection.definition import ConnectionDefinition, StepKind
from workbench.connection.document import Connection
from workbench.connection.fields import Json
from workbench.connection.problem import Problem
from workbench.errors import UsageError, WorkbenchError
from workbench.notebook.run_summary import run_summary
from workbench.notebook.script_check import Subject
from workbench.notebook.script_text import ScriptText
from workbench.notebook.soon import Soon
from workbench.notebook.widget import weakly
from workbench.run import Run

LAST = "last"
_MIRRORED = 200_000  # characters of a script that a saved notebook keeps


@dataclass(frozen=True)
class _Event:
    """One choice of the event to fire."""

    value: str
    label: str
    group: str
    trigger: str
    ingredients: Mapping[str, Json] = field(default_factory=dict)

    def as_option(self) -> dict[str, str]:
        return {"value": self.value, "label": self.label, "group": self.group}


class ScriptEditor(ScriptText):
    """Edits ``connection.script``; with a bench it also runs it.

    What is typed goes to the connection after a short pause (``connection.undo()`` takes it back), and what Python
    changes shows at once, with the caret kept. Problems are looked for in the background.

    Args:
        subject: a bench, or a connection (then nothing can be run).

    Attributes:
        connection, bench: what it was given; ``bench`` is None for a connection.
        run: the latest run that it began, or None.
        text: ``{"script": ..., "by": ...}``: the script, and the view that wrote it ("" for Python).
        problems: what is wrong, as plain data; ``check`` says how far the looking is.
        words: what the script can name, for completion, help and the reference.
        events, event: the events that can be fired, and the chosen one.
        receivers, receiver: the user features that would receive it, and the chosen one.
        result: the latest run in short.
    """

    source = "script"
    problems: Any = traitlets.List().tag(sync=True)
    check = traitlets.Unicode("checking").tag(sync=True)
    events: Any = traitlets.List().tag(sync=True)
    event = traitlets.Unicode("").tag(sync=True)
    receivers: Any = traitlets.List().tag(sync=True)
    receiver = traitlets.Unicode("").tag(sync=True)
    result = traitlets.Dict().tag(sync=True)
    can_run = traitlets.Bool(False).tag(sync=True)

    def __init__(self, subject: Bench | Connection) -> None:
        self._subject = Subject.of(subject)
        self.connection, self.bench = self._subject.connection, self._subject.bench
        self.run: Run | None = None
        self._known: ConnectionDefinition | None = None
        self._checks = Soon(weakly(self, "_check"), pause=0.2)
        super().__init__(can_run=self.bench is not None, result={})
        self._follow_script(self.connection.definition)
        self.until_closed(self._checks.stop)
        self.until_closed(self.connection.observe(weakly(self, "_connection_changed")))
        if self.bench is not None:
            self.until_closed(self.bench.observe(weakly(self, "_bench_changed")))
        self.refresh()

    # --- what the browser proposes ------------------------------------------------------------------------------------

    def _write(self, script: str) -> None:
        self.connection.script = None if script == "" else script  # an empty script is none

    def do_choose(self, event: str) -> None:
        """Choose the event that Run fires."""
        if all(one["value"] != event for one in self.events):
            raise UsageError("There is no such event any more.")
        self.event = event
        self._refresh_receivers()

    def do_receive(self, receiver: str) -> None:
        """Choose who receives it."""
        self.receiver = receiver

    def do_run(self) -> None:
        """Fire the chosen event in the background, and show the run."""
        self.in_background(self._fire)

    def _fire(self) -> None:
        self.fire()

    # --- for Python too -----------------------------------------------------------------------------------------------

    def fire(self) -> Run:
        """Fire the chosen event, show the run, and give it.

        Raises:
            UsageError: there is no bench, or no event to fire.
            NotEnabled: nobody can receive the event; shows the call that helps.
        """
        if self.bench is None:
            raise UsageError("Give the editor a bench, `wb.ScriptEditor(wb.Bench(connection))`, to run the script.")
        chosen = next((one for one in self._events() if one.value == self.event), None)
        if chosen is None:
            raise UsageError("There is no event to fire: add a trigger to the connection.")
        user_id, _, user_feature = self.receiver.partition("\n")
        run = self.bench.fire(
            chosen.trigger,
            user=user_id or None,
            feature=user_feature or None,
            coverage=True,
            ingredients=chosen.ingredients,
        )
        self.run = run
        self.result = run_summary(run)
        self.mirror_changed()
        return run

    def refresh(self) -> None:
        """Look again at what can be named, fired and found wrong."""
        self._name(self.connection.definition, self.bench.option_tokens() if self.bench is not None else None)
        self._refresh_events()
        self._checks()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the script has been checked (seconds); whether it has."""
        self._checks.wait(timeout)
        return self.check != "checking"

    # --- what changed elsewhere ---------------------------------------------------------------------------------------

    def _connection_changed(self, definition: ConnectionDefinition) -> None:
        self.check = "checking"  # what was found is not of this text
        if self._follow_script(definition):
            self.mirror_changed()
        without = replace(definition, script=None)
        if without != self._known:
            self._known = without
            self.refresh()
        self._checks()

    def _bench_changed(self, what: str) -> None:
        if what == "users":
            self.refresh()
        elif what in ("runs", "events"):
            self._refresh_events()

    def _check(self) -> None:
        """In the background: what is wrong now."""
        with self.visible_errors():
            self.check = "checking"
            before = self.problems
            try:
                self.problems = [_as_data(one) for one in self._subject.problems()]
                self.check = "checked"
            except WorkbenchError as error:
                self.problems, self.check = [], str(error)
            if self.problems != before:
                self.mirror_changed()

    # --- events and who receives them ---------------------------------------------------------------------------------

    def _events(self) -> list[_Event]:
        if self.bench is None:
            return []
        definition = self.connection.definition
        triggers = list(dict.fromkeys(step.step for _, step in definition.feature_steps(kind=StepKind.TRIGGER)))
        last = next((run for run in reversed(self.bench.runs) if run.trigger in triggers), None)
        found = [_Event(LAST, f"The last one: {_told(last)}", "Again", last.trigger, last.ingredients)] if last else []
        found += [
            _Event(f"saved:{one.name}", one.name, "Saved events", one.trigger, one.ingredients)
            for one in self.bench.events
            if one.trigger in triggers
        ]
        labels = {step.step: step.label for _, step in definition.feature_steps(kind=StepKind.TRIGGER)}
        return [
            *found,
            *(_Event(f"sample:{one}", f"Sample: {labels[one] or one}", "Sample events", one) for one in triggers),
        ]

    def _refresh_events(self) -> None:
        events = self._events()
        self.events = [one.as_option() for one in events]
        if all(one.value != self.event for one in events):
            self.event = events[0].value if events else ""
        self._refresh_receivers()

    def _refresh_receivers(self) -> None:
        chosen = next((one for one in self._events() if one.value == self.event), None)
        self.receivers = self._receivers(chosen.trigger) if chosen else []
        if all(one["value"] != self.receiver for one in self.receivers):
            self.receiver = self.receivers[0]["value"] if self.receivers else ""

    def _receivers(self, trigger: str) -> list[dict[str, str]]:
        """Every user feature that would receive the event; value is "user id, line end, user feature id"."""
        assert self.bench is not None
        definition = self.connection.definition
        titles = {one.id: one.title or one.id for one, _ in definition.feature_steps(trigger, StepKind.TRIGGER)}
        return [
            {"value": f"{user.user_id}\n{one.id}", "label": f"{user.user_id} · {titles[one.feature_id]}"}
            for user in self.bench.emulator.user_connections()
            if user.is_enabled
            for one in user.user_features
            if one.enabled and one.feature_id in titles
        ]

    # --- looks --------------------------------------------------------------------------------------------------------

    def summary(self) -> str:
        """The widget in a line of text."""
        script = self._subject.script
        size = f"{len(script.splitlines())} lines" if script else "no script"
        return f"<ScriptEditor of {self.connection.name!r}: {size}>"

    def mirror(self) -> str:
        """The script with numbered lines, what is wrong with it, and the latest run."""
        self._checks.wait(3)
        script = self._subject.script
        cut = " (the beginning of it)" if len(script) > _MIRRORED else ""
        lines = script[:_MIRRORED].split("\n")
        if lines[-1] == "":
            lines.pop()
        size = len(str(len(lines)))
        numbered = "\n".join(f"{number:>{size}} | {line}" for number, line in enumerate(lines, 1))
        parts = [f"<p><strong>Runtime script of {html.escape(self.connection.name)}</strong>{cut}</p>"]
        parts += [f"<pre>{html.escape(numbered)}</pre>" if script else "<p>There is no runtime script.</p>"]
        if self.problems:
            rows = [
                (one["severity"], one["line"] or one["where"], one["message"], one["cure"]) for one in self.problems
            ]
            parts += [html.table(["", "line", "problem", "cure"], rows)]
        if self.run is not None:
            parts += [f"<pre>{html.escape(repr(self.run))}</pre>"]
        return "".join(parts)


def _as_data(problem: Problem) -> dict[str, str | int | None]:
    told = problem.as_dict()
    is_script = problem.is_in_script
    return {**told, "line": told["line"] if is_script else None, "column": told["column"] if is_script else None}


def _told(run: Run) -> str:
    """An event in few words: its trigger and its first text."""
    first = next((str(value) for value in run.ingredients.values() if value), "")
    return f"{run.trigger} ({first[:40]}{'…' if len(first) > 40 else ''})" if first else run.trigger
