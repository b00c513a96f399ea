"""From a YAML file: what it says, all that is wrong with it, and where each thing stands in it.

The format::

    connection: Liked video to SMS      # the name; the only key that must be there
    id: Ab3dE5gH                        # made from the name where absent
    description: Three videos like the one you liked.
    services: [youtube, sms]            # by id from the catalogue, or a mapping inline; the first is the owner
    primary_service: youtube            # another owner than the first
    redirect_uris: ["myapp://connected"]
    configuration:                      # fields of the connection itself: `Connection.configuration` in the script
      - {id: foo, label: Foo, visibility: Set by you, value: bar}
    features:
      - id: yp6zrl2tpd                  # ten lower-case letters and digits; made from the title where absent
        title: Videos like this one
        description: …
        icon_url: https://…
        fields: []                      # fields of the feature itself, written like those of the configuration
        triggers: [youtube.new_liked_video]
        queries:
          - step: youtube.get_videos_from_search
            fields:                     # only what differs from the service's own definition
              search_query: {visibility: Set by you, value: waterfalls}
        actions:
          - step: sms.send_me_text
            id: a9s3d7f1gk              # of the step in this feature; made from what is around it where absent
            label: …
            fields:
              message: {visibility: Customizable by the user, value: "Hello"}   # the value is the default
    script: |                           # or `script_file: script.js`, beside this file or in a folder below it
      …

A field of a step may set every key of a field but its id (see ``workbench.connection.reading``). Names that
nothing answers to cannot be read; values that do not fit can, and are listed by ``problems()``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath, PureWindowsPath

from workbench.connection import catalogue, ids
from workbench.connection.definition import (
    ConnectionDefinition,
    Feature,
    FeatureStep,
    Service,
    StepKind,
)
from workbench.connection.fields import Field
from workbench.connection.reading import Source, read_field, read_fields, read_service, together
from workbench.connection.tree import Node, Place, parse, read_text
from workbench.errors import ConnectionFileError

KEYS = (
    *("connection", "id", "description", "services", "primary_service", "redirect_uris"),
    *("configuration", "features", "script", "script_file"),
)
FEATURE_KEYS = ("id", "title", "description", "icon_url", "fields", "triggers", "queries", "actions")
STEP_KEYS = ("step", "id", "label", "fields")


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A connection as its file has it.

    ``places`` are where things stand in the file: ("features", feature id, step id, field id) and so on.
    ``script_file`` is the name of the script's own file, where it has one, and ``script_text`` what it held.
    """

    definition: ConnectionDefinition
    text: str = ""
    path: Path | None = None
    script_file: str | None = None
    script_text: str | None = None
    places: Mapping[tuple[str, ...], Place] = field(default_factory=dict)

    @property
    def script_path(self) -> Path | None:
        """The script's own file, where it has one."""
        return beside(self.path, self.script_file)


def load(path: Path | str) -> Loaded:
    """The connection in a file.

    Raises:
        ConnectionFileError: with file, line and column.
    """
    return _whole(survey(Path(path)))


def loads(text: str, *, path: Path | None = None, script: str | None = None) -> Loaded:
    """The connection in YAML text.

    Args:
        text: YAML.
        path: where the text came from, or where it will go.
        script: what the script's own file will hold; without it that file is read.
    """
    return _whole(read(text, path=path, script=script))


def survey(path: Path) -> Reading:
    """As much of a connection file as can be read.

    Raises:
        ConnectionFileError: it is no file of text.
    """
    return read(read_text(path), path=path)


def _whole(reading: Reading) -> Loaded:
    if reading.loaded is None or reading.faults:
        raise together(reading.faults)
    return reading.loaded


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What could be read of a connection file, and all that could not.

    ``loaded`` is None where nothing could. ``doubtful`` are the keys of ``Loaded.places`` (and of what is in them) of
    which something could not be read, so that nobody can tell what they lack.
    """

    loaded: Loaded | None
    faults: tuple[ConnectionFileError, ...] = ()
    doubtful: frozenset[tuple[str, ...]] = frozenset()


def read(text: str, *, path: Path | None = None, script: str | None = None) -> Reading:
    """As much of a connection in YAML text as can be read; no error is raised but kept, in the order of the file."""
    source = Source(path=path, faults=[])
    loaded = source.attempt(lambda: _loaded(source, text, script))
    faults = sorted(source.faults or (), key=lambda one: (one.line or 0, one.column or 0))
    return Reading(loaded=loaded, faults=tuple(faults), doubtful=frozenset(source.doubtful))


def _loaded(source: Source, text: str, script: str | None) -> Loaded:
    root = parse(text, path=source.path)
    entries = source.mapping(root, "a connection", KEYS)
    source.places.update({(key,): place for key, place in root.keys.items()})
    source_text, script_file = source.attempt(lambda: _script(source, root, entries, script)) or (None, None)
    definition = replace(_head(source, root, entries), script=source_text)
    definition = replace(definition, features=_features(source, entries.get("features"), definition))
    return Loaded(
        definition=definition,
        text=text,
        path=source.path,
        script_file=script_file,
        script_text=source_text if script_file else None,
        places=source.places,
    )


# --- reading ----------------------------------------------------------------------------------------------------------


def _head(source: Source, root: Node, entries: Mapping[str, Node]) -> ConnectionDefinition:
    """All but the features, which need the services, and the script, which may be a file."""
    name = source.text_or(entries.get("connection"), "`connection`", "?")
    if "connection" not in entries:
        source.report(source.lacks(root, "a connection", "connection"))
    if not name.strip():
        source.report(source.error("`connection` is the connection's name, and empty.", entries["connection"]))
    services = _services(source, entries.get("services"))
    uris = source.items(entries.get("redirect_uris"), "`redirect_uris`")
    return ConnectionDefinition(
        id=_connection_id(source, entries.get("id"), name),
        name=name,
        description=source.text_or(entries.get("description"), "`description`"),
        services=services,
        configuration=read_fields(source, entries.get("configuration"), ("configuration",), "configuration field"),
        primary_service=_primary(source, entries.get("primary_service"), services),
        redirect_uris=tuple(source.text_or(node, "a redirect URI") for node in uris),
    )


def _services(source: Source, node: Node | None) -> tuple[Service, ...]:
    def read_all() -> tuple[Service, ...]:
        nodes = source.items(node, "`services`")
        return source.unique(nodes, "service", lambda one: _service(source, one), lambda service: service.id)

    return source.attempt(read_all, ("services",)) or ()


def _connection_id(source: Source, node: Node | None, name: str) -> str:
    return source.slug(node, "the id of a connection") if node else ids.connection_id(name)


def _service(source: Source, node: Node) -> Service:
    before = source.count
    if isinstance(node.value, dict):
        service = read_service(source, node)
        source.doubt(("services", service.id), since=before)
    else:
        name = source.text(node, "a service")
        if name not in catalogue.names():
            raise source.unknown(
                "service",
                name,
                catalogue.names(),
                node,
                "in the catalogue (one of your own is written out here, in place of its id)",
            )
        service = catalogue.service(name)
    source.places[("services", service.id)] = node.place
    return service


def _primary(source: Source, node: Node | None, services: tuple[Service, ...]) -> str | None:
    if node is None or node.value is None:
        return None
    name = source.text_or(node, "`primary_service`")
    known = [service.id for service in services]
    if name in known:
        return name
    if name and ("services",) not in source.doubtful:
        source.report(source.unknown("service", name, known, node, "among `services`"))
    return None


def _features(source: Source, node: Node | None, definition: ConnectionDefinition) -> tuple[Feature, ...]:
    titles: list[str] = []

    def read(item: Node) -> Feature:
        return _feature(source, item, definition, titles)

    return source.unique(source.items(node, "`features`"), "feature", read, lambda feature: feature.id)


def _feature(source: Source, node: Node, definition: ConnectionDefinition, titles: list[str]) -> Feature:
    entries = source.mapping(node, "a feature", FEATURE_KEYS)
    title = source.text_or(entries.get("title"), "`title`")
    feature_id = ids.feature_id(definition.id, title, titles.count(title))
    titles.append(title)
    if "id" in entries:
        feature_id = source.text_or(entries["id"], "the id of a feature", feature_id)
        if not ids.is_feature_id(feature_id):
            problem = f"The id of a feature is ten lower-case letters and digits; `{feature_id[:40]}` is not."
            source.report(source.error(problem, entries["id"]))
    where = ("features", feature_id)
    source.places[where] = node.place
    steps = _feature_steps(source, entries, definition, where)
    return Feature(
        id=feature_id,
        title=title,
        description=source.text_or(entries["description"], "`description`") if _given(entries, "description") else None,
        icon_url=source.text_or(entries.get("icon_url"), "`icon_url`"),
        fields=read_fields(source, entries.get("fields"), where, "feature field"),
        steps=steps,
    )


def _given(entries: Mapping[str, Node], key: str) -> bool:
    return key in entries and entries[key].value is not None


def _feature_steps(
    source: Source, entries: Mapping[str, Node], definition: ConnectionDefinition, where: tuple[str, ...]
) -> tuple[FeatureStep, ...]:
    steps: list[FeatureStep] = []

    def read_step(node: Node, kind: StepKind) -> None:
        is_mapping = isinstance(node.value, dict)
        at = source.mapping(node, f"a step of `{kind.plural}`", STEP_KEYS, ("step",)) if is_mapping else {}
        name_node = at.get("step", node)
        name = source.text(name_node, f"a step of `{kind.plural}`")
        base = _service_step(source, kind, name_node, name, definition)
        if base is None:
            return
        default = ids.step_id(where[1], kind, name, sum(one.step == name for one in steps))
        step = _feature_step(source, at, replace(base, id=default), where)
        if any(one.id == step.id for one in steps):
            raise source.error(f"The step id `{step.id}` stands twice in this feature.", node)
        source.places[(*where, step.id)] = node.place
        if ("services", step.service_id) in source.doubtful:
            source.doubtful.add((*where, step.id))
        steps.append(step)

    for kind in StepKind:
        for node in source.items(entries.get(kind.plural), f"`{kind.plural}`"):
            source.attempt(lambda node=node, kind=kind: read_step(node, kind))  # type: ignore[misc]
    return tuple(steps)


def _feature_step(
    source: Source, entries: Mapping[str, Node], base: FeatureStep, where: tuple[str, ...]
) -> FeatureStep:
    """The service's step with what the feature says otherwise."""
    step_id = source.slug(entries["id"], "the id of a step") if "id" in entries else base.id
    return replace(
        base,
        id=step_id,
        label=source.text_or(entries.get("label"), "`label`", base.label),
        fields=_step_fields(source, entries.get("fields"), base, (*where, step_id)),
    )


def _service_step(
    source: Source, kind: StepKind, node: Node, name: str, definition: ConnectionDefinition
) -> FeatureStep | None:
    """The service's step; None where its service could not be read (whole), so that nobody can tell."""
    found = definition.step(name, kind)
    if found is not None:
        return FeatureStep(id="", kind=kind, step=name, label=found[1].label, fields=found[1].fields)
    other = definition.step(name)
    if other is not None:
        raise source.error(f"`{name}` is {other[0].with_article}, so it belongs under `{other[0].plural}`.", node)
    service_id = name.partition(".")[0]
    if "." in name and definition.service(service_id) is None and service_id in catalogue.names():
        raise source.error(f"`{name}` needs the service `{service_id}`: add it to `services`.", node)
    unread = ("services",) if definition.service(service_id) is None else ("services", service_id)
    if unread in source.doubtful:
        return None
    known = [f"{service.id}.{step.id}" for service in definition.services for _, step in service.steps(kind)]
    raise source.unknown(kind.value, name, known, node)


def _step_fields(source: Source, node: Node | None, step: FeatureStep, where: tuple[str, ...]) -> tuple[Field, ...]:
    if node is None or node.value is None:
        return step.fields
    if not isinstance(node.value, dict):
        raise source.error(f"`fields` of {step.step} takes a mapping from field id to what differs.", node)
    known = [one.id for one in step.fields]
    doubtful = ("services", step.service_id) in source.doubtful
    for name, entry in node.value.items():
        if name not in known and not doubtful:
            source.report(source.unknown("field", name, known, node.keys[name], f"for {step.step}"))
        source.places[(*where, name)] = node.keys[name]
        for key in entry.keys if isinstance(entry.value, dict) else ():
            source.places[(*where, name, key)] = entry.keys[key]
    given = node.value

    def read_one(base: Field) -> Field:
        found = source.attempt(lambda: read_field(source, given[base.id], base), (*where, base.id))
        return found or base

    return tuple(read_one(one) if one.id in given else one for one in step.fields)


def _script(
    source: Source, root: Node, entries: Mapping[str, Node], known: str | None
) -> tuple[str | None, str | None]:
    if "script" in entries and "script_file" in entries:
        source.report(source.error("There is `script` and `script_file`; keep one.", root.keys["script_file"]))
    if "script" in entries:
        node = entries["script"]
        source.places["script", "value"] = node.place
        return (None if node.value is None else source.text(node, "`script`")), None
    if "script_file" not in entries:
        return None, None
    node = entries["script_file"]
    name = source.text(node, "`script_file`")
    if source.path is None:
        raise source.error("`script_file` needs a connection file to stand beside; use `script: |` in text.", node)
    return (_script_from(source, node, name) if known is None else known), name


def _script_from(source: Source, node: Node, name: str) -> str:
    path = beside(source.path, name)
    if path is None or not is_inside(path, source.path):
        raise source.error(
            f"`script_file` names a file beside this one or in a folder below it; `{name}` is not.", node
        )
    try:
        return read_text(path).removeprefix("\ufeff")
    except ConnectionFileError as error:
        raise source.error(f"The script `{name}` cannot be read: {error.problem}", node) from error


def is_inside(path: Path, connection_path: Path | None) -> bool:
    """Whether ``path``, links followed, stays in the folder of the connection file or below it."""
    return connection_path is not None and path.resolve().is_relative_to(connection_path.resolve().parent)


def beside(path: Path | None, name: str | None) -> Path | None:
    """The file of that name in the folder of ``path`` or below it; None where the name is of another kind."""
    if path is None or name is None or not name or "\0" in name:
        return None
    if PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor:
        return None
    return path.parent / name
