"""Every exception of the workbench, as one tree."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import errors
from workbench.errors import (
    ConnectionFileError,
    MissingValues,
    ServiceFailure,
    UnknownName,
    UsageError,
    WorkbenchError,
    nearest,
)

CLASSES = [one for _, one in inspect.getmembers(errors, inspect.isclass) if one.__module__ == errors.__name__]


@pytest.mark.parametrize("one", CLASSES, ids=lambda one: one.__name__)
def test_every_error_is_in_the_tree(one: type[BaseException]) -> None:
    """Every class derives from the root and stands in the drawing at the top of the module."""
    assert issubclass(one, WorkbenchError)
    assert re.search(rf"\b{one.__name__}\b", errors.__doc__ or "")


def test_user_errors_are_value_errors() -> None:
    """Who catches ValueError or KeyError catches ours."""
    assert issubclass(UsageError, ValueError)
    assert issubclass(UnknownName, KeyError)


@pytest.mark.parametrize(
    ("name", "known", "message"),
    [
        ("colour", ["color", "lights"], "Unknown field `colour` for hue.set_color. Did you mean `color`?"),
        ("xyz", ["color", "lights"], "Unknown field `xyz` for hue.set_color. There is: color, lights."),
        ("xyz", [], "Unknown field `xyz` for hue.set_color. There is no field here at all."),
    ],
    ids=["a near name", "no near name", "no name at all"],
)
def test_an_unknown_name_says_what_was_meant(name: str, known: list[str], message: str) -> None:
    """The message is one readable sentence with the nearest name, or all of them."""
    assert str(UnknownName("field", name, known, where="for hue.set_color")) == message


def test_a_long_list_of_names_is_cut() -> None:
    """A hundred known names do not fill the screen."""
    message = str(UnknownName("user", "zzz", [f"user-{n}" for n in range(100)]))
    assert message.endswith("user-19 ….")


@given(st.text(), st.lists(st.text()))
def test_the_nearest_name_is_a_known_one(name: str, known: list[str]) -> None:
    """``nearest`` gives a known name or None, and a name in the list finds one that differs only in case."""
    found = nearest(name, known)
    assert found is None or found in known
    if name and name in known:
        assert found is not None
        assert found.casefold() == name.casefold()


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ({}, "Bad."),
        ({"path": Path("a.yaml")}, "a.yaml: Bad."),
        ({"path": "a.yaml", "line": 3, "column": 7}, "a.yaml:3:7: Bad."),
        ({"line": 3, "column": 7}, "3:7: Bad."),
    ],
    ids=["nowhere", "a file", "a place in a file", "a place in text"],
)
def test_a_file_error_begins_with_its_place(place: dict[str, object], text: str) -> None:
    """Editors can jump to ``file:line:column``."""
    error = ConnectionFileError("Bad.", **place)  # type: ignore[arg-type]
    assert str(error) == text
    assert error.problem == "Bad."


def test_errors_carry_their_facts() -> None:
    """What a program needs is in attributes, not only in the message."""
    assert MissingValues("Lacks.", ["a / b / c"]).missing == ("a / b / c",)
    assert (ServiceFailure().status, ServiceFailure("Down", status=503).status) == (502, 503)
