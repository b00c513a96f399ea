"""Stories in JupyterLab: break the script and see the line, in the editor and in a %%runtime_script cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.lab import Lab

EDITOR = """
import workbench as wb
bench = wb.Bench(wb.Connection.sample("liked-video-to-sms"))
bench.enable("user-17", timezone="Europe/Paris")
editor = wb.ScriptEditor(bench)
editor
"""


def test_break_the_script_and_see_the_line(
    lab: Lab, new_page: Callable[..., Page], screenshot: Callable[[Page, str], Path]
) -> None:
    """A word typed wrong is shown on its line at once; run all the same, the run shows it too; mended, it runs."""
    lab.write("script.ipynb", EDITOR)
    notebook = lab.open(new_page(), "script.ipynb")
    notebook.run_all()
    output, page = notebook.output(0), notebook.page
    code = output.get_by_role("textbox", name="Runtime script")
    code.click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Trigger.ingre")
    expect(page.get_by_role("option", name="ingredients")).to_be_visible()
    screenshot(page, "lab-script-completing")
    page.keyboard.type("dients.titel;\nnothing.length;\n")
    problems = output.get_by_role("region", name="Problems")
    expect(problems).to_contain_text("Unknown ingredient `titel`")
    expect(problems.get_by_role("button", name="line 1")).to_be_visible()
    expect(output.locator(".cm-line").first.locator(".cm-lintRange-error")).to_be_visible()
    page.keyboard.press("Control+Enter")
    result = output.get_by_role("region", name="Last run")
    expect(result).to_contain_text("ReferenceError: nothing is not defined")
    screenshot(page, "lab-script-broken")
    result.get_by_role("button", name="Go to line 2").click()
    page.keyboard.press("Home")
    page.keyboard.type("//")
    page.keyboard.press("Control+Enter")
    expect(result).to_contain_text("✓ ok")
    said = notebook.run_new("bench.connection.script.splitlines()[:2]").locator(".jp-OutputArea-output")
    expect(said).to_have_text("['Trigger.ingredients.titel;', '//nothing.length;']")


CELL = """%%runtime_script bench --fire youtube.new_liked_video
const title = Trigger.ingredients.title; // the video's
if (title) {
  nothing.length;
}
"""


def test_a_runtime_script_cell_is_javascript_and_shows_its_lines(
    lab: Lab, new_page: Callable[..., Page], screenshot: Callable[[Page, str], Path]
) -> None:
    """The cell is coloured as JavaScript, completes on Tab, and its error names the line that the gutter shows."""
    lab.write(
        "cell.ipynb", f"%load_ext workbench\n{EDITOR.removesuffix('editor' + chr(10))}", CELL, "title = 'plain Python'"
    )
    notebook = lab.open(new_page(), "cell.ipynb")
    notebook.run_all()
    page = notebook.page
    types = "() => window.jupyterapp.shell.currentWidget.content.widgets.map((one) => one.model.mimeType)"
    assert page.evaluate(types) == ["text/x-ipython", "text/javascript", "text/x-ipython"]
    output = notebook.output(1)
    expect(output).to_contain_text("ReferenceError: nothing is not defined (line 4, column 3)")
    expect(output).to_contain_text("4 |   nothing.length;")
    screenshot(page, "lab-runtime-script-cell")
    editor = page.locator(".jp-CodeCell").nth(1).locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("Trigger.ingredients.emb")
    page.keyboard.press("Tab")
    expect(page.locator(".jp-Completer")).to_contain_text("embed_code")
    page.keyboard.press("Enter")
    expect(editor).to_contain_text("Trigger.ingredients.embed_code")
    page.keyboard.press("Control+Home")
    page.keyboard.type("# no script any more: ")
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.content.widgets[1].model.mimeType === 'text/x-ipython'"
    )
