"""Stories in JupyterLab: a connection from nothing, the three Hue tables by hand, and Python and hand side by side."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

import workbench as wb
from tests.browser.lab import Lab
from tests.browser.looks import IN_LAB, Look, in_looks

SCRIPT = wb.Connection.sample("liked-video-to-sms").script or ""


def add_step(output: Locator, feature: str, words: str, button: str) -> None:
    output.get_by_label(f"Search triggers, queries and actions for {feature}").fill(words)
    output.get_by_role("button", name=button).click()


def test_the_liked_video_connection_from_an_empty_editor(lab: Lab, new_page: Callable[..., Page]) -> None:
    """Who starts from nothing and writes no code ends with a file that a bench runs: three messages."""
    lab.write("author.ipynb", "import workbench as wb\neditor = wb.ConnectionEditor()\neditor")
    notebook = lab.open(new_page(), "author.ipynb")
    notebook.run_all()
    output = notebook.output(0).locator(".workbench-live")
    output.get_by_label("Search services").fill("youtube")
    output.get_by_role("button", name="Select YouTube").click()
    output.get_by_label("Search services").fill("sms")
    output.get_by_role("button", name="Select SMS").click()
    output.get_by_label("Title of the new feature").fill("Text me similar videos")
    output.get_by_role("button", name="Add feature").click()
    feature = "Text me similar videos"
    add_step(output, feature, "liked", "Add trigger New liked video")
    add_step(output, feature, "search", "Add query Search for videos")
    add_step(output, feature, "send me", "Add action Send me an SMS")
    output.get_by_label("Visibility of Search for").select_option("Set by you")
    output.get_by_label("Value of Search for").fill("music")
    output.get_by_label("Value of Message").fill("You liked a video.")
    output.get_by_label("Title", exact=True).fill("Liked video to SMS")
    output.get_by_role("button", name="Write a runtime script").click()
    script = output.get_by_role("textbox", name="Runtime script")
    script.click()
    notebook.page.keyboard.press("Control+a")
    first, *rest = SCRIPT.rstrip("\n").split("\n")
    notebook.page.keyboard.insert_text(first)
    for line in map(str.strip, rest):  # Enter is the code's, though JupyterLab would have it, and indents as is usual
        notebook.page.keyboard.press("Enter")
        notebook.page.keyboard.type(line) if line.startswith("}") else notebook.page.keyboard.insert_text(line)
    script.press("Control+Enter")
    expect(output.get_by_text("Node.js 12 can run it")).to_be_visible(timeout=30_000)
    output.get_by_role("button", name="Update").click()
    expect(output.get_by_text("Saved to liked-video-to-sms.yaml.")).to_be_visible(timeout=30_000)
    expect(output.get_by_text("/actions/sms.send_me_text/run")).to_be_visible()

    saved = wb.Connection.load(lab.folder / "liked-video-to-sms.yaml")
    assert (saved.script or "").rstrip() == SCRIPT.rstrip()
    assert list(saved.problems()) == []
    with wb.Bench(saved) as bench:
        bench.enable("user-17")
        run = bench.fire("youtube.new_liked_video", title="Hello")
        assert run.ok
        assert [call.status for call in run.calls] == [200, 204, 204, 204]
    notebook.save()
    kept = notebook.path.read_text()
    assert "widget-state" not in kept
    assert "You liked a video." in kept, "the mirror has what was done by hand"
    said = notebook.run_new(
        "bench = wb.Bench(editor.connection)\nuser = bench.enable('user-17')\n"
        "print(len(bench.fire('youtube.new_liked_video', title='Hello').actions), 'messages')"
    )
    expect(said).to_contain_text("3 messages", timeout=30_000)


HUE = {
    "hue-blue.yaml": ("Set by you", "hue-blue"),
    "hue-favourite.yaml": ("Customizable by the user", "hue-favourite"),
    "hue-from-the-app.yaml": ("Set by you", "hue-from-the-app"),
}
HUE_CELL = """\
import workbench as wb
connection = wb.Connection.new("Hue lights")
connection.add_action(connection.add_feature("Lights"), "hue.set_color")
wb.FieldTable(connection)
"""


def test_the_three_hue_tables_by_hand(lab: Lab, new_page: Callable[..., Page]) -> None:
    """Each of the document's tables is set in the table by hand and saved, with the document's words in it."""
    lab.write("hue.ipynb", HUE_CELL)
    notebook = lab.open(new_page(), "hue.ipynb")
    notebook.run_all()
    output = notebook.output(0).locator(".workbench-live")
    lights, color = (output.get_by_label(f"Value of {name}") for name in ("Which lights?", "Color value or name"))
    for file, (visibility, sample) in HUE.items():
        output.get_by_label("Visibility of Color value or name").select_option(visibility)
        color.fill("blue")
        color.press("Enter")
        row = output.get_by_role("row").filter(has=notebook.page.get_by_label("Value of Color value or name"))
        expect(row).to_contain_text("blue, set by you" if visibility == "Set by you" else "(default)")
        expect(lights.locator("option:checked")).to_have_text("Set by the user")
        expect(notebook.run_new(f"connection.save({file!r})")).to_contain_text(file)
        made, documented = wb.Connection.load(lab.folder / file), wb.Connection.sample(sample)
        assert [row.definition for row in made.fields] == [row.definition for row in documented.fields]


def test_edit_in_python_and_see_the_widget_follow(lab: Lab, new_page: Callable[..., Page]) -> None:
    """A cell that edits the connection changes both widgets on it; an edit by hand is there for the next cell."""
    lab.write(
        "follow.ipynb",
        "import workbench as wb\nconnection = wb.Connection.sample('hue-favourite')\nwb.FieldTable(connection)",
        "wb.ConnectionEditor(connection)",
    )
    notebook = lab.open(new_page(), "follow.ipynb")
    notebook.run_all()
    values = [notebook.output(number).get_by_label("Value of Color value or name") for number in (0, 1)]
    notebook.run_new("connection.step('hue.set_color').field('color').set_by_you('green')")
    for value in values:
        expect(value).to_have_value("green")
    expect(notebook.output(1).locator(".workbench-live").get_by_text("Not saved yet")).to_be_visible()
    values[0].fill("purple")
    values[0].press("Enter")
    expect(values[1]).to_have_value("purple")
    expect(notebook.run_new("connection.step('hue.set_color').field('color').value")).to_contain_text("'purple'")
    notebook.output(0).get_by_role("button", name="Undo").click()
    for value in values:
        expect(value).to_have_value("green")


@in_looks(*IN_LAB)
def test_beside_jupyterlabs_panels_it_is_accessible(
    look: Look, lab: Lab, new_page: Callable[..., Page], is_at_home: Callable[..., None]
) -> None:
    """In both of JupyterLab's themes the widgets fit their cells and axe-core finds nothing wrong in them."""
    with lab.wearing(look.lab_theme):
        lab.write(
            "looks.ipynb",
            "import workbench as wb\nconnection = wb.Connection.sample('liked-video-to-sms')\n"
            "connection.step('sms.send_me_text').field('message').set_by_you()",
            "wb.FieldTable(connection)",
            "wb.ConnectionEditor(connection)",
        )
        notebook = lab.open(new_page(dark=look.dark, width=look.width, height=2600), "looks.ipynb")
        notebook.run_all()
        for number in (1, 2):
            expect(notebook.output(number).locator(".workbench-live")).to_be_visible()
        expect(notebook.output(2).get_by_text("Node.js 12 can run it")).to_be_visible(timeout=30_000)
        is_at_home(notebook, f"lab-author-{look}", outputs=(1, 2))
