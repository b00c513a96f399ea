"""What a widget shows where no kernel runs: its content, read-only, saved beside it in the notebook.

A widget is displayed as two outputs: the mirror, which is plain HTML that GitHub, nbviewer and a notebook without a
kernel can show, and the widget itself. While the widget lives, the mirror hides; where it does not, the widget's
empty place hides. (Both in one output would not do: JupyterLab shows "Loading widget..." rather than the HTML.)

The mirror follows the widget: what is done in it after it was displayed is saved with the notebook too.
"""

from __future__ import annotations

import weakref
from typing import Any

from IPython.display import display
from ipywidgets import Widget

from workbench import html
from workbench.notebook.soon import Soon

_PAUSE = 0.5

_STYLE = """<style>
.jp-OutputArea-child:has(.workbench-mirror):has(+ .jp-OutputArea-child .workbench-live){display:none}
.jp-OutputArea-child:has(.workbench-mirror) + .jp-OutputArea-child:not(:has(.workbench-live)){display:none}
</style>"""


class Mirrored(Widget):  # type: ignore[misc]
    """A widget with a read-only mirror and a repr that stays the same from run to run."""

    def summary(self) -> str:
        """The widget in a line or two of text, the same each time its content is the same."""
        return f"<{type(self).__name__}>"

    def mirror(self) -> str:
        """The widget's content as HTML, escaped, read-only."""
        return f"<pre>{html.escape(self.summary())}</pre>"

    def mirror_changed(self) -> None:
        """Bring the displayed mirror up to date, soon; from any thread."""
        soon: Soon | None = getattr(self, "_mirror_soon", None)
        if soon is not None:
            soon()

    def _ipython_display_(self, **_: Any) -> None:
        name = f"workbench-mirror-{self.model_id}"
        display(_bundle(self), raw=True, display_id=name)  # type: ignore[no-untyped-call]
        reference = weakref.ref(self)
        self._mirror_soon = Soon(lambda: _update(reference(), name), pause=_PAUSE)
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        display({"application/vnd.jupyter.widget-view+json": view, "text/plain": repr(self)}, raw=True)  # type: ignore[no-untyped-call]

    def __repr__(self) -> str:
        return self.summary()


def _bundle(widget: Mirrored) -> dict[str, str]:
    mirror = f'{_STYLE}<div class="workbench-mirror">{html.document(widget.mirror())}</div>'
    return {"text/html": mirror, "text/plain": repr(widget)}


def _update(widget: Mirrored | None, name: str) -> None:
    if widget is not None and widget.comm is not None:  # closed widgets have none
        display(_bundle(widget), raw=True, display_id=name, update=True)  # type: ignore[no-untyped-call]
