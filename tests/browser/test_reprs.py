"""What plain HTML reprs look like in a narrow cell: nothing stands beside its ground, and a caret under its column."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

import workbench as wb

# What JupyterLab itself says of the HTML in an output.
JUPYTERLAB = ".jp-ThemedContainer .jp-RenderedHTMLCommon pre { white-space: pre-wrap; background: #111; }"


def shown(page: Page, html: str) -> Page:
    """The page, with the HTML of a repr in a cell's output."""
    output = f'<div class="jp-RenderedHTMLCommon" style="overflow:auto">{html}</div>'
    style = f"<!doctype html><style>{JUPYTERLAB}</style>"
    page.set_content(f'{style}<body data-jp-theme-light="false" class="jp-ThemedContainer">{output}')
    return page


def test_a_table_that_is_wider_than_the_cell_stands_on_the_ground_of_the_repr(
    make_bench: Callable[..., wb.Bench], new_page: Callable[..., Page]
) -> None:
    """What is too wide is scrolled with the whole; it does not stick out of it."""
    bench = make_bench()
    bench.enable("user-17")
    page = shown(new_page(width=500), bench.fire("youtube.new_liked_video")._repr_html_())
    ground, table = (
        page.locator(".workbench").first.bounding_box(),
        page.locator(".workbench-table").last.bounding_box(),
    )
    assert ground
    assert table
    assert table["width"] > 500
    assert ground["width"] >= table["width"]


@pytest.mark.parametrize("what", ["fields", "run", "endpoints", "logs"])
def test_ids_and_paths_break_where_a_cell_is_narrow(
    what: str, make_bench: Callable[..., wb.Bench], new_page: Callable[..., Page]
) -> None:
    """A page of 700 pixels leaves about 600 to an output: tables fit, an id breaks, and it is copied whole."""
    bench = make_bench()
    bench.enable("user-17")
    run = bench.fire("youtube.new_liked_video", title="w" * 200)
    connection = bench.connection
    shows = {"fields": connection, "run": run, "endpoints": connection.endpoints(), "logs": bench.logs}
    allowed = 40 if what == "run" else 0  # nine columns, each as wide as its head
    page = shown(new_page(width=612), shows[what]._repr_html_())
    assert page.locator(".jp-RenderedHTMLCommon").evaluate("(one) => one.scrollWidth - one.clientWidth") <= allowed
    copied = page.evaluate(
        "() => { getSelection().selectAllChildren(document.body); return getSelection().toString(); }"
    )
    assert "sms.send_me_text" in copied
    assert what != "run" or "w" * 200 in copied


def test_a_caret_stands_under_its_column_in_a_narrow_cell(
    make_bench: Callable[..., wb.Bench], new_page: Callable[..., Page]
) -> None:
    """The line of an excerpt is not wrapped: it is as high as its two lines of text."""
    bench = make_bench()
    bench.enable("user-17")
    script = f"const words = {'Trigger.ingredients.title + ' * 4} null.length;"
    page = shown(new_page(width=400), bench.fire("youtube.new_liked_video", script=script)._repr_html_())
    excerpt = page.locator(".workbench-excerpt")
    lines = excerpt.evaluate("(one) => one.textContent.split('\\n').length")
    size = excerpt.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)")
    box = excerpt.bounding_box()
    assert box
    assert box["height"] < lines * size * 1.6 + 20, "a scroll bar at most"
