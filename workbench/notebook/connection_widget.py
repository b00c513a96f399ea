"""The base of the widgets that show a connection: they follow it, and what the browser proposes about fields they do.

Whoever edits the connection, in Python or in another widget, every widget on it follows. A widget never keeps its
connection's edits from anybody: each is one step of the connection's history.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import traitlets

from workbench import html
from workbench.connection.document import Connection
from workbench.connection.edits import Where
from workbench.connection.fields import Field, FieldType, Json, Visibility
from workbench.connection.handles import FieldHandle
from workbench.connection.problem import Code
from workbench.connection.texts import as_text
from workbench.errors import UnknownName, UsageError
from workbench.notebook import field_mirror, field_state, option_text
from workbench.notebook.widget import WorkbenchWidget, weakly

_CHANGES: dict[str, Callable[[Any], Any]] = {
    "label": str,
    "description": str,
    "type": FieldType,
    "required": bool,
    "secret": bool,
    "options": option_text.read,
}
"""What may be changed of a field of the configuration or of a feature, and how it is read from the browser."""

_NOT_BEGUN = frozenset({Code.NO_SERVICES, Code.NO_FEATURES})
"""What is wrong with every connection that nobody has begun yet: an invitation says it better."""


class ConnectionWidget(WorkbenchWidget):
    """A widget on a connection.

    Args:
        connection: the connection, shown as it is and edited in place.

    Attributes:
        connection: the same connection.
        table: its fields in groups, with their problems, as plain data; made from the connection, never set by hand.
        cures: how its problems are mended here.
        invitation: how to begin here, said of a connection that has nothing in it.
    """

    cures: ClassVar[field_state.Cures] = field_state.CURES
    invitation = (
        "There is nothing in it yet. Add a feature and choose a trigger for it: in a ConnectionEditor, in Python or in "
        "the file."
    )
    table = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(self, connection: Connection, **traits: Any) -> None:
        self.connection = connection
        self._trials: dict[Where, Json] = {}
        self._painting = threading.Lock()  # apart from the base's lock, which is held while the connection is edited
        super().__init__(**traits)
        self._follow()
        self.until_closed(connection.observe(weakly(self, "_follow")))

    def _follow(self, *_: object) -> None:
        """Show the connection as it is now, whatever the thread that changed it."""
        with self._painting:
            before = self._shown()
            self._paint()
            is_changed = self._shown() != before
        if is_changed:
            self.mirror_changed()

    def _shown(self) -> Any:
        """What the mirror is made of."""
        return self.table

    def _paint(self) -> None:
        connection = self.connection
        has_begun = self._has_begun()
        problems = [one for one in connection.problems() if has_begun or one.code not in _NOT_BEGUN]
        state = field_state.table(connection.definition, problems, self._trials, self.cures)
        history = {"can_undo": connection.can_undo, "can_redo": connection.can_redo}
        invitation = "" if has_begun else self.invitation
        self.set_trait("table", state | history | {"name": connection.name, "invitation": invitation})

    def _has_begun(self) -> bool:
        """Whether anything is in the connection, or was ever done to it: only then is something missing."""
        made = self.connection.definition
        is_empty = not (made.services or made.features or made.configuration or made.script is not None)
        return not is_empty or self.connection.can_undo or self.connection.can_redo

    # --- what the browser proposes ------------------------------------------------------------------------------------

    def do_undo(self) -> None:
        """Take the latest edit back."""
        self.connection.undo()

    def do_redo(self) -> None:
        """Make it again."""
        self.connection.redo()

    def do_visibility(self, at: Any, visibility: str) -> None:
        """Say who sets a field; its value stays, as the value set by you or as the default."""
        self._handle(at).change(lambda field: replace(field, visibility=Visibility(visibility)))

    def do_value(self, at: Any, value: Any) -> None:
        """Give a field a value, or none (None); one that does not fit is kept, with its problem beside it."""
        self._handle(at).change(lambda field: replace(field, value=_json(value)))

    def do_try(self, at: Any, value: Any) -> None:
        """Set a value as a user would, to see what a call would then send; the connection stays as it is."""
        where = self._handle(at).where
        if value is None:
            self._trials.pop(where, None)
        else:
            self._trials[where] = _json(value)
        self._follow()

    def do_add_field(self, feature: str | None, id: str, label: str, type: str) -> None:  # noqa: A002 - a field's words
        """Add a field to the configuration, or to a feature."""
        name, shown = as_text(id, "The id of a field").strip(), as_text(label, "A field's label").strip()
        field = Field(id=name, label=shown, type=FieldType(type), required=False)
        if feature is None:
            self.connection.add_configuration(field)
        else:
            self.connection.feature(feature).add_field(field)

    def do_change_field(self, at: Any, **changes: Any) -> None:
        """Change a field of the configuration or of a feature, in any way but its id."""
        handle = self._own(at)
        unknown = [name for name in changes if name not in _CHANGES]
        if unknown:
            raise UnknownName("property of a field", unknown[0], _CHANGES)
        read = {name: _CHANGES[name](value) for name, value in changes.items()}
        handle.change(lambda field: replace(field, **read))

    def do_rename_field(self, at: Any, id: str) -> None:  # noqa: A002 - a field's word
        """Give a field of the configuration or of a feature another id."""
        self._handle(at).rename(as_text(id, "The id of a field").strip())

    def do_move_field(self, at: Any, position: int) -> None:
        """Put a field of the configuration or of a feature at another position."""
        self._handle(at).move(max(0, int(position)))

    def do_remove_field(self, at: Any) -> None:
        """Take a field of the configuration or of a feature away."""
        self._handle(at).remove()

    def _handle(self, at: Any) -> FieldHandle:
        return FieldHandle(self.connection, _where(at))

    def _own(self, at: Any) -> FieldHandle:
        if _where(at).step is not None:
            raise UsageError("What a field of a step is comes from its service; change who sets it, and its value.")
        return self._handle(at)

    # --- looks --------------------------------------------------------------------------------------------------------

    def summary(self) -> str:
        """The connection's fields and problems in a line."""
        return f"<{type(self).__name__} of {self.connection.name!r}: {field_mirror.counts_text(self.table)}>"

    def mirror(self) -> str:
        """The fields as tables."""
        return f"<p><strong>{html.escape(self.connection.name)}</strong></p>{field_mirror.groups(self.table)}"


def _where(at: Any) -> Where:
    parts = at if isinstance(at, dict) else {}
    feature, step, field = parts.get("feature"), parts.get("step"), parts.get("field")
    if not isinstance(field, str) or not isinstance(feature, str | None) or not isinstance(step, str | None):
        raise UsageError("A field is named by its feature, its step and its id.")
    return Where(feature=feature, step=step, field=field)


def _json(value: Any) -> Json:
    """What the browser sent as a value: JSON as it is, but an empty text, list or mapping is no value.

    Raises:
        UsageError: it is no JSON (a NaN), which neither the browser nor a call could be given.
    """
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        raise UsageError("A field's value is JSON, which has no NaN and no infinity. Give a finite number.") from None
    return None if value in ("", [], {}) else value
