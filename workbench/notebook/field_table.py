"""FieldTable: every field of a connection, who sets it, to what, and what a call would send."""

from __future__ import annotations

from typing import Any

from workbench.connection.document import Connection
from workbench.notebook.connection_widget import ConnectionWidget


class FieldTable(ConnectionWidget):
    """Every field of a connection as a table that you edit.

    >>> FieldTable(Connection.sample("hue-blue"))
    <FieldTable of 'Hue lights to blue': 2 fields (1 set by you, 1 customizable by the user), no problems>

    Fields are grouped by feature and step. Who sets a field is a choice of the document's two labels; its value is
    edited as its type asks. Below it stands the form as the user would see it. Everything is an edit of the
    connection: ``connection.undo()`` takes it back, and edits made in Python are shown at once.

    Args:
        connection: the connection to show and to edit.

    Attributes:
        connection: the same connection.
        table: what is shown, as plain data.
    """

    source = "field_table"

    def __init__(self, connection: Connection, **traits: Any) -> None:
        super().__init__(connection, **traits)
