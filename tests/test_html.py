"""Escaping, tables, excerpts and masks."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import html
from workbench.secret import MASK, Secret

HOSTILE = "<script>alert('x')</script>\"&\x00"


class Reader(HTMLParser):
    """Collects the tags and the texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@given(st.text())
def test_escaped_text_makes_no_tag(text: str) -> None:
    """No text, between tags or in an attribute, becomes markup."""
    page = Reader(f'<p title="{html.escape(text)}">{html.escape(text)}</p>')
    assert page.tags == ["p"]


def test_a_table_escapes_all_that_it_is_given() -> None:
    """Headers, cells, caption and class names from outside make no tag."""
    page = html.table([HOSTILE], [[HOSTILE], [{"a": HOSTILE}]], caption=HOSTILE, classes=[HOSTILE])
    assert set(Reader(page).tags) <= {"table", "caption", "thead", "tbody", "tr", "th", "td", "wbr", "span"}
    assert "\x00" not in page


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("sms.send_me_text", "sms.<wbr>send_<wbr>me_<wbr>text"),
        ("/v2/me?a=<b>&c_d", "/<wbr>v2/<wbr>me?a=&lt;b&gt;&amp;c_<wbr>d"),
        ("https://a.example.", "https://<wbr>a.<wbr>example."),
        ("Told at 12.5 ms, a_b/c.", "Told at 12.5 ms, a_b/c."),
        ("w" * 31, f'<span class="workbench-long">{"w" * 31}</span>'),
    ],
)
def test_what_is_long_may_be_broken_and_is_copied_as_it_was(text: str, shown: str) -> None:
    """Ids and paths break after their punctuation, very long words anywhere; what is short stays whole."""
    assert html.breakable(text) == shown
    assert html.table([text], [[text]]).count(shown) == 2


def test_a_table_is_semantic() -> None:
    """Column heads say that they are column heads, and the caption is one."""
    page = html.table(["a", "b"], [[1, None]], caption="Two")
    assert '<th scope="col">a</th>' in page
    assert "<caption>Two</caption>" in page
    assert "<td>1</td><td></td>" in page


def test_a_document_takes_jupyters_colours_and_both_themes() -> None:
    """Colours are Jupyter's variables with a fallback, light and dark."""
    page = html.document("<p>x</p>")
    assert "var(--jp-ui-font-color1," in page
    assert "prefers-color-scheme:dark" in page


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (3, "3"),
        (1234.56, "1234.6"),
        (0.01234, "0.0123"),
        ({"a": "é"}, '{"a": "é"}'),
        (("x", 1), '["x", 1]'),
    ],
    ids=["none", "true", "false", "whole", "float", "small float", "mapping", "tuple"],
)
def test_cells_read_as_people_read(value: object, shown: str) -> None:
    """A cell shows None as nothing, truth as yes and no, and parts as JSON."""
    assert html.cell(value) == shown


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_a_text_table_has_one_line_a_row(rows: list[tuple[str, str]]) -> None:
    """Whatever the cells hold, a row stays on one line."""
    assert len(f"{html.text_table(['one', 'two'], rows)}.".splitlines()) == len(rows) + 2


def test_a_text_table_lines_up() -> None:
    """Columns stand under their heads, wide characters and cut cells counted."""
    shown = html.text_table(["name", "n"], [["日本", 1], ["x" * 60, 2]])
    assert shown == f"name{' ' * 44}  n\n{'─' * 48}  ─\n日本{' ' * 44}  1\n{'x' * 47}…  2"


def test_an_excerpt_points_at_the_place() -> None:
    """The caret stands under the column, between the lines about it."""
    shown = html.excerpt("a\nlet x = ;\nc\nd", 2, 9)
    assert shown == "1 | a\n2 | let x = ;\n  |         ^\n3 | c"


def test_an_excerpt_of_one_endless_line_is_short() -> None:
    """A minified script shows only what is about the place, with the caret still under it."""
    source = "a" * 5000 + "!" + "b" * 5000
    _, caret = html.excerpt(source, 1, 5001).splitlines()
    line = html.excerpt(source, 1, 5001).splitlines()[0]
    assert len(line) < 120
    assert line[caret.index("^")] == "!"


@given(st.text(), st.integers(-3, 50), st.integers(-3, 50))
def test_an_excerpt_never_fails(source: str, line: int, column: int) -> None:
    """A place outside the text still gives a text."""
    assert isinstance(html.excerpt(source, line, column), str)


def test_a_mask_hides_only_what_is_there() -> None:
    """Secret values are masked, nothing stays nothing, and a Secret is masked whatever is said."""
    assert html.mask("x") == MASK
    assert html.mask(None) is None
    assert html.mask("x", secret=False) == "x"
    assert html.mask(Secret("x"), secret=False) == MASK
