"""YAML text as a tree whose every node knows its place."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workbench.connection.reading import plain
from workbench.connection.tree import MAX_BYTES, MAX_DEPTH, parse, read_text
from workbench.errors import ConnectionFileError

PARSERS = pytest.mark.parametrize("libyaml", [False, True], ids=["pure parser", "fast parser"])


@PARSERS
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("off", "off"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("''", ""),
        ("'5'", "5"),
        ("5", 5),
        ("007", 7),
        ("0o17", 15),
        ("0xff", 255),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2021-04-20", "2021-04-20"),
        ("1.5", 1.5),
        ("-1e3", -1000.0),
        ("+.5", 0.5),
        (".", "."),
        ("-", "-"),
        ("1.2.3", "1.2.3"),
        ("٣", "٣"),
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_1_2(text: str, value: object, *, libyaml: bool) -> None:
    """A bare word is a number, a truth or nothing only where YAML 1.2 says so."""
    if text == "-":
        text = "'-'"
    found = plain(parse(f"key: {text}\n", libyaml=libyaml))
    assert found == {"key": value}
    assert type(found["key"]) is type(value)  # type: ignore[index, call-overload]


@PARSERS
def test_every_node_knows_its_place(*, libyaml: bool) -> None:
    """Lines and columns count from 1, for keys and for values, a byte order mark not counted."""
    root = parse("\ufeff# c\na:\n  - b: x\n", libyaml=libyaml)
    assert isinstance(root.value, dict)
    assert root.keys["a"] == (2, 1)
    items = root.value["a"].value
    assert isinstance(items, list)
    assert items[0].keys["b"] == (3, 5)
    assert isinstance(items[0].value, dict)
    assert items[0].value["b"].place == (3, 8)


BAD = {
    "an open bracket": ("a: [1\nb: 2\n", 2, "Not YAML"),
    "a colon too many": ("a: b: c\n", 1, "Not YAML"),
    "a tab for indentation": ("a:\n\tb: 1\n", 2, "Not YAML"),
    "an open quote": ("a: 'x\n", 2, "Not YAML"),
    "a duplicate key": ("a: 1\nb: 2\na: 3\n", 3, "`a` stands twice; first in line 1"),
    "an unknown alias": ("a: *x\n", 1, r"alias \*x"),
    "an alias in itself": ("a: &x [*x]\n", 1, r"alias \*x"),
    "a tag": ("a: !!python/object:os.system x\n", 1, "tag"),
    "a second document": ("a: 1\n---\nb: 2\n", 2, "second document"),
    "a mapping as a key": ("? {a: 1}\n: 2\n", 1, "key must be plain text"),
    "a NUL": ("a: 1\nb: x\x00y\n", 2, "a NUL"),
    "a control character": ("a: \x07\n", 1, r"U\+0007"),
    "a lone surrogate": ("a: \ud800\n", 1, r"U\+D800"),
    "not a number": ("a: .nan\n", 1, "no number that JSON can carry"),
    "a number beyond floats": ("a: 1e999\n", 1, "no number that JSON can carry"),
    "nothing at all": ("", 1, "empty"),
    "only a comment": ("# nothing\n", 1, "empty"),
}


@PARSERS
@pytest.mark.parametrize(("text", "line", "message"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_named_with_its_place(text: str, line: int, message: str, *, libyaml: bool) -> None:
    """Each fault is an error of our own tree with file, line and column."""
    with pytest.raises(ConnectionFileError, match=message) as caught:
        parse(text, path=Path("my.yaml"), libyaml=libyaml)
    assert caught.value.line == line
    assert caught.value.column is not None
    assert str(caught.value).startswith(f"my.yaml:{line}:{caught.value.column}: ")


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@PARSERS
@pytest.mark.parametrize(
    "text",
    [BOMB, "[" * 100_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000, "a: &a {<<: *a}\n"],
    ids=["an alias bomb", "lists", "mappings", "block lists", "complex keys", "a self-merging mapping"],
)
def test_bombs_are_refused_at_once(text: str, *, libyaml: bool) -> None:
    """A file that would grow or nest without end is refused in the time of a small file."""
    began = time.process_time()
    with pytest.raises(ConnectionFileError) as caught:
        parse(text, libyaml=libyaml)
    assert caught.value.line is not None
    assert time.process_time() - began < 3


def test_the_depth_limit_is_what_it_says() -> None:
    """As many levels as allowed are read; one more is not."""
    deep = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert plain(parse(deep)) is not None
    with pytest.raises(ConnectionFileError, match=f"More than {MAX_DEPTH} levels"):
        parse(f"[{deep}]")


def test_aliases_repeat_a_value() -> None:
    """An honest alias stands for the value it names."""
    assert plain(parse("a: &x {b: 1}\nc: *x\n")) == {"a": {"b": 1}, "c": {"b": 1}}


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever the text, it is a tree or an error of our own; nothing else comes out."""
    try:
        plain(parse(text))
    except ConnectionFileError:
        return


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#%@?, \n\t<~1.", max_size=40))
def test_both_parsers_agree(text: str) -> None:
    """Where both parsers can read a text of YAML's own marks, they read the same.

    But for three things: the fast one ends the name of an anchor at a colon or a question mark, takes "#" in a block of
    text that is the whole document for text, and "?:" in brackets for a key and its value.
    """
    assume(not re.search(r"[&*][^\s,\[\]{}]*[:?]|\?:", text) and not re.match(r"\W*[|>]", text))
    found = []
    for libyaml in (False, True):
        try:
            found.append(plain(parse(text, libyaml=libyaml)))
        except ConnectionFileError:
            return
    assert found[0] == found[1]


FILES = {
    "not UTF-8": (b"a: 1\nb: caf\xe9\n", r":2:7: Byte 0xe9 is not UTF-8"),
    "UTF-16": ("a: 1".encode("utf-16"), r":1:1: Byte 0xff is not UTF-8"),
}


@pytest.mark.parametrize(("data", "message"), FILES.values(), ids=FILES)
def test_other_encodings_are_refused_with_the_place(tmp_path: Path, data: bytes, message: str) -> None:
    """Text that is not UTF-8 is refused at its first wrong byte."""
    path = tmp_path / "a.yaml"
    path.write_bytes(data)
    with pytest.raises(ConnectionFileError, match=message):
        read_text(path)


def test_missing_files_folders_and_giants_are_refused(tmp_path: Path) -> None:
    """What is no readable file of a sensible size is refused by name."""
    with pytest.raises(ConnectionFileError, match="no such file"):
        read_text(tmp_path / "none.yaml")
    with pytest.raises(ConnectionFileError, match="a folder"):
        read_text(tmp_path)
    with pytest.raises(ConnectionFileError, match="cannot be read"):
        read_text(Path("a\0b"))
    giant = tmp_path / "giant.yaml"
    with giant.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(ConnectionFileError, match="longer than 32 MiB"):
        read_text(giant)


def test_the_halves_of_a_character_that_json_escapes_are_joined() -> None:
    """A file that another program wrote as JSON has characters beyond U+FFFF as two escapes."""
    assert plain(parse('{"a \\ud83d\\udd12": "Lock \\ud83d\\udd12"}')) == {"a \U0001f512": "Lock \U0001f512"}
