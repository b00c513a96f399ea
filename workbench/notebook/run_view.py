"""RunView: what happened for one event, as a story that one reads from top to bottom."""

from __future__ import annotations

from typing import Any

import traitlets

from workbench.bench import Bench
from workbench.errors import UnknownName
from workbench.notebook.soon import Soon
from workbench.notebook.story import headline, story, story_html
from workbench.notebook.widget import WorkbenchWidget, weakly
from workbench.run import Run

_CHOICES = 100


class RunView(WorkbenchWidget):
    """A run as a story: event, values, script, calls with why each field had its value, console, end.

    Args:
        source: a run; or a bench, whose latest run is shown and followed, with a choice of the earlier ones.

    Attributes:
        run: the run that is shown, or None; assign another to show that.
        story: the run as the browser gets it; secret values masked.
        runs: the runs to choose from, newest first (``id``, ``text``); empty where a single run was given.
        chosen: the id of the run that was chosen, or "" to follow the latest.
    """

    source = "run_view"
    story = traitlets.Dict().tag(sync=True)
    runs = traitlets.List(traitlets.Dict()).tag(sync=True)
    chosen = traitlets.Unicode("").tag(sync=True)

    def __init__(self, source: Run | Bench | None = None, **traits: Any) -> None:
        super().__init__(**traits)
        self._run: Run | None = None
        self._bench: Bench | None = None
        if isinstance(source, Bench):
            self._follow(source)
        else:
            self.run = source

    @property
    def run(self) -> Run | None:
        """The run that is shown."""
        return self._run

    @run.setter
    def run(self, run: Run | None) -> None:
        with self._lock:
            self._run = run
            self.story = story(run) if run is not None else {}
        self.mirror_changed()

    def do_choose(self, run: str) -> None:
        """Show an earlier run by its id; "" follows the latest."""
        self.chosen = run
        self.refresh()

    def refresh(self) -> None:
        """Show the bench's runs as they are now."""
        with self.visible_errors(), self._lock:
            if self._bench is None:
                return
            runs = self._bench.runs
            self.runs = [
                {"id": one.id, "text": f"{number}. {headline(one)}"}
                for number, one in reversed(list(enumerate(runs, start=1))[-_CHOICES:])
            ]
            shown = next((one for one in runs if one.id == self.chosen), None)
            if self.chosen and shown is None:
                gone, self.chosen = self.chosen, ""
                raise UnknownName("run", gone, [])
            latest = runs[-1] if runs else None
            wanted = shown or latest
            if wanted is not self._run:
                self.run = wanted

    def _follow(self, bench: Bench) -> None:
        self._bench = bench
        soon = Soon(weakly(self, "refresh"))
        self.until_closed(bench.observe(lambda what: soon() if what == "runs" else None))
        self.until_closed(soon.stop)
        self.refresh()

    def summary(self) -> str:
        """How the run ended, in a line."""
        if self._run is None:
            return "<RunView: no run yet>"
        return f"<RunView of {self._run.trigger} for {self._run.user_id}: {self._run.end}>"

    def mirror(self) -> str:
        """The whole story."""
        if self._run is None:
            return '<p class="workbench-muted">No run yet: fire an event.</p>'
        return story_html(self._run)
