"""The house stands as drawn: imports go one way, and what is heavy stays in its room."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "workbench"

GROUND = {"errors", "clock", "secret", "html", "frames", "observers"}
# Floor by floor; a module may import from its own part and from every part named here for it.
ALLOWED = {
    "ground": {"ground"},
    "connection": {"ground", "connection"},
    "connect_api": {"ground", "connection", "connect_api"},
    "runtime": {"ground", "runtime"},
    "logs": {"ground", "connection", "connect_api", "logs"},
    "run": {"ground", "connection", "connect_api", "logs", "runtime", "run"},
    "user": {"ground", "connection", "connect_api", "user"},
    "reach": {"ground", "connection", "connect_api", "user", "reach"},
    "saved_events": {"ground", "connection", "saved_events"},
    "run_masking": {"ground", "connection", "connect_api", "logs", "runtime", "run", "run_masking"},
    "firing": {"ground", "connection", "connect_api", "logs", "runtime", "run", "run_masking", "firing"},
    "bench": {
        *("ground", "connection", "connect_api", "logs", "runtime", "run", "user", "reach", "saved_events", "firing"),
        "bench",
    },
    "proving": {"ground", "connection", "connect_api", "logs", "runtime", "run", "bench", "proving"},
    "notebook": {
        *("ground", "connection", "connect_api", "logs", "runtime", "run", "user", "saved_events", "bench", "proving"),
        "notebook",
    },
    "checking": {"ground", "connection", "runtime", "bench", "checking"},
    "cli_arguments": {"ground", "connection", "cli_arguments"},
    "cli": {
        *("ground", "connection", "connect_api", "logs", "runtime", "run", "bench", "checking", "proving", "notebook"),
        *("cli_arguments", "cli"),
    },
    "testing": {"ground", "connection", "connect_api", "logs", "runtime", "run", "bench", "proving", "testing"},
    "javascript": {"ground"},
}
# The lazy top: it names the public things and imports them only when asked.
EXEMPT = {"workbench"}
ONLY_IN = {
    "pythonmonkey": {"workbench.runtime.engine"},
    "IPython": {"workbench.notebook"},
    "ipywidgets": {"workbench.notebook"},
    "anywidget": {"workbench.notebook"},
    "nest_asyncio": {"workbench.notebook"},
    "nest_asyncio2": {"workbench.notebook"},
}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "node_modules" in path.parts:
            continue
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def part_of(module: str) -> str:
    name = module.split(".")[1] if "." in module else ""
    return "ground" if name in GROUND else name


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """Every module imported anywhere in a file, lazily too, but not for type checking alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {id(child) for node in ast.walk(tree) if is_type_checking(node) for child in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative imports hide where a thing comes from"
            yield node.module or "", node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def module_level_imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_imports_point_one_way() -> None:
    """No module imports from a part that stands above its own."""
    wrong = [
        f"{path.relative_to(PACKAGE.parent)}:{line}: {part_of(module)} imports {target}"
        for module, path in modules()
        if module not in EXEMPT
        for target, line in imports_of(path)
        if target.startswith("workbench.") and part_of(target) not in ALLOWED[part_of(module)]
    ]
    assert wrong == []


def test_every_part_has_its_place() -> None:
    """A new part of the package must be given its floor here."""
    assert {part_of(module) for module, _ in modules() if module not in EXEMPT} <= ALLOWED.keys()


def test_no_import_circles() -> None:
    """Modules that import each other at their top, directly or around corners, do not exist."""
    known = dict(modules())
    graph = {name: module_level_imports(path) & known.keys() - {name} for name, path in known.items()}
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail[trail.index(name) :], name))
        if name not in done:
            for target in graph[name]:
                walk(target, (*trail, name))
            done.add(name)

    for name in graph:
        walk(name, ())


@pytest.mark.parametrize("library", ONLY_IN)
def test_heavy_libraries_stay_in_their_room(library: str) -> None:
    """PythonMonkey is imported by runtime/engine.py alone, Jupyter by notebook/ alone."""
    wrong = [
        f"{module}:{line}"
        for module, path in modules()
        for target, line in imports_of(path)
        if target.split(".")[0] == library
        and not any(module == room or module.startswith(f"{room}.") for room in ONLY_IN[library])
    ]
    assert wrong == []


def test_importing_workbench_starts_nothing() -> None:
    """`import workbench` loads no pandas, engine, server or notebook, and starts no thread."""
    code = (
        "import sys, threading, workbench\n"
        "dir(workbench)\n"
        "heavy = {'pandas', 'pythonmonkey', 'starlette', 'httpx', 'IPython', 'ipywidgets', 'ruamel', 'sqlite3'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "assert threading.active_count() == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_every_module_says_its_one_idea() -> None:
    """Each module opens with a docstring whose first line is a sentence."""
    wrong = []
    for module, path in modules():
        lines = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").splitlines()
        if not lines or not lines[0].rstrip().endswith((".", ":")):
            wrong.append(module)
    assert wrong == []
