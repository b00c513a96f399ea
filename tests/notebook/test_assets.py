"""How the JavaScript and CSS of the widgets are put together, and that they can stand on one page."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib import resources
from pathlib import Path

import pytest

from workbench.notebook import assets

FOLDER = resources.files("workbench.notebook")
SHEETS = sorted(one.name for one in FOLDER.iterdir() if one.name.endswith(".css"))
# What these sheets share by intent: parts of one widget.
TOGETHER = [{"connection_editor.css", "fields_view.css"}]
BASE = {"workbench", "workbench-live", "workbench-input", "workbench-button", "workbench-hidden", "workbench-table"}


def own_classes(sheet: str) -> set[str]:
    """The classes that a rule of the sheet is about: the last of each selector, where no own class stands before it."""
    text = re.sub(r"/\*.*?\*/", "", (FOLDER / sheet).read_text("utf-8"), flags=re.DOTALL)
    selectors = [one.strip() for block in re.findall(r"([^{}]+)\{", text) for one in block.split(",")]
    return {re.findall(r"\.(workbench[\w-]*)", one)[0] for one in selectors if re.search(r"\.workbench", one)} - BASE


@pytest.mark.parametrize("sheet", [one for one in SHEETS if one != "kit.css"])
def test_no_widget_styles_the_parts_of_another(sheet: str) -> None:
    """The sheets of all widgets stand on one page in the app: a class belongs to one of them, or to the kit."""
    others = {
        name: own_classes(sheet) & own_classes(other)
        for other in SHEETS
        if (name := other) != sheet and {sheet, other} not in TOGETHER
    }
    assert {name: classes for name, classes in others.items() if classes} == {}


@pytest.mark.parametrize("name", ["run_view", "event_form", "log_view", "users_panel", "bench_bar"])
def test_a_module_stands_alone(name: str) -> None:
    """A widget's module has no import left."""
    module = assets.module(name)
    assert not re.search(r"^import ", module, re.MULTILINE)
    assert module.count("export default") == 1


def test_the_style_has_every_sheet_once_and_the_general_ones_first() -> None:
    """What is the same for all (the kit) comes before what a widget says otherwise."""
    places = [assets.style().find((FOLDER / sheet).read_text("utf-8")) for sheet in SHEETS]
    assert -1 not in places
    assert len(assets.style()) < sum(len((FOLDER / sheet).read_text("utf-8")) for sheet in SHEETS) + 4_000
    order = dict(zip(SHEETS, places, strict=True))
    assert order["kit.css"] == min(places)
    assert order["fields_view.css"] < order["connection_editor.css"]


WIDGETS = sorted(
    one.name.removesuffix(".js")
    for one in FOLDER.iterdir()
    if one.name.endswith(".js") and "export default" in one.read_text("utf-8")
)
DECLARED = re.compile(r"^(?:async )?(?:function|const|let|class)\s+(\w+|\{[^}]*\})", re.MULTILINE)


@pytest.mark.parametrize("name", WIDGETS)
def test_no_name_is_declared_twice_in_a_module(name: str) -> None:
    """The parts of a module are put into one text, so that they share their names."""
    found = [
        word for group in DECLARED.findall(assets.module(name)) for word in re.findall(r"(?<!: )\b\w+\b(?!:)", group)
    ]
    assert sorted({one for one in found if found.count(one) > 1}) == []


@pytest.mark.parametrize("name", WIDGETS)
def test_a_widgets_module_compiles(name: str, tmp_path: Path) -> None:
    """The whole text of a widget's module is one that a browser would read."""
    node = shutil.which("node")
    assert node, "Node.js is needed to check the modules: run `make test`, which brings it"
    module = tmp_path / f"{name}.mjs"
    module.write_text(assets.module(name), encoding="utf-8")
    done = subprocess.run([node, "--check", str(module)], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-500:]


@pytest.mark.parametrize("name", WIDGETS)
def test_a_widgets_module_keeps_its_size(name: str) -> None:
    """CodeMirror is the largest part of the two widgets that edit a script: under 600 kB; no other has it."""
    edits_a_script = name in {"script", "connection_editor"}
    assert len(assets.module(name)) < (600_000 if edits_a_script else 100_000)
