"""Which walls stand around a script on this machine, and which do not: what a worker says of itself, explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workbench import html
from workbench.frames import Column, Rows, Schema
from workbench.runtime.runner import shared_runner

LAYERS = Schema(
    "layers",
    Column("layer", "str"),
    Column("here", "str"),
    Column("what it does", "str"),
    Column("how", "str"),
)

EVERYWHERE = {
    "process": ("one script, one event, one process", "started before the event, ended after it"),
    "time": ("a script that does not end is ended", "this process kills the script's at the limit"),
    "messages": ("nothing a script sends can hurt this process", "length, depth and shape are checked on arrival"),
}

WORKER = {
    "environment": "your variables and keys are not there to be read",
    "folder": "the working folder holds nothing",
    "descriptors": "no open file or connection of yours comes along",
    "privileges": "root's rights are given up, none can be gained",
    "landlock": "no file written, no program executed, no TCP",
    "system calls": "no network, no files, no processes, no signals",
    "open files": "nothing can be opened once the script runs",
    "processes": "no process can be started",
    "file size": "no byte is written into a file",
    "core dumps": "a crash writes no memory to disk",
    "memory": "a script that eats memory is ended",
    "processor": "a script outlives this process by seconds only",
    "watchdog": "names the line of a script whose time ran out",
    "rejections": "unhandled rejections and spent memory are seen",
}

CURES = {
    "landlock": "Linux 5.13 or later with `landlock` among its security modules (CONFIG_LSM, or lsm= at boot)",
    "system calls": "Linux on x86-64 or aarch64 with seccomp; some containers forbid it",
    "privileges": "Linux; some containers forbid it",
    "memory": "Linux; elsewhere, limit the memory of this process's container",
    "watchdog": "Linux with glibc; elsewhere a script is ended all the same, but without its line",
    "rejections": "Linux or macOS with the PythonMonkey release that the workbench asks for",
}


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One wall: whether it stands here, what it does, and how; where it does not stand, why, and how to get it."""

    name: str
    is_on: bool
    purpose: str
    detail: str
    cure: str = ""

    def as_dict(self) -> dict[str, str | bool]:
        """The layer as plain data."""
        return {
            "layer": self.name,
            "on": self.is_on,
            "purpose": self.purpose,
            "detail": self.detail,
            "cure": self.cure,
        }

    def __str__(self) -> str:
        return f"{self.name}: {'on' if self.is_on else 'off'}: {self.detail}"


class Isolation(Rows[Layer]):
    """The walls around a script's process, one layer a row, in the order in which a script would meet them."""

    schema = LAYERS

    def __init__(self, told: Mapping[str, str]) -> None:
        """Explain what a worker has told of itself: by name, ``on: ...`` or ``off: ...``."""
        always = [
            Layer(name=name, is_on=True, purpose=purpose, detail=told.get(name, detail).removeprefix("on: "))
            for name, (purpose, detail) in EVERYWHERE.items()
        ]
        order = [*WORKER, *(name for name in told if name not in WORKER and name not in EVERYWHERE)]
        self._layers = (*always, *(_layer(name, told[name]) for name in order if name in told))

    @property
    def missing(self) -> tuple[Layer, ...]:
        """The layers that do not stand here."""
        return tuple(layer for layer in self._layers if not layer.is_on)

    def __len__(self) -> int:
        return len(self._layers)

    def __iter__(self) -> Iterator[Layer]:
        return iter(self._layers)

    def row(self, item: Layer) -> dict[str, str]:
        """One layer as the values of its columns."""
        how = item.detail if item.is_on or not item.cure else f"{item.detail}. Needs {item.cure}."
        return {"layer": item.name, "here": "on" if item.is_on else "off", "what it does": item.purpose, "how": how}

    @property
    def _verdict(self) -> str:
        if not self.missing:
            return "Every layer is on here."
        return f"Not on here: {', '.join(layer.name for layer in self.missing)}."

    def __repr__(self) -> str:
        return f"{html.text_table(self.schema.names, self._cells(), width=160)}\n{self._verdict}"

    def _repr_html_(self) -> str:
        caption = f"What stands between a script and this machine. {self._verdict}"
        return html.document(html.table(self.schema.names, self._cells(), caption=caption))


def _layer(name: str, told: str) -> Layer:
    state, _, detail = told.partition(": ")
    is_on = state == "on"
    cure = "" if is_on else CURES.get(name, "")
    return Layer(name=name, is_on=is_on, purpose=WORKER.get(name, ""), detail=detail, cure=cure)


def isolation() -> Isolation:
    """Which walls stand around a script here: starts a worker, which tries them on, and reports.

    Raises:
        EngineError: the JavaScript engine cannot be used here.
        WorkerError: no worker process could be started.
    """
    return Isolation(shared_runner().isolation())
