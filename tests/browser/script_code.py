"""The code of a runtime script on a page, whichever widget it is in: found, read, written, and awaited in Python."""

from __future__ import annotations

import time

from playwright.sync_api import Locator, expect

from tests.browser.stage import Stage


def code(stage: Stage) -> Locator:
    return stage.page.get_by_role("textbox", name="Runtime script")


def shown(stage: Stage) -> str:
    """The text in the editor."""
    return stage.page.evaluate(
        "() => [...document.querySelectorAll('.cm-line')].map((one) => one.textContent).join('\\n')"
    )


def write(stage: Stage, text: str) -> None:
    """Replace all by typing; quotes and brackets close by themselves, as people see it."""
    code(stage).press("Control+a")
    stage.page.keyboard.press("Delete")
    stage.page.keyboard.type(text)


def told(stage: Stage, script: str) -> None:
    """Wait until Python has the script."""
    expect(code(stage)).to_be_visible()
    until = time.monotonic() + 10
    while stage.widget.connection.script != script and time.monotonic() < until:
        stage.page.wait_for_timeout(20)  # the pause after typing
    assert stage.widget.connection.script == script


def options(stage: Stage) -> Locator:
    """What completion offers."""
    return stage.page.locator(".cm-tooltip-autocomplete [role=option]")
