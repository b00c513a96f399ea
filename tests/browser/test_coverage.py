"""Coverage on a real page: told by words, not by colour alone; readable in light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from workbench.runtime.coverage import Branch, Coverage

SOURCE = (
    "const title = Trigger.ingredients.title;\n\n"
    "if (title === '<b>') {\n  runAction('a.b');\n}\n"
    "const url = Trigger.ingredients.url || 'https://example.com/" + "a" * 200 + "';\n"
)
COVERAGE = Coverage(
    source=SOURCE,
    lines={1: 3, 3: 3, 4: 0, 6: 3},
    arms=(
        Branch(line=3, column=1, kind="no else", count=3),
        Branch(line=3, column=22, kind="if", count=0),
        Branch(line=6, column=40, kind="||", count=0),
    ),
)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_coverage_can_be_read_by_everyone(
    new_page: Callable[..., Page], is_for_everyone: Callable[..., None], dark: bool
) -> None:
    """axe-core finds nothing wrong; each state is a word in its own column; nothing is wider than the page."""
    page = new_page(dark=dark, width=700)
    page.set_content(
        f"<!doctype html><html lang='en'><title>Coverage</title><main>{COVERAGE._repr_html_()}</main></html>"
    )
    is_for_everyone(page, f"coverage-{'dark' if dark else 'light'}", within=".workbench")
    states = page.locator("td.workbench-state").all_inner_texts()
    assert states == [
        "ran",
        "",
        "ran in part; never: if (column 22)",
        "never ran",
        "",
        "ran in part; never: || (column 40)",
    ]
    assert page.locator("b").count() == 0
