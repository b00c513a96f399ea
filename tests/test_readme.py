"""The README's Python runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

README = Path(__file__).parents[1] / "README.md"


def test_the_readmes_python_runs_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its blocks, one after the other in one session, raise nothing, and their runs go well."""
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), flags=re.DOTALL)
    assert len(blocks) >= 2
    names: dict[str, Any] = {}
    try:
        for block in blocks:
            exec(compile(block, str(README), "exec"), names)
        assert names["run"].ok
        assert names["server"].is_running
    finally:
        if "bench" in names:
            names["bench"].close()


def test_the_readmes_file_loads_and_runs() -> None:
    """The connection file in the README has no problems, and its event runs its script."""
    import workbench as wb

    text = re.search(r"```yaml\n(.*?)```", README.read_text("utf-8"), flags=re.DOTALL)
    assert text is not None
    with wb.Bench(wb.Connection.loads(text[1])) as bench:
        assert len(bench.problems()) == 0
        bench.enable("user-17")
        assert bench.fire("youtube.new_liked_video").actions[0].fields == {"color": "purple"}


def test_the_readme_names_only_commands_that_there_are() -> None:
    """Each `workbench …` in the README is a command of the terminal."""
    from workbench.cli import app

    known = {command.name or command.callback.__name__ for command in app.registered_commands}
    named = set(re.findall(r"^workbench (\w+)", README.read_text("utf-8"), flags=re.MULTILINE))
    assert named == known
