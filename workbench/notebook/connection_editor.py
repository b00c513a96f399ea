"""ConnectionEditor: a connection from nothing to its file, as the Connections page's "How to use the tool" goes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import traitlets

from workbench.connection import catalogue, ids
from workbench.connection.definition import ConnectionDefinition, Service, StepKind
from workbench.connection.document import Connection
from workbench.connection.problem import Code
from workbench.connection.problems import Problems
from workbench.connection.texts import as_text
from workbench.errors import FileChanged, UsageError
from workbench.notebook import editor_mirror, editor_state, field_mirror
from workbench.notebook.connection_widget import ConnectionWidget
from workbench.notebook.field_state import CURES, Cures, problem_state
from workbench.notebook.script_check import Subject
from workbench.notebook.script_text import ScriptText

_STARTER = "// Runs for each new trigger event; Trigger.ingredients holds what happened.\n"


class ConnectionEditor(ScriptText, ConnectionWidget):
    """Everything about a connection in one place: services, features, steps, fields, title, script, file, endpoints.

    >>> editor = ConnectionEditor()
    >>> editor
    <ConnectionEditor of 'Untitled connection': no features, no script, not saved; no fields yet>

    Whoever starts from nothing ends with ``editor.connection``, saved as a file that a bench runs. **Update** checks
    the whole connection, the script included, and writes the file only when nothing is wrong. The script is edited as
    in ``ScriptEditor``, which a bench makes able to run it too.

    Args:
        connection: the connection to edit; a new one by default.
        services: services of your own to choose from, beside the catalogue: each a service, a file of one, or a
            folder of such files.

    Attributes:
        connection: the connection.
        table: its fields, as plain data (see ``FieldTable``).
        editor: all else about it, as plain data.
        catalogue: the services to choose from, as plain data.
        text, words: the script, and what it can name (see ``ScriptEditor``).
        script_report: ``{"is_checking": ..., "problems": [...]}``, what is wrong with the script.
        conflict: the file that changed on disk and was therefore not written, or "".
    """

    source = "connection_editor"
    cures: ClassVar[Cures] = {
        **CURES,
        Code.NO_SERVICES: "Search for one and select it.",
        Code.NO_FEATURES: "Add one: it says what your users switch on.",
        Code.MISSING_FIELD: "Delete the step and add it again.",
    }
    invitation = "Select a service, add a feature, and choose a trigger for it. What is still missing is listed here."
    editor = traitlets.Dict(read_only=True).tag(sync=True)
    catalogue: Any = traitlets.List(read_only=True).tag(sync=True)
    script_report: Any = traitlets.Dict({"is_checking": False, "problems": []}, read_only=True).tag(sync=True)
    conflict = traitlets.Unicode("", read_only=True).tag(sync=True)

    def __init__(
        self, connection: Connection | None = None, *, services: Iterable[Service | Path | str] = (), **traits: Any
    ) -> None:
        self._own_services = catalogue.own(*([services] if isinstance(services, str | Path) else services))
        self._checked: ConnectionDefinition | None = None
        self._is_checking = False
        self._known: ConnectionDefinition | None = None
        self._was_updated = False
        super().__init__(connection if connection is not None else Connection.new(editor_state.UNTITLED), **traits)
        self.set_trait("catalogue", editor_state.offered(self._own_services))

    def _paint(self) -> None:
        definition = self.connection.definition
        without = replace(definition, script=None)
        if definition.script is not None and without != self._known:
            self._known = without
            self._name(definition)
        self._check_script()  # first of all: from now on, what was found is not of this text
        self._follow_script(definition)
        super()._paint()
        self.set_trait("editor", editor_state.editor(self.connection))  # last: it says whether there is a script

    def _shown(self) -> Any:
        return self.table, self.editor, self.text["script"]

    # --- 1. the services ----------------------------------------------------------------------------------------------

    def do_add_service(self, service: str) -> None:
        """Select a service, of the catalogue or of one's own."""
        own = next((one for one in self._own_services if one.id == service), service)
        self.connection.add_service(own)

    def do_remove_service(self, service: str) -> None:
        """Drop a service that no feature uses."""
        self.connection.remove_service(service)

    def do_own(self, service: str) -> None:
        """Make a service the owner of the connection."""
        self.connection.primary_service = service

    def do_offer_service(self, path: str) -> None:
        """Offer a service of one's own: a file of one, or a folder of such files."""
        if not _stripped(path, "The path of a service"):
            raise UsageError("Say which file: the path of a YAML file that describes a service.")
        added = catalogue.own(Path(path.strip()).expanduser())
        known = {one.id: one for one in self._own_services}
        self._own_services = tuple({**known, **{one.id: one for one in added}}.values())
        self.set_trait("catalogue", editor_state.offered(self._own_services))
        self.say(f"You can now select {', '.join(one.name for one in added) or 'nothing more: no file there'}.", "good")

    # --- 2. the features ----------------------------------------------------------------------------------------------

    def do_add_feature(self, title: str) -> None:
        """Add an empty feature."""
        number = len(self.connection.features) + 1
        self.connection.add_feature(_stripped(title, "A feature's title") or f"Feature {number}")

    def do_rename_feature(self, feature: str, title: str) -> None:
        """Give a feature another title."""
        self.connection.feature(feature).rename(_stripped(title, "A feature's title"))

    def do_describe_feature(self, feature: str, description: str) -> None:
        """Give a feature another description."""
        self.connection.feature(feature).describe(_stripped(description, "A feature's description") or None)

    def do_move_feature(self, feature: str, position: int) -> None:
        """Put a feature at another position."""
        self.connection.feature(feature).move(max(0, int(position)))

    def do_remove_feature(self, feature: str) -> None:
        """Take a feature out of the connection."""
        self.connection.feature(feature).remove()

    def do_add_step(self, feature: str, kind: str, step: str) -> None:
        """Add a trigger, a query or an action to a feature; its service comes along."""
        self.connection.add_step(feature, StepKind(kind), step, offered=self._own_services)

    def do_rename_step(self, feature: str, step: str, label: str) -> None:
        """Give a step another label; none is the service's own."""
        handle = self.connection.feature(feature).step(step)
        found = self.connection.definition.step(handle.definition.step, handle.definition.kind)
        handle.rename(_stripped(label, "A step's label") or (found[1].label if found else handle.definition.step))

    def do_move_step(self, feature: str, step: str, position: int) -> None:
        """Put a step at another position among those of its kind."""
        self.connection.feature(feature).step(step).move(max(0, int(position)))

    def do_remove_step(self, feature: str, step: str) -> None:
        """Take a step out of a feature."""
        self.connection.feature(feature).step(step).remove()

    # --- 3. title and description (the configuration's fields are the base's) ----------------------------------------

    def do_title(self, title: str) -> None:
        """Enter the title. An id that was made from the title follows it until there is a file."""
        title = _stripped(title, "A connection's name") or editor_state.UNTITLED
        connection = self.connection

        def change(definition: ConnectionDefinition) -> ConnectionDefinition:
            is_made = connection.path is None and definition.id == ids.connection_id(definition.name)
            return replace(definition, name=title, id=ids.connection_id(title) if is_made else definition.id)

        connection.edit(change)

    def do_describe(self, description: str) -> None:
        """Say what the connection does."""
        self.connection.description = _stripped(description, "A connection's description", none="an empty one")

    # --- 4. the script ------------------------------------------------------------------------------------------------

    def do_start_script(self) -> None:
        """Give the connection a runtime script to write in."""
        self.connection.script = _STARTER

    def do_remove_script(self) -> None:
        """Take the runtime script away."""
        self.connection.script = None

    def _write(self, script: str) -> None:
        if self.connection.script is not None:  # else somebody took it away meanwhile, and what was typed last with it
            super()._write(script)

    def _check_script(self) -> None:
        """See to it that the script's problems are those of the connection as it is now; one check at a time."""
        definition = self.connection.definition
        if self._is_checking or definition is self._checked:
            return
        if definition.script is None:
            self._checked = definition
            self._report(is_checking=False)
            return
        self._is_checking = True
        self._report(is_checking=True)
        self.in_background(self._check_scripts)

    def _check_scripts(self) -> None:
        try:
            while self._is_checking:
                definition = self.connection.definition
                problems = [one for one in self._problems() if one.is_in_script]
                with self._painting:
                    self._checked = definition
                    if self.connection.definition is definition:  # else it was edited meanwhile: once more
                        self._report(problems, is_checking=False)
                        self._is_checking = False
        except BaseException:
            self._is_checking = False
            raise

    def _problems(self) -> Problems:
        """All that is wrong, in the script too; those of the script have no key."""
        return Subject.of(self.connection).problems()

    def _report(self, problems: Iterable[Any] = (), *, is_checking: bool) -> None:
        shown = self.script_report["problems"] if is_checking else [problem_state(one) for one in problems]
        self.set_trait("script_report", {"is_checking": is_checking, "problems": shown})
        self.mirror_changed()

    def _has_begun(self) -> bool:
        return self._was_updated or super()._has_begun()

    # --- Update -------------------------------------------------------------------------------------------------------

    def do_update(self, path: str = "", overwrite: bool = False) -> None:
        """Check the whole connection, then write its file; nothing is written while something is wrong."""
        target = _stripped(path, "The path of a connection")
        self._was_updated = True
        self._follow()
        self.in_background(lambda: self._update(target, overwrite=bool(overwrite)))

    def _update(self, path: str, *, overwrite: bool) -> None:
        self.set_trait("conflict", "")
        definition = self.connection.definition
        found = self._problems().errors
        if definition.name == editor_state.UNTITLED:
            raise UsageError("Nothing was written: the connection has no title yet (step 3).")
        if found:
            listed = "\n".join(f"{one.where}: {one.message}" for one in found[:5])
            many = f"{len(found)} thing{'s' * (len(found) != 1)}"
            raise UsageError(f"Nothing was written: {many} to mend first.\n{listed}")
        target = _target(path or f"{editor_state.file_name(definition.name)}.yaml", self.connection.path)
        try:
            written = self.connection.save(target, overwrite=overwrite)
        except FileChanged:
            self.set_trait("conflict", str(target))
            raise
        self.say(f"Saved to {written}.", "good")

    # --- looks --------------------------------------------------------------------------------------------------------

    def summary(self) -> str:
        """The connection's features, script, file, fields and problems in a line."""
        definition = self.connection.definition
        many = len(definition.features)
        features = f"{many or 'no'} feature{'s' * (many != 1)}"
        lines = len((definition.script or "").splitlines())
        script = "no script" if definition.script is None else f"a script of {lines} line{'s' * (lines != 1)}"
        state = "not saved" if self.connection.is_modified else "saved"
        counts = field_mirror.counts_text(self.table)
        return f"<{type(self).__name__} of {self.connection.name!r}: {features}, {script}, {state}; {counts}>"

    def mirror(self) -> str:
        """The whole connection, read-only."""
        return editor_mirror.mirror(self.editor, self.table, self.connection.script, self.script_report["problems"])


def _stripped(given: object, what: str, *, none: str = "") -> str:
    """What the browser sent, without the blanks around it.

    Raises:
        UsageError: it is no text.
    """
    return as_text(given, what, none=none).strip()


def _target(text: str, current: Path | None) -> Path:
    path = Path(text).expanduser()
    path = path if path.suffix in {".yaml", ".yml"} else path.with_name(f"{path.name}.yaml")
    with suppress(OSError):
        if current is not None and path.resolve() == current.resolve():
            return current
    return path
