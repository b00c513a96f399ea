"""Values that never print."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from workbench.secret import MASK, Secret

TEXT = "k_live_51H8"


@pytest.mark.parametrize(
    "shown",
    [repr, str, lambda s: f"{s}", lambda s: f"{s:>30}", lambda s: f"{[s]}", lambda s: "%s" % s],  # noqa: UP031
    ids=["repr", "str", "f-string", "format with a width", "inside a list", "percent"],
)
def test_no_text_of_a_secret_shows_it(shown: object) -> None:
    """However a secret is turned into text, the text is a mask."""
    text = shown(Secret(TEXT))  # type: ignore[operator]
    assert TEXT not in text
    assert MASK in text


def test_it_is_revealed_only_by_name() -> None:
    """``reveal`` gives the text, also of a secret made from a secret."""
    assert Secret(Secret(TEXT)).reveal() == TEXT


@pytest.mark.parametrize("leak", [pickle.dumps, copy.deepcopy, copy.copy], ids=["pickle", "deepcopy", "copy"])
def test_it_reaches_no_file(leak: object) -> None:
    """A secret refuses to be pickled or copied that way, and says what to do."""
    with pytest.raises(TypeError, match="not pickled"):
        leak(Secret(TEXT))  # type: ignore[operator]


def test_it_is_no_json() -> None:
    """A secret in data that becomes JSON stops it."""
    with pytest.raises(TypeError):
        json.dumps({"key": Secret(TEXT)})


def test_it_has_no_dictionary_to_look_into() -> None:
    """``vars`` and a traceback's local variables find nothing."""
    assert not hasattr(Secret(TEXT), "__dict__")


def test_equal_texts_are_equal_secrets() -> None:
    """Secrets compare and hash by their text, and are never equal to the text itself."""
    assert Secret(TEXT) == Secret(TEXT)
    assert hash(Secret(TEXT)) == hash(Secret(TEXT))
    assert Secret(TEXT) != Secret("other")
    assert Secret(TEXT) != TEXT


@pytest.mark.parametrize(
    "candidate", ["", "k_live_51H", "ключ", "\ud800"], ids=["empty", "short", "cyrillic", "surrogate"]
)
def test_matches_says_no_to_any_other_text(candidate: str) -> None:
    """Any other text, even one that is no Unicode, does not match."""
    assert Secret(TEXT).matches(TEXT)
    assert not Secret(TEXT).matches(candidate)


def test_generated_secrets_differ() -> None:
    """Each generated secret is another, and fits in a header."""
    made = {Secret.generate().reveal() for _ in range(50)}
    assert len(made) == 50
    assert all(text.isascii() and len(text) >= 40 for text in made)
