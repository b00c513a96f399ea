"""What the widgets share that edit the runtime script: its text, which views write and Python changes, and its words.

What is typed goes to the connection after a short pause, each time as one step of its history; what anybody else
changes shows at once.
"""

from __future__ import annotations

import threading
from dataclasses import replace

import traitlets

from workbench.connection.definition import ConnectionDefinition
from workbench.connection.document import Connection
from workbench.connection.script_places import shown
from workbench.connection.vocabulary import Tokens, vocabulary
from workbench.notebook.widget import WorkbenchWidget


class ScriptText(WorkbenchWidget):
    """The part of a widget that edits ``connection.script``.

    Attributes:
        text: ``{"script": ..., "by": ...}``: the script, and the view that wrote it ("" for Python).
        words: what the script can name, for completion, help and the reference.
    """

    connection: Connection
    text = traitlets.Dict({"script": "", "by": ""}, read_only=True).tag(sync=True)
    words = traitlets.Dict(read_only=True).tag(sync=True)
    _writer = (0, "")  # the thread that writes to the connection for a view, and the view

    def do_edit(self, script: str, by: str = "") -> None:
        """Take what was typed in a view."""
        if script == shown(self.connection.script):
            return
        self._writer = (threading.get_ident(), str(by))
        try:
            self._write(script)
        finally:
            self._writer = (0, "")

    def _write(self, script: str) -> None:
        self.connection.script = script

    def _follow_script(self, definition: ConnectionDefinition) -> bool:
        """Show the script of the connection as it is now; whether it is another."""
        thread, by = self._writer
        script = shown(definition.script)
        if script == self.text["script"]:
            return False
        self.set_trait("text", {"script": script, "by": by if thread == threading.get_ident() else ""})
        return True

    def _name(self, definition: ConnectionDefinition, tokens: Tokens | None = None) -> None:
        """Offer what the connection's script can name; ``tokens`` of options, where some user has them."""
        self.set_trait("words", vocabulary(replace(definition, script=None), tokens).as_dict())
