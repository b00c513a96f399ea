"""The base of our widgets: Python is the truth, the browser proposes, and what goes wrong is shown where it happened.

The browser sends ``{"do": VERB, ...}``; the method ``do_VERB`` carries it out. Messages may arrive on any thread, so
one lock is held meanwhile; what takes long is handed to ``in_background``. An error becomes a notice in the widget. One
about what was typed or chosen is told to its ``input`` instead, where it stays until that is changed.
"""

from __future__ import annotations

import threading
import traceback
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import anywidget
import traitlets

from workbench.errors import UsageError, WorkbenchError
from workbench.notebook import assets
from workbench.notebook.mirror import Mirrored


class WorkbenchWidget(Mirrored, anywidget.AnyWidget):
    """A widget of ours; the module is the one named ``source``.

    Attributes:
        notice: what the widget has to say: ``{"kind": "good" | "bad" | "", "text": ...}``.
        busy: whether something still runs in the background.
        answered: how many proposals have been answered, all changes that they made being sent before.
    """

    source = ""
    notice = traitlets.Dict({"kind": "", "text": ""}).tag(sync=True)
    busy = traitlets.Bool(False).tag(sync=True)
    answered = traitlets.Int(0).tag(sync=True)
    _stops: Any = ()  # also of a widget that could not be made, which Python closes all the same

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Give the class its module, and the style of all."""
        super().__init_subclass__(**kwargs)
        if "source" in vars(cls):  # anywidget derives a class from ours for each instance
            cls._esm = assets.module(cls.source)
            cls._css = assets.style()

    def __init__(self, **traits: Any) -> None:
        self._lock = threading.RLock()
        self._at_work = 0
        self._stops = []
        super().__init__(**traits)
        self.on_msg(_carry_out)

    # --- what the browser proposes ------------------------------------------------------------------------------------

    def propose(self, message: dict[str, Any]) -> None:
        """Carry out what the browser asked for; an error becomes a notice, or stands at the ``input`` it came from."""
        verb, source = message.get("do"), message.get("input")
        method = getattr(self, f"do_{verb}", None) if isinstance(verb, str) else None
        with self.visible_errors(source if isinstance(source, str) else ""), self._lock:
            if method is None:
                raise UsageError(f"This widget cannot do {verb!r}.")
            self.say("")
            method(**{name: value for name, value in message.items() if name not in ("do", "input")})
        self.answered += 1

    def say(self, text: str, kind: str = "") -> None:
        """Show a notice; "good" is read out politely, "bad" at once."""
        self.notice = {"kind": kind, "text": text}

    def visible_errors(self, source: str = "") -> _VisibleErrors:
        """A context in which an error becomes a notice, or is told to the input ``source``: nobody sees exceptions."""
        return _VisibleErrors(self, source)

    def in_background(self, work: Callable[[], None]) -> threading.Thread:
        """Do ``work`` on a thread of its own; ``busy`` meanwhile, and an error becomes a notice."""

        def run() -> None:
            try:
                with self.visible_errors():
                    work()
            finally:
                with self._lock:
                    self._at_work -= 1
                    self.busy = self._at_work > 0

        with self._lock:
            self._at_work += 1
            self.busy = True
        thread = threading.Thread(target=run, name=f"workbench {type(self).__name__}", daemon=True)
        thread.start()
        return thread

    # --- life ---------------------------------------------------------------------------------------------------------

    def until_closed(self, stop: Callable[[], None]) -> None:
        """Call ``stop`` when the widget is closed."""
        self._stops.append(stop)

    def close(self) -> None:
        """Take the widget from the page and stop watching what it shows; safe twice."""
        stops, self._stops = self._stops, []
        for stop in stops:
            with suppress(Exception):  # the others are stopped too
                stop()
        super().close()


class _VisibleErrors:
    def __init__(self, widget: WorkbenchWidget, source: str) -> None:
        self._widget = widget
        self._source = source

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, Exception):
            return False
        if isinstance(error, WorkbenchError):
            text = str(error)
        else:  # ours or a responder's: where it was helps to mend it
            frame = traceback.extract_tb(error.__traceback__)[-1]
            text = f"{type(error).__name__}: {error} ({frame.name}, line {frame.lineno})"
        if self._source:
            self._widget.send({"refused": self._source, "why": text})
        else:
            self._widget.say(text, "bad")
        return True


def _carry_out(widget: WorkbenchWidget, content: Any, _buffers: Any) -> None:
    if isinstance(content, dict):
        widget.propose(content)


def weakly(widget: Any, method: str) -> Callable[..., None]:
    """Calls the widget's method while it is alive: what a widget watches must not keep it alive."""
    reference = weakref.ref(widget)

    def call(*arguments: Any) -> None:
        alive = reference()
        if alive is not None:
            getattr(alive, method)(*arguments)

    return call
