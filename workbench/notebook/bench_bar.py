"""The head of a BenchView: which connection, its clock, and what goes wrong at the moment."""

from __future__ import annotations

from typing import Any

import traitlets

from workbench import html
from workbench.notebook.conditions import Conditions


class BenchBar(Conditions):
    """The clock and the faults of a bench, for all its tabs.

    Attributes:
        title: the connection's name.
        counts: ``users``, ``runs`` and ``exchanges`` so far.
    """

    source = "bench_bar"
    title = traitlets.Unicode("").tag(sync=True)
    counts = traitlets.Dict().tag(sync=True)

    def __init__(self, *arguments: Any, **traits: Any) -> None:
        super().__init__(*arguments, **traits)
        self.until_closed(self.bench.logs.observe(self.soon))

    def _refresh(self) -> None:
        super()._refresh()
        self.title = self.bench.connection.name
        self.counts = {
            "users": len(self.bench.users),
            "runs": len(self.bench.runs),
            "exchanges": len(self.bench.logs),
        }

    def summary(self) -> str:
        """The connection, and whether its clock stands."""
        return f"<BenchBar of {self.title}{', clock frozen' if self.clock['frozen'] else ''}>"

    def mirror(self) -> str:
        """The connection's name, the time, and the faults."""
        head = f"{self.title}: {self.clock['local'].replace('T', ' ')} {self.clock['zone']}"
        faults = [(one["text"], one["where"], one["when"]) for one in self.faults]
        table = html.table(("fault", "where", "when"), faults) if faults else ""
        return f"<p><strong>{html.escape(head)}</strong></p>{table}"
