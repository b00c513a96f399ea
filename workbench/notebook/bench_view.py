"""BenchView: everything about a bench in one place, as tabs over the same objects that Python holds."""

from __future__ import annotations

from typing import Any

from ipywidgets import Box, Layout, Tab, VBox

from workbench import html
from workbench.bench import Bench
from workbench.notebook.bench_bar import BenchBar
from workbench.notebook.connection_editor import ConnectionEditor
from workbench.notebook.event_form import EventForm
from workbench.notebook.field_table import FieldTable
from workbench.notebook.log_view import LogView
from workbench.notebook.mirror import Mirrored
from workbench.notebook.run_view import RunView
from workbench.notebook.script_editor import ScriptEditor
from workbench.notebook.users_panel import UsersPanel
from workbench.observers import Stop

_LESS, _MORE = "1 1 420px", "1.4 1 480px"  # beside each other where there is room, else one above the other
_WHOLE = Layout(width="100%", min_width="0")


class BenchView(Mirrored, VBox):  # type: ignore[misc]
    """The workbench as an app: author the connection, fire events, edit the script, read runs and log, meet the users.

    Each tab is a widget that can also be shown alone, and all of them show the same bench: what is done in one, or in
    Python, shows in the others.

    Args:
        bench: the bench.

    Attributes:
        bench: the bench.
        bar, event_form, run_view, log_view, users_panel: its own widgets.
        parts: every tab's widgets by the tab's title.
        tabs: the ``ipywidgets.Tab``; ``tabs.selected_index`` chooses one.
    """

    def __init__(self, bench: Bench) -> None:
        self._stops: list[Stop] = []
        self.bench = bench
        self.bar = BenchBar(bench)
        self.event_form = EventForm(bench)
        self.run_view = RunView(bench)
        self.log_view = LogView(bench)
        self.users_panel = UsersPanel(bench)
        self.parts = self._parts()
        self.tabs = Tab([_side_by_side(widgets) for widgets in self.parts.values()], titles=list(self.parts))
        self.tabs.selected_index = list(self.parts).index("Events")
        super().__init__([self.bar, self.tabs], layout=_WHOLE)
        self.event_form.observe(lambda change: self.run_view.do_choose(change["new"]), names="chosen")
        self._stops = [
            bench.observe(self._changed),
            bench.connection.observe(self._changed),
            bench.logs.observe(self._changed),
        ]

    def _parts(self) -> dict[str, list[Any]]:
        connection, bench = self.bench.connection, self.bench
        return {
            "Connection": [ConnectionEditor(connection)],
            "Fields": [FieldTable(connection)],
            "Script": [ScriptEditor(bench)],
            "Events": [self.event_form, self.run_view],
            "Log": [self.log_view],
            "Users": [self.users_panel],
        }

    def _changed(self, *_: Any) -> None:
        self.mirror_changed()

    def close(self) -> None:
        """Close every part; safe twice. The bench goes on."""
        stops, self._stops = self._stops, []
        for stop in stops:
            stop()
        parts = [widget for widgets in self.parts.values() for widget in widgets]
        for widget in (*parts, *self.tabs.children, self.bar, self.tabs):
            widget.close()
        super().close()

    def summary(self) -> str:
        """The connection and the tabs."""
        return f"<BenchView of {self.bench.connection.name!r}: {', '.join(self.parts)}>"

    def mirror(self) -> str:
        """Every part's mirror under its tab's title."""
        sections = [
            f"<details{' open' if title == 'Events' else ''}><summary><strong>{html.escape(title)}</strong></summary>"
            f"{''.join(widget.mirror() for widget in widgets)}</details>"
            for title, widgets in self.parts.items()
        ]
        return self.bar.mirror() + "".join(sections)


def _side_by_side(widgets: list[Any]) -> Any:
    if len(widgets) == 1:
        return widgets[0]
    for widget, share in zip(widgets, (_LESS, _MORE), strict=True):
        widget.layout = Layout(flex=share, min_width="0", width="auto")
    return Box(widgets, layout=Layout(display="flex", flex_flow="row wrap", width="100%"))
