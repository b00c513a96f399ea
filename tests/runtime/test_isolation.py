"""`wb.isolation()` says which walls stand here, and what to do about those that do not."""

from __future__ import annotations

import sys

import pytest

import workbench as wb
from workbench.runtime.isolation import CURES, EVERYWHERE, WORKER, Isolation


def test_the_report_is_what_a_worker_here_says() -> None:
    """Each layer is a row with its state; on Linux those that only Linux has are on."""
    report = wb.isolation()
    names = [layer.name for layer in report]
    assert names[: len(EVERYWHERE)] == list(EVERYWHERE)
    assert len(names) == len(set(names)) == len(report)
    assert all(layer.purpose and layer.detail for layer in report)
    if sys.platform.startswith("linux"):
        assert {"landlock", "system calls", "privileges", "memory", "watchdog"} <= {
            layer.name for layer in report if layer.is_on
        }


def test_the_report_reads_as_a_table_and_as_a_frame() -> None:
    """The repr, the HTML and the frame hold each layer and its state; the repr ends with a verdict."""
    report = wb.isolation()
    assert repr(report).count("\n") == len(report) + 2
    assert report._repr_html_().count("<tr>") == len(report) + 1
    assert list(report.frame()["here"]) == ["on" if layer.is_on else "off" for layer in report]


@pytest.mark.parametrize("name", CURES)
def test_a_missing_layer_says_why_and_what_it_needs(name: str) -> None:
    """A layer that is off gives the reason and a cure, and the verdict names it."""
    report = Isolation(dict.fromkeys(WORKER, "on: yes") | {name: "off: Function not implemented"})
    (missing,) = report.missing
    assert missing.name == name
    assert f"Function not implemented. Needs {CURES[name]}." in repr(report)
    assert repr(report).endswith(f"Not on here: {name}.")


def test_what_a_worker_says_is_shown_as_text() -> None:
    """A worker is not trusted: its words cannot become markup."""
    report = Isolation({"landlock": "off: <script>alert(1)</script>", "<b>": "on: <i>"})
    assert "<script>" not in report._repr_html_()
    assert "<i>" not in report._repr_html_()
