"""The options of a dropdown as lines that a person types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.connection.fields import Option
from workbench.errors import UsageError
from workbench.notebook import option_text

TEXTS = st.text(alphabet=st.sampled_from("ab =[]\n\u202e😀"), max_size=6)
OPTIONS = st.lists(
    st.builds(Option, label=TEXTS, value=TEXTS, group=st.none() | TEXTS), max_size=5, unique_by=lambda one: one.value
)


def test_lines_are_labels_values_and_groups() -> None:
    """A line is a label, or a label and its value; a line in brackets begins a group."""
    text = "All lights = all\n[Study]\nDesk = desk\nBookshelf"
    options = (
        Option(label="All lights", value="all"),
        Option(label="Desk", value="desk", group="Study"),
        Option(label="Bookshelf", value="Bookshelf", group="Study"),
    )
    assert option_text.read(text) == options
    assert option_text.written(options) == text


@given(OPTIONS)
def test_what_is_written_reads_back(options: list[Option]) -> None:
    """Either the lines say just these options, or nothing is written."""
    text = option_text.written(options)
    assert text is None or option_text.read(text) == tuple(options)


@given(st.text(alphabet=st.sampled_from("ab =[]\n"), max_size=30))
def test_what_is_read_can_be_written(text: str) -> None:
    """What a person types is refused with a reason, or kept as they meant it."""
    try:
        options = option_text.read(text)
    except UsageError:
        return
    written = option_text.written(options)
    assert written is None or option_text.read(written) == options


@pytest.mark.parametrize("text", ["Desk = desk\nTable = desk", "Desk = desk\n = table"], ids=["twice", "no label"])
def test_wrong_lines_are_named(text: str) -> None:
    """A value that stands twice, or a line without a label, is named by its line."""
    with pytest.raises(UsageError, match=r"[Ll]ine 2"):
        option_text.read(text)
