"""Where a place of the script stands in its file: whatever the block's head, indentation and line ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from workbench.connection.document import Connection
from workbench.connection.files import Loaded, load, loads
from workbench.connection.problem import Code, FilePlace, Problem
from workbench.connection.script_places import edited_place, script_place
from workbench.errors import ConnectionFileError

HEAD = "# a comment\nconnection: Mine\nservices: [sms]\n"
FILE = Path("mine.yaml")


@pytest.mark.parametrize(
    ("script", "place", "edited"),
    [
        ("a;\nb;", (2, 1), (2, 1)),
        ("a;\r\nb;\rc;", (3, 2), (3, 2)),
        ("a; // \u2028b;\nc;", (2, 2), (1, 9)),
        ("a; // \u2028b;\nc;", (3, 1), (2, 1)),
        ("a;", (9, 9), (1, 9)),
    ],
)
def test_places_are_counted_as_editors_count(script: str, place: tuple[int, int], edited: tuple[int, int]) -> None:
    """Only line ends break lines in an editor; JavaScript also breaks them at U+2028 and U+2029."""
    assert edited_place(script, *place) == edited


def placed(text: str, line: int | None, column: int | None) -> FilePlace | None:
    return script_place(loads(text, path=FILE), line, column)


@pytest.mark.parametrize(
    ("script", "place", "line", "column"),
    [
        ("script: |\n  a;\n   b;\nfeatures: []\n", (2, 2), 6, 4),
        ("script: |2-\n\n    a;\n  b;\n", (2, 3), 6, 5),
        ("script: |+\n  a;\n\n  b;\n\n\n", (3, 1), 7, 3),
        ("script: |   # the script\r\n      a;\r\n\tb;\r\n".replace("\tb", "      \tb"), (2, 2), 6, 8),
        ("script: |\n  \ta;\n", (1, 2), 5, 4),
        ("script: &it |-1\n a;\n b;", (2, 1), 6, 2),
        ("script: |\n  if (a) {\nfeatures: []\n", (2, 1), 5, 11),
        ("script: nothing;\n", (1, 1), 4, 9),
        ("script: 'nothing;'\n", (1, 1), 4, 10),
        ('script: "a; nothing;"\n', (1, 4), 4, 13),
        ("script: |\n  a;\n", (None, None), 4, 1),
    ],
)
def test_a_place_in_the_connections_file(
    script: str, place: tuple[int | None, int | None], line: int, column: int
) -> None:
    """Literal blocks and scalars on one line: the file's line and column, as an editor counts them."""
    assert placed(HEAD + script, *place) == FilePlace(FILE, line, column)
    assert placed("\ufeff" + (HEAD + script).replace("\n", "\r\n").replace("\r\r", "\r"), *place) == FilePlace(
        FILE, line, column
    )


@pytest.mark.parametrize(
    "script",
    [
        "script: >\n  a;\n  b;\n",
        'script: "a;\\nb;"\n',
        "script: a;\n  b;\n",
        "script: 'it''s; b;'\n",
        "script: &it\n  |\n  a;\n  b;\n",
    ],
)
def test_where_nobody_can_tell_there_is_no_place(script: str) -> None:
    """Folded blocks, escapes and texts over several lines have only the script's own places."""
    assert placed(HEAD + script, 1, 2) is None


LINES = st.lists(
    st.tuples(st.integers(0, 3), st.text("ab{;\t\u20ac\U0001f600 #|", max_size=6)), min_size=1, max_size=8
).filter(lambda lines: any(text.strip() for _, text in lines))


@given(
    lines=LINES,
    indent=st.integers(1, 9),
    chomp=st.sampled_from(["", "-", "+"]),
    end=st.sampled_from(["\n", "\r\n"]),
    data=st.data(),
)
def test_what_stands_there_is_what_the_script_has(
    lines: list[tuple[int, str]], indent: int, chomp: str, end: str, data: st.DataObject
) -> None:
    """Of any literal block: at the place in the file stands the rest of the script's line."""
    body = [" " * (indent + more) + text for more, text in lines]
    text = end.join([*HEAD.splitlines(), f"script: |{indent}{chomp}", *body, "features: []", ""])
    try:
        loaded = loads(text, path=FILE)
    except ConnectionFileError:  # what the parser refuses, as a tab where a first line's indentation ends
        reject()
    script = (loaded.definition.script or "").split("\n")
    shown = [one.rstrip("\r") for one in text.split("\n")]
    line = data.draw(st.integers(1, len("\n".join(script).rstrip("\n").split("\n"))))
    column = data.draw(st.integers(1, len(script[line - 1]) + 1))
    found = script_place(loaded, line, column)
    assert found is not None
    assert shown[found.line - 1][found.column - 1 :] == script[line - 1][column - 1 :]


def test_a_script_of_its_own_file(tmp_path: Path) -> None:
    """Places of `script_file` are those of that file; its byte order mark is no column."""
    (tmp_path / "mine.js").write_text("\ufeffa; // \u2028z;\r\nb;\r\n", encoding="utf-8", newline="")
    file = tmp_path / "mine.yaml"
    file.write_text(HEAD + "script_file: mine.js\n")
    assert script_place(load(file), 3, 1) == FilePlace(tmp_path / "mine.js", 2, 1)
    assert script_place(load(file), 2, 1) == FilePlace(tmp_path / "mine.js", 1, 8)
    assert script_place(load(file), None, None) == FilePlace(tmp_path / "mine.js", 1, 1)


def test_without_a_file_or_a_script_there_is_no_place() -> None:
    """Text from memory stands in no file."""
    assert script_place(Loaded(definition=loads(HEAD).definition), 1, 1) is None
    assert script_place(loads(HEAD + "script: a;\n"), 1, 1) is None
    assert placed(HEAD, 1, 1) is None


def test_an_edited_script_stands_in_no_file_until_it_is_saved(tmp_path: Path) -> None:
    """The places are of the script in the file; another one has none, and has them again once it is saved."""
    file = tmp_path / "mine.yaml"
    file.write_text(HEAD + "script: |\n  a;\n")
    connection = Connection.load(file)
    problem = Problem(code=Code.SYNTAX, message="Wrong.", where="script", cure="Mend it.", line=1, column=1)
    assert str(connection.placed([problem])[0]) == f"{file}:5:3: error: script 1:1: Wrong. Mend it."
    connection.script = "b;\na;\n"
    assert str(connection.placed([problem])[0]) == "1:1 script: error: Wrong. Mend it."
    connection.save()
    assert connection.placed([problem])[0].in_file == FilePlace(file, 5, 3)
