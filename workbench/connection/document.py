"""Connection: the one holder that changes. It holds the current definition, its history, its file and its observers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from workbench import html
from workbench.connection import catalogue, edits, files, ids, resource, round_trip, saving, typings, writing
from workbench.connection.definition import ConnectionDefinition, Service, StepKind
from workbench.connection.edits import Where
from workbench.connection.endpoints import Endpoints, endpoints
from workbench.connection.field_rows import FieldRows
from workbench.connection.fields import Field, Json
from workbench.connection.handles import FeatureHandle, FeatureName, FieldHandle, StepHandle
from workbench.connection.problems import Problem, Problems, definition_problems
from workbench.connection.script_places import script_place
from workbench.connection.texts import as_text
from workbench.connection.vocabulary import Tokens
from workbench.errors import Ambiguous, SystemFault, UnknownName, UsageError
from workbench.frames import counted
from workbench.observers import Observers, Stop

Observer = Callable[[ConnectionDefinition], object]
_HISTORY = 1000


@cache
def samples() -> tuple[str, ...]:
    """The names of the sample connections."""
    files_ = (resources.files("workbench.connection") / "samples").iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files_ if file.name.endswith(".yaml")))


class Connection:
    """A connection that you edit, check, save, and give to a bench.

    >>> connection = Connection.sample("hue-blue")
    >>> connection.step("hue.set_color").field("color").set_by_you("green").value
    'green'
    >>> connection.undo().step("hue.set_color").field("color").value
    'blue'

    Every edit makes a new frozen ``definition``, can be undone, and is told to the observers.
    It may be used from any thread.
    """

    def __init__(self, loaded: files.Loaded) -> None:
        self._lock = threading.RLock()
        self._loaded = loaded
        self._past: list[ConnectionDefinition] = []
        self._current = loaded.definition
        self._future: list[ConnectionDefinition] = []
        self._observers = Observers()

    # --- where one comes from -----------------------------------------------------------------------------------------

    @classmethod
    def load(cls, path: Path | str) -> Connection:
        """The connection in a file.

        Raises:
            ConnectionFileError: with file, line and column.
        """
        return cls(files.load(path))

    @classmethod
    def loads(cls, text: str) -> Connection:
        """The connection in YAML text."""
        return cls(files.loads(text))

    @classmethod
    def new(cls, title: str) -> Connection:
        """An empty connection of that name."""
        if not as_text(title, "A connection's name").strip():
            raise UsageError("A connection needs a name.")
        return cls(files.Loaded(definition=ConnectionDefinition(id=ids.connection_id(title), name=title)))

    @classmethod
    def sample(cls, name: str) -> Connection:
        """A sample connection; ``samples()`` has the names.

        Raises:
            UnknownName: no sample of that name; says the nearest.
        """
        if name not in samples():
            raise UnknownName("sample", name, samples())
        file = resources.files("workbench.connection") / "samples" / f"{name}.yaml"
        return cls(files.loads(file.read_text(encoding="utf-8")))

    @classmethod
    def from_definition(cls, definition: ConnectionDefinition) -> Connection:
        """A connection that begins with this definition."""
        return cls(files.Loaded(definition=definition))

    @classmethod
    def from_resource(cls, body: Mapping[str, Any]) -> Connection:
        """A connection from the JSON of ``GET /v2/connections/{id}``, of the real API or of an emulator.

        It has no script, configuration or redirect URIs, which the resource does not tell; ingredients and options
        come from the catalogue where it knows the step.

        Raises:
            UsageError: it is no such JSON; says what is missing.
        """
        return cls.from_definition(resource.from_resource(body))

    # --- what it is ---------------------------------------------------------------------------------------------------

    @property
    def definition(self) -> ConnectionDefinition:
        """The connection as it is now, frozen."""
        return self._current

    @property
    def id(self) -> str:
        """The connection's id."""
        return self._current.id

    @property
    def name(self) -> str:
        """The connection's name."""
        return self._current.name

    @name.setter
    def name(self, name: str) -> None:
        if not as_text(name, "A connection's name").strip():
            raise UsageError("A connection needs a name.")
        self.edit(lambda definition: replace(definition, name=name))

    @property
    def description(self) -> str:
        """What the connection does, for people."""
        return self._current.description

    @description.setter
    def description(self, description: str) -> None:
        text = as_text(description, "A connection's description", none="an empty one")
        self.edit(lambda definition: replace(definition, description=text))

    @property
    def script(self) -> str | None:
        """The runtime script, or None."""
        return self._current.script

    @script.setter
    def script(self, script: str | None) -> None:
        text = script if script is None else as_text(script, "A connection's script", none="None")
        self.edit(lambda definition: replace(definition, script=text))

    @property
    def path(self) -> Path | None:
        """The file it was loaded from or saved to."""
        return self._loaded.path

    @property
    def fields(self) -> FieldRows:
        """Every field, with who sets it and to what."""
        return FieldRows(self._current)

    @property
    def features(self) -> tuple[FeatureHandle, ...]:
        """Handles on the features."""
        return tuple(FeatureHandle(self, feature.id) for feature in self._current.features)

    def feature(self, name: FeatureName) -> FeatureHandle:
        """A handle on a feature, by its id or its title.

        Raises:
            UnknownName: no such feature; says the nearest.
            Ambiguous: several have the title.
        """
        if isinstance(name, FeatureHandle):
            return FeatureHandle(self, name.id)
        features = self._current.features
        found = [one.id for one in features if one.id == name] or [one.id for one in features if one.title == name]
        if not found:
            raise UnknownName("feature", name, [text for one in features for text in (one.title, one.id) if text])
        if len(found) > 1:
            raise Ambiguous(f"Several features are called {name!r}; use an id: {', '.join(found)}.")
        return FeatureHandle(self, found[0])

    def step(self, name: str, feature: FeatureName | None = None) -> StepHandle:
        """A handle on a step, by ``service.slug`` or by its id; ``feature`` says which where several use it.

        Raises:
            UnknownName: no such step; says the nearest.
            Ambiguous: several features use it; lists them.
        """
        if feature is not None:
            return self.feature(feature).step(name)
        uses = list(self._current.feature_steps())
        found = [use for use in uses if use[1].id == name] or [use for use in uses if use[1].step == name]
        if not found:
            raise UnknownName("step", name, dict.fromkeys(step.step for _, step in uses), where=f"in {self.name!r}")
        if len(found) > 1:
            choices = ", ".join(f'feature="{one.id}" ({one.title})' for one, _ in found)
            raise Ambiguous(f"Several features use `{name}`; say which: {choices}.")
        return StepHandle(self, found[0][0].id, found[0][1].id)

    def field(self, field_id: str) -> FieldHandle:
        """A handle on a field of the connection itself (its configuration)."""
        known = [field.id for field in self._current.configuration]
        if field_id not in known:
            raise UnknownName("field", field_id, known, where="in the configuration")
        return FieldHandle(self, Where(field=field_id))

    def endpoints(self) -> Endpoints:
        """The Connect API requests for the triggers, queries and actions you now have."""
        return endpoints(self._current)

    def problems(self) -> Problems:
        """What is wrong with the definition. ``bench.problems()`` looks into the script too."""
        return definition_problems(self._current, self._loaded.places, path=self._loaded.path)

    def placed(self, found: Iterable[Problem]) -> tuple[Problem, ...]:
        """Problems of the script, with their places in the file it was loaded from where it is still that script."""
        loaded = self._loaded
        if self._current.script != loaded.definition.script:
            return tuple(found)
        return tuple(replace(one, in_file=script_place(loaded, one.line, one.column)) for one in found)

    def typings(self, tokens: Tokens | None = None) -> str:
        """The text of a ``.d.ts`` file for the script: what it finds, for completion and checks in any editor.

        Args:
            tokens: what ``bench.option_tokens(user)`` gives, so that dropdowns take that user's option tokens alone.
        """
        return typings.typings(self._current, tokens)

    # --- changes ------------------------------------------------------------------------------------------------------

    def edit(self, change: Callable[[ConnectionDefinition], ConnectionDefinition]) -> Connection:
        """Replace the definition by what ``change`` makes of it: one step of the history."""
        with self._lock:
            changed = change(self._current)
            if changed == self._current:
                return self
            self._past = [*self._past[-_HISTORY:], self._current]
            self._future = []
            self._current = changed
        self._observers.tell()
        return self

    def undo(self) -> Connection:
        """Take the latest edit back; nothing happens where there is none."""
        return self._travel(is_back=True)

    def redo(self) -> Connection:
        """Make the edit again that was taken back last; nothing happens where there is none."""
        return self._travel(is_back=False)

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit to make again."""
        return bool(self._future)

    def observe(self, callback: Observer) -> Stop:
        """Call ``callback(definition)`` after every change and every ``save``, on the thread that made it.

        An error of it is logged: the change, or the save, is done by then.

        Returns:
            What stops it.
        """
        return self._observers.add(lambda: callback(self._current))  # as it is by then: another may have edited

    def add_service(self, service: str | Service) -> Connection:
        """Select a service: by id from the catalogue, or one of your own."""
        chosen = catalogue.service(service) if isinstance(service, str) else service
        return self.edit(lambda definition: edits.add_service(definition, chosen))

    @property
    def primary_service(self) -> str | None:
        """The id of the service that owns the connection: the first, unless another is named; None without services."""
        first = next((service.id for service in self._current.services), None)
        return self._current.primary_service or first

    @primary_service.setter
    def primary_service(self, service_id: str) -> None:
        known = [service.id for service in self._current.services]
        if service_id not in known:
            raise UnknownName("service", service_id, known, where=f"in {self.name!r}")
        chosen = None if service_id == known[0] else service_id
        self.edit(lambda definition: replace(definition, primary_service=chosen))

    def remove_service(self, service_id: str) -> Connection:
        """Drop a service that no feature uses."""
        known = [service.id for service in self._current.services]
        if service_id not in known:
            raise UnknownName("service", service_id, known, where=f"in {self.name!r}")
        return self.edit(lambda definition: edits.remove_service(definition, service_id))

    def add_feature(self, title: str, description: str | None = None) -> FeatureHandle:
        """Add an empty feature at the end."""
        made: list[str] = []

        def change(definition: ConnectionDefinition) -> ConnectionDefinition:
            changed = edits.add_feature(definition, title, description)
            made.append(changed.features[-1].id)
            return changed

        self.edit(change)
        return FeatureHandle(self, made[-1])

    def add_trigger(self, feature: FeatureName, step: str) -> StepHandle:
        """Add a trigger (``service.slug``) to a feature; its service comes along from the catalogue."""
        return self.add_step(feature, StepKind.TRIGGER, step)

    def add_query(self, feature: FeatureName, step: str) -> StepHandle:
        """Add a query (``service.slug``) to a feature; its service comes along from the catalogue."""
        return self.add_step(feature, StepKind.QUERY, step)

    def add_action(self, feature: FeatureName, step: str) -> StepHandle:
        """Add an action (``service.slug``) to a feature; its service comes along from the catalogue."""
        return self.add_step(feature, StepKind.ACTION, step)

    def add_configuration(self, field: Field) -> FieldHandle:
        """Add a field of the connection itself, which the script reads as ``Connection.configuration.<id>``."""
        self.edit(lambda definition: edits.add_field(definition, Where(field=field.id), field))
        return FieldHandle(self, Where(field=field.id))

    def remove_configuration(self, field_id: str) -> Connection:
        """Drop a field of the connection itself."""
        _ = self.field(field_id)
        return self.edit(lambda definition: edits.remove_field(definition, Where(field=field_id)))

    def add_step(
        self, feature: FeatureName, kind: StepKind | str, step: str, *, offered: Iterable[Service] = ()
    ) -> StepHandle:
        """Add a trigger, query or action (``service.slug``) to a feature.

        Its service comes along from those ``offered`` (services of your own), or else from the catalogue.

        Raises:
            UnknownName: no such step; says the nearest.
        """
        feature_id, kind = self.feature(feature).id, StepKind(kind)
        made: list[str] = []

        def change(definition: ConnectionDefinition) -> ConnectionDefinition:
            changed = edits.add_step(definition, feature_id, kind, step, offered)
            made.extend(one.steps_of(kind)[-1].id for one in changed.features if one.id == feature_id)
            return changed

        self.edit(change)
        return StepHandle(self, feature_id, made[-1])

    def _travel(self, *, is_back: bool) -> Connection:
        with self._lock:
            source, target = (self._past, self._future) if is_back else (self._future, self._past)
            if not source:
                return self
            target.append(self._current)
            self._current = source.pop()
        self._observers.tell()
        return self

    # --- its file -----------------------------------------------------------------------------------------------------

    @property
    def is_modified(self) -> bool:
        """Whether there are changes that no file has."""
        return self._current != self._loaded.definition or (self._loaded.path is None and not self._loaded.text)

    def to_yaml(self) -> str:
        """The connection as the text of its file; comments and order of the loaded text stay."""
        with self._lock:
            after = writing.connection_tree(self._current, script_file=self._loaded.script_file)
            if not self._loaded.text:
                return round_trip.text_of(after)
            before = writing.connection_tree(self._loaded.definition, script_file=self._loaded.script_file)
            return round_trip.changed_text(self._loaded.text, before, after)

    def save(self, path: Path | str | None = None, *, overwrite: bool = False) -> Path:
        """Write the file, whole or not at all; the script goes to its own file where it has one.

        Args:
            path: where to; None is where it came from.
            overwrite: replace a file that is not the one that was loaded.

        Raises:
            FileChanged: the file changed on disk since it was loaded; nothing was written.
        """
        with self._lock:
            target = Path(path) if path is not None else self._loaded.path
            if target is None:
                raise UsageError('This connection has no file yet. Say which: `connection.save("my.yaml")`.')
            text = self.to_yaml()
            saved = files.loads(text, path=target, script=self._current.script)
            if saved.definition != self._current:
                raise SystemFault(
                    "The connection would not read back as it is; nothing was written. Please report this."
                )
            saving.save(self._loaded, text, self._current.script, target, overwrite=overwrite)
            self._loaded = saved
        self._observers.tell()
        return target

    def to_resource(self) -> dict[str, Json]:
        """The connection as the JSON of ``GET /v2/connections/{id}``, without users."""
        return resource.to_resource(self._current)

    # --- looks --------------------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        current = self._current
        head = f"Connection {current.name!r} ({current.id}){', not saved' if self.is_modified else ''}"
        script = f"{len(current.script.splitlines())} lines" if current.script is not None else "none"
        features = [
            f"feature {one.id} {one.title!r}: {' → '.join(s.step for s in one.steps) or 'no steps'}"
            for one in current.features
        ]
        services = ", ".join(service.id for service in current.services) or "none"
        return "\n".join([head, f"services: {services}", *features, f"script: {script}"])

    def _repr_html_(self) -> str:
        current = self._current
        state = '<span class="workbench-warn">not saved</span>' if self.is_modified else ""
        problems = self.problems()
        rows = [[one.title or one.id, " → ".join(step.step for step in one.steps)] for one in current.features]
        notes = (
            f'<p class="workbench-bad">{counted(len(problems.errors), "errors")}: see <code>problems()</code></p>'
            if problems.errors
            else ""
        )
        fields = [list(self.fields.row(row).values()) for row in self.fields]
        script = f"<pre>{html.escape(current.script)}</pre>" if current.script is not None else ""
        return html.document(
            f"<p><strong>{html.escape(current.name)}</strong> {html.escape(current.id)} {state}</p>"
            + (f"<p>{html.escape(current.description)}</p>" if current.description else "")
            + (html.table(["feature", "steps"], rows) if rows else "")
            + (html.table(self.fields.schema.names, fields) if fields else "")
            + notes
            + script
        )
