"""What is public: `__all__`, what is there, and the README's table are the same names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import workbench as wb

README = Path(__file__).parents[1] / "README.md"


def test_every_public_name_is_there_and_in_order() -> None:
    """`dir(wb)` is `__all__`, sorted, and each name is something that knows where it comes from."""
    assert dir(wb) == sorted(wb.__all__) == list(wb.__all__)
    assert [name for name in wb.__all__ if getattr(wb, name) is None] == []
    assert sorted({*wb._HOMES, *wb._MODULES}) == sorted(wb.__all__)


def test_the_readme_lists_every_public_name_and_no_other() -> None:
    """The table of names in the README is `__all__`."""
    rows = [line.split("|")[1] for line in README.read_text("utf-8").splitlines() if line.startswith("| `wb.")]
    listed = [name for row in rows for name in re.findall(r"`wb\.(\w+)`", row)]
    assert sorted(listed) == sorted(wb.__all__)


def test_a_module_of_names_shows_what_it_offers() -> None:
    """`wb.faults` offers the faults, each of which `bench.faults.add` takes."""
    assert all(issubclass(getattr(wb.faults, name), wb.faults.Fault) for name in wb.faults.__all__)
    assert {kind.__name__ for kind in wb.faults.KINDS} == set(wb.faults.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A misspelt name is Python's own error, so that `hasattr` and completion work."""
    with pytest.raises(AttributeError, match="no attribute 'Benhc'"):
        _ = wb.Benhc
