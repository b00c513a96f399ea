"""The services that connections are built from: YAML files shipped with the package, one a service.

A service of your own is a file of the same shape (``load``), a text (``loads``), or a mapping inline in a
connection file. The shape is described in ``workbench.connection.reading``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from workbench.connection.definition import Service, Step, StepKind
from workbench.connection.reading import Source, read_service
from workbench.connection.tree import parse, read_text
from workbench.errors import UnknownName, UsageError
from workbench.frames import Column, Rows, Schema

FOUND = Schema(
    "steps",
    Column("step", "str"),
    Column("kind", "str"),
    Column("label", "str"),
    Column("service", "str"),
    Column("fields", "str"),
    Column("ingredients", "str"),
)


class Steps(Rows[tuple[Service, StepKind, Any]]):
    """Steps of the catalogue, as ``search`` finds them."""

    schema = FOUND

    def __init__(self, found: tuple[tuple[Service, StepKind, Any], ...]) -> None:
        self._found = found

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[tuple[Service, StepKind, Any]]:
        return iter(self._found)

    def row(self, item: tuple[Service, StepKind, Any]) -> dict[str, str]:
        """One step as the values of its columns."""
        service, kind, step = item
        return {
            "step": f"{service.id}.{step.id}",
            "kind": kind.value,
            "label": step.label,
            "service": service.name,
            "fields": ", ".join(field.id for field in step.fields),
            "ingredients": ", ".join(one.id for one in getattr(step, "ingredients", ())),
        }


@cache
def names() -> tuple[str, ...]:
    """The ids of the services in the catalogue, sorted."""
    files = (resources.files("workbench.connection") / "services").iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")))


def services() -> tuple[Service, ...]:
    """Every service of the catalogue."""
    return tuple(service(name) for name in names())


def service(service_id: str) -> Service:
    """The service of that id.

    Raises:
        UnknownName: the catalogue has none of that id; says the nearest.
    """
    if service_id not in names():
        raise UnknownName("service", service_id, names(), where="in the catalogue")
    return _shipped(service_id)


@cache
def _shipped(service_id: str) -> Service:
    file = resources.files("workbench.connection") / "services" / f"{service_id}.yaml"
    return loads(file.read_text(encoding="utf-8"), path=Path(file.name))


def load(path: Path | str) -> Service:
    """A service from a file of your own.

    Raises:
        ConnectionFileError: with file, line and column.
    """
    return loads(read_text(Path(path)), path=Path(path))


def loads(text: str, *, path: Path | None = None) -> Service:
    """A service from YAML text.

    >>> loads("{id: lamp, actions: [{id: turn_on, fields: [{id: room}]}]}").actions[0].label
    'Turn on'
    """
    return read_service(Source(path=path), parse(text, path=path))


def own(*places: Service | Path | str) -> tuple[Service, ...]:
    """Services of your own: each place is a service, a file of one, or a folder whose ``.yaml`` files are.

    Raises:
        ConnectionFileError: with file, line and column.
        UsageError: two of them, or one of them and one of the catalogue, have the same id.
    """
    found: list[Service] = []
    for place in places:
        if isinstance(place, Service):
            found.append(place)
        elif Path(place).is_dir():
            found.extend(load(file) for file in sorted(Path(place).glob("*.yaml")))
        else:
            found.append(load(place))
    taken = set(names())
    for one in found:
        if one.id in taken:
            raise UsageError(f"There is a service `{one.id}` already. Give yours another `id`.")
        taken.add(one.id)
    return tuple(found)


def search(text: str = "", *, offered: Iterable[Service] = ()) -> Steps:
    """The steps whose id, label, description or service has every word of ``text``, in any case.

    Those of services of your own, ``offered``, stand before those of the catalogue.
    """
    words = text.casefold().split()
    return Steps(
        tuple(
            (one, kind, step)
            for one in (*offered, *services())
            for kind, step in one.steps()
            if all(word in search_text(one, step) for word in words)
        )
    )


def search_text(service: Service, step: Step) -> str:
    """The text in which a search looks for its words."""
    return f"{service.id}.{step.id} {service.name} {step.label} {step.description}".casefold()
