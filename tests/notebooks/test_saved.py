"""The lessons as they are saved: run from top to bottom, with outputs, and with nothing in them that should not be.

nbval compares no cell that was never run, so that has to be seen to here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

LESSONS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each lesson in turn."""
    return json.loads(request.param.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def code(lesson: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in lesson["cells"] if cell["cell_type"] == "code"]


def test_every_cell_was_run_in_order(lesson: dict[str, Any]) -> None:
    """What is saved is one run from the first cell to the last."""
    assert [cell["execution_count"] for cell in code(lesson)] == list(range(1, len(code(lesson)) + 1))


def test_no_cell_ended_in_an_error(lesson: dict[str, Any]) -> None:
    """An error that a lesson shows is caught and printed; a traceback is none of its outputs."""
    outputs = [output for cell in code(lesson) for output in cell["outputs"]]
    assert outputs, "outputs are saved"
    assert [output for output in outputs if output["output_type"] == "error"] == []
    assert [output for output in outputs if output.get("name") == "stderr"] == []


def test_no_state_of_widgets_is_saved(lesson: dict[str, Any]) -> None:
    """Each saved state would carry a copy of our JavaScript."""
    assert "widgets" not in lesson["metadata"]


def test_no_path_of_a_machine_is_saved(lesson: dict[str, Any]) -> None:
    """Outputs name no folder of whoever ran the lesson last."""
    text = json.dumps([cell["outputs"] for cell in code(lesson)])
    assert "/home/" not in text
    assert "/tmp/" not in text
    assert str(Path.home()) not in text
