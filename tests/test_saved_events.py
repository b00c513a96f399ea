"""Named events: kept in order, as rows, and in a file that people may edit too."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import workbench as wb
from workbench.errors import ConnectionFileError, FileChanged, UnknownName, UsageError
from workbench.saved_events import SavedEvents

TRIGGER = "youtube.new_liked_video"


def test_a_saved_event_is_fired_by_name(make_bench: Callable[..., wb.Bench]) -> None:
    """An event that was saved on a bench can be fired again as it was."""
    bench = make_bench()
    bench.enable("user-1")
    saved = bench.events.save("cats", TRIGGER, {"title": "A cat"})
    run = bench.fire(saved.trigger, ingredients=bench.events["cats"].ingredients)
    assert run.ingredients["title"] == "A cat"


def test_they_are_rows_as_everything_is() -> None:
    """`len`, iteration, position, name, slice and frame, in the order in which they were saved first."""
    events = SavedEvents()
    events.save("b", TRIGGER)
    events.save("a", TRIGGER, {"title": "x"})
    events.save("b", TRIGGER, {"title": "y"})
    assert [one.name for one in events] == ["b", "a"]
    assert events[0].ingredients == {"title": "y"}
    assert events["a"].ingredients == {"title": "x"}
    assert list(events.frame().columns) == ["name", "trigger", "ingredients"]
    assert len(events[:1]) == 1
    with pytest.raises(UnknownName, match="Did you mean `a`"):
        events["A"]


@pytest.mark.parametrize("ending", ["yaml", "json"])
def test_a_file_keeps_them(ending: str, tmp_path: Path) -> None:
    """What is saved stands in the file at once, whatever its text, and another bench reads it."""
    path = tmp_path / f"events.{ending}"
    ingredients = {"title": "</script> \u202e😀\n second line", "number": 1.5, "list": [None, True]}
    SavedEvents().keep_in(path).save("odd: name", TRIGGER, ingredients)
    again = SavedEvents().keep_in(path)
    assert again["odd: name"].ingredients == ingredients
    again.remove("odd: name")
    assert len(SavedEvents().keep_in(path)) == 0
    if ending == "json":
        assert json.loads(path.read_text()) == {}


def test_comments_in_the_file_stay(tmp_path: Path) -> None:
    """A file that people wrote keeps their comments when an event is added."""
    path = tmp_path / "events.yaml"
    path.write_text(f"# Our cases.\ncats: {{trigger: {TRIGGER}}}  # the usual\n")
    SavedEvents().keep_in(path).save("dogs", TRIGGER)
    text = path.read_text()
    assert "# Our cases." in text
    assert "# the usual" in text
    assert "dogs" in text


def test_a_file_changed_by_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    """Nothing is saved over what another program wrote meanwhile."""
    path = tmp_path / "events.yaml"
    events = SavedEvents().keep_in(path)
    events.save("mine", TRIGGER)
    path.write_text(f"theirs: {{trigger: {TRIGGER}}}\n")
    with pytest.raises(FileChanged):
        events.save("more", TRIGGER)
    assert [one.name for one in events] == ["mine"]
    assert path.read_text().startswith("theirs")


@pytest.mark.parametrize(
    ("text", "line"),
    [("cats: 3\n", 1), ("cats:\n  ingredients: {}\n", 2), (f"a: {{trigger: {TRIGGER}}}\nb: {{trigger: [1]}}\n", 2)],
    ids=["no mapping", "no trigger", "a trigger that is a list"],
)
def test_a_wrong_file_is_named_with_its_line(text: str, line: int, tmp_path: Path) -> None:
    """The error says where in the file."""
    path = tmp_path / "events.yaml"
    path.write_text(text)
    with pytest.raises(ConnectionFileError) as caught:
        SavedEvents().keep_in(path)
    assert caught.value.line == line


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "x" * 300], ids=["empty", "blank", "two lines", "too long"])
def test_a_name_is_one_line(name: str) -> None:
    """A name that could not be shown is refused."""
    with pytest.raises(UsageError, match="one line"):
        SavedEvents().save(name, TRIGGER)


def test_ingredients_are_json_and_copied() -> None:
    """What is no JSON is refused, and a later change of the caller's dict changes nothing."""
    events = SavedEvents()
    given: dict[str, object] = {"list": [1]}
    events.save("a", TRIGGER, given)
    given["list"].append(2)
    assert events["a"].ingredients == {"list": [1]}
    with pytest.raises(UsageError, match="no JSON"):
        events.save("b", TRIGGER, {"x": object()})
