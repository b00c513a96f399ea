"""The script editor in a browser: typing, completion, help, problems, runs, reference, keyboard, both themes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import BARE, Look, in_looks
from tests.browser.script_code import code, options, shown, told, write
from tests.browser.stage import Stage
from workbench.bench import Bench
from workbench.connection.document import Connection
from workbench.notebook.script_editor import ScriptEditor

SAMPLE = "liked-video-to-sms"
HOSTILE = (
    "// </textarea><script>window.hurt = 1</script> \u202eabc 😀 \u2028 after\n"
    'const a = "</pre><img src=x onerror=hurt()>";\n'
)
Show = Callable[..., Stage]


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench(Connection.sample(SAMPLE))
    made.clock.freeze("2026-11-24T09:00:00+00:00")
    made.enable("user-17", timezone="Europe/Paris")
    yield made
    made.close()


@pytest.fixture
def stage(bench: Bench, show: Show) -> Iterator[Stage]:
    editor = ScriptEditor(bench)
    assert editor.wait(30)
    yield show(editor)
    editor.close()


def settled(stage: Stage) -> Stage:
    """The stage, once nothing runs in the background any more, and the page knows."""
    until = time.monotonic() + 30
    while stage.widget.busy and time.monotonic() < until:
        time.sleep(0.01)
    assert stage.widget.wait(30)
    stage.flush()
    return stage


# --- text -------------------------------------------------------------------------------------------------------------


def test_what_is_typed_reaches_the_connection_and_can_be_undone(stage: Stage) -> None:
    """After a pause in typing the connection has the script, as one step of its history."""
    before = stage.widget.connection.script
    code(stage).press("Control+Home")
    stage.page.keyboard.type("// mine\n")
    told(stage, f"// mine\n{before}")
    stage.widget.connection.undo()
    settled(stage)
    assert shown(stage) == before
    assert stage.widget.connection.script == before


def test_an_edit_in_python_shows_and_keeps_caret_and_focus(stage: Stage) -> None:
    """Lines put in above by Python move the caret along with its place; typing goes on there."""
    write(stage, "one;\ntwo;")
    told(stage, "one;\ntwo;")
    stage.page.keyboard.press("ArrowLeft")
    stage.widget.connection.script = "// new\none;\ntwo;"
    stage.flush()
    assert shown(stage) == "// new\none;\ntwo;"
    expect(code(stage)).to_be_focused()
    stage.page.keyboard.type("!")
    told(stage, "// new\none;\ntwo!;")


def test_typing_and_an_edit_in_python_at_once_keep_both(stage: Stage) -> None:
    """What is half typed while Python changes another line is neither lost nor does it undo the change."""
    write(stage, "one;\ntwo;")
    told(stage, "one;\ntwo;")
    stage.page.keyboard.type(" typed")
    stage.widget.connection.script = "// python\none;\ntwo;"
    stage.flush()
    told(stage, "// python\none;\ntwo; typed")


def test_two_views_of_one_editor_follow_each_other(bench: Bench, show: Show) -> None:
    """The same widget shown twice: what is typed in one shows in the other."""
    editor = ScriptEditor(bench)
    first, second = show(editor), show(editor)
    write(first, "first;")
    told(first, "first;")
    second.flush()
    assert shown(second) == "first;"
    editor.close()


def test_hostile_scripts_are_shown_as_text(stage: Stage) -> None:
    """Closing tags, handlers, direction marks, odd line ends and emoji are text, in code, problems and runs."""
    stage.widget.connection.script = HOSTILE
    settled(stage)
    text = shown(stage)
    assert "</textarea><script>window.hurt = 1</script>" in text
    assert "onerror=hurt()" in text
    stage.page.get_by_role("button", name="Run", exact=True).click()
    settled(stage)
    assert stage.page.evaluate("window.hurt") is None
    assert stage.widget.connection.script == HOSTILE


def test_a_line_of_a_megabyte_is_shown_and_edited(stage: Stage) -> None:
    """One line of a million characters neither freezes the page nor is lost."""
    stage.widget.connection.script = f'const long = "{"x" * 1_000_000}";\n'
    settled(stage)
    code(stage).press("Control+Home")
    stage.page.keyboard.type("// short\n")
    told(stage, f'// short\nconst long = "{"x" * 1_000_000}";\n')


# --- completion and help ----------------------------------------------------------------------------------------------

COMPLETIONS = [
    ("Trigger.ingredients.", ["title", "embed_code", "liked_at"]),
    ("Connection.", ["serviceUserId", "configuration"]),
    ("Connection.configuration.", ["greeting"]),
    ("Meta.currentUserTime.", ["hour", "isoWeekday", "format"]),
    ("Meta.currentUserTime.clone().add(1, 'day').", ["startOf"]),
    ("const now = Meta.currentUserTime;\nnow.", ["hour"]),
    ('runAction("', ["sms.send_me_text"]),
    ('performQuery("', ["youtube.get_videos_from_search"]),
    ('runAction("sms.send_me_text", { ', ["fields", "user_feature_id"]),
    ('performQuery("youtube.get_videos_from_search", { ', ["fields", "limit"]),
    ('runAction("sms.send_me_text", { fields: { ', ["message"]),
    ('performQuery("youtube.get_videos_from_search").then((answer) => answer.', ["statusCode", "responseBody"]),
    (
        'performQuery("youtube.get_videos_from_search").then((a) => a.responseBody.data.forEach(one => one.',
        ["title", "channel_title"],
    ),
    ('if (Trigger.id === "', ["youtube.new_liked_video"]),
    ("run", ["runAction"]),
    ("const likedVid = 1;\nliked", ["likedVid"]),
]


def test_completion_offers_what_fits_the_place(stage: Stage) -> None:
    """Ingredients, settings, steps, fields, body keys, moments, answers and items are offered where they belong."""
    from workbench.connection.fields import Field

    stage.widget.connection.add_configuration(Field(id="greeting", label="Greeting"))
    settled(stage)
    for typed, expected in COMPLETIONS:
        write(stage, typed)
        stage.page.keyboard.press("Control+Space")
        for one in expected:
            expect(options(stage).filter(has_text=one).first, typed).to_be_visible()


def test_a_completion_is_taken_by_keyboard(stage: Stage) -> None:
    """Arrow keys and Enter, or Tab, take an option; the text is as if it had been typed."""
    write(stage, "Trigger.ingredients.ti")
    expect(options(stage).filter(has_text="title")).to_be_visible()
    stage.page.wait_for_timeout(150)  # CodeMirror takes no Enter for a list that has just sprung up
    stage.page.keyboard.press("Enter")
    stage.page.keyboard.type(";")
    told(stage, "Trigger.ingredients.title;")


def test_steps_of_the_other_kind_and_used_fields_are_not_offered(stage: Stage) -> None:
    """Where an action is called no query is offered, and a field that is already there is not offered again."""
    write(stage, 'runAction("')
    stage.page.keyboard.press("Control+Space")
    expect(options(stage)).to_have_count(1)
    write(stage, 'runAction("sms.send_me_text", { fields: { message: "a", ')
    stage.page.keyboard.press("Control+Space")
    expect(options(stage).filter(has_text="message")).to_have_count(0)


def test_option_tokens_are_offered_by_their_labels(show: Show) -> None:
    """A dropdown's options show their labels, and write the token that calls for the user send."""
    bench = Bench(Connection.sample("location-and-dropdown"))
    bench.enable("user-17")
    (token,) = [
        token for option, token in bench.option_tokens()["action", "hue.dim", "brightness"] if option.value == "75"
    ]
    stage = show(ScriptEditor(bench))
    write(stage, 'runAction("hue.dim", { fields: { brightness: "')
    stage.page.keyboard.press("Control+Space")
    options(stage).filter(has_text="75 %").click()
    code(stage).press("Control+Enter")
    settled(stage)
    assert f'brightness: "{token}"' in bench.connection.script
    assert [(call.status, call.fields["brightness"]) for call in stage.widget.run.calls] == [(204, "75")]
    bench.close()


def test_help_is_there_for_mouse_and_keyboard(stage: Stage) -> None:
    """Hovering a name explains it with an example; Ctrl-Shift-Space does so at the caret, and tells screen readers."""
    stage.page.locator(".cm-line .wb-code-given", has_text="performQuery").hover()
    tip = stage.page.locator(".cm-tooltip")
    expect(tip).to_contain_text("Asks a query by a Connect API request")
    expect(tip).to_contain_text('performQuery("youtube.get_videos_from_search", { limit: 3 });')
    stage.page.mouse.move(5, 5)
    write(stage, "Meta.currentUserTime.isoWeekday")
    stage.page.keyboard.press("Escape")
    stage.page.keyboard.press("Control+Shift+Space")
    expect(stage.page.locator(".cm-tooltip")).to_contain_text("1 for Monday to 7 for Sunday")
    expect(stage.page.get_by_role("status").filter(has_text="1 for Monday")).to_have_count(1)
    stage.page.keyboard.press("Escape")
    expect(stage.page.locator(".cm-tooltip")).to_have_count(0)


# --- problems ---------------------------------------------------------------------------------------------------------


def test_a_broken_script_shows_where(stage: Stage) -> None:
    """Syntax that Node 12 lacks is underlined, and listed with its line; following the link goes there."""
    write(stage, "const a = 1;\n\nconst title = Trigger.ingredients?.title;")
    told(stage, "const a = 1;\n\nconst title = Trigger.ingredients?.title;")
    settled(stage)
    expect(stage.page.locator(".cm-line").nth(2).locator(".cm-lintRange-error")).to_have_count(1)
    problem = stage.page.get_by_role("region", name="Problems").get_by_role("listitem")
    expect(problem).to_contain_text("SyntaxError")
    stage.page.keyboard.press("Control+Home")
    problem.get_by_role("button", name="line 3").click()
    expect(code(stage)).to_be_focused()
    stage.page.keyboard.type("/*here*/")
    assert shown(stage).splitlines()[2] == "const title = Trigger.ingredients?/*here*/.title;"


def test_problems_of_a_call_are_marked_at_the_word_to_change(stage: Stage) -> None:
    """The key of an unknown field, the whole text of an unknown id, and no more than that."""
    stage.widget.connection.script = (
        'runAction("sms.send_me_text", {\n  fields: { mesage: "a", "to whom": 1 } });\nrunAction("sms.send_me_txt");'
    )
    settled(stage)
    expect(stage.page.locator(".cm-lintRange")).to_have_text(["mesage", '"to whom"', '"sms.send_me_txt"'])
    stage.page.get_by_role("region", name="Problems").get_by_role("button", name="line 2").first.click()
    stage.page.keyboard.press("Delete")
    assert '{ esage: "a"' in shown(stage)


def test_problems_come_with_their_cure_and_go(stage: Stage) -> None:
    """A wrong field is named with the right one; mended, nothing is left to look at."""
    stage.widget.connection.script = 'runAction("sms.send_me_text", { fields: { mesage: "a" } });'
    settled(stage)
    problems = stage.page.get_by_role("region", name="Problems")
    expect(problems).to_contain_text("Unknown field `mesage` for sms.send_me_text. Did you mean `message`?")
    stage.widget.connection.script = 'runAction("sms.send_me_text", { fields: { message: "a" } });'
    settled(stage)
    expect(problems).to_have_text("No problems.")


def test_the_same_problem_in_a_text_typed_anew_is_marked_again(stage: Stage) -> None:
    """Where the text was replaced and the same is wrong with it, it is underlined as before."""
    for _ in range(2):
        write(stage, "nothing;")
        told(stage, "nothing;")
        settled(stage)
        expect(stage.page.locator(".cm-lintRange")).to_have_text(["nothing"])


# --- runs -------------------------------------------------------------------------------------------------------------


def test_control_enter_runs_and_marks_the_lines_that_ran(stage: Stage) -> None:
    """Ctrl-Enter runs what is typed, with the sample event; calls, console and the counts of lines are shown."""
    text = 'console.log("begin");\nif (Meta.currentUserTime.hour() > 25) {\n  console.log("never");\n}\n'
    text += 'runAction("sms.send_me_text");'
    stage.widget.connection.script = text
    settled(stage)
    code(stage).press("Control+Enter")
    settled(stage)
    result = stage.page.get_by_role("region", name="Last run")
    expect(result).to_contain_text("✓ ok")
    expect(result.get_by_role("row").filter(has_text="sms.send_me_text")).to_contain_text("204")
    expect(result.locator(".script-console")).to_have_text("begin\n")
    expect(stage.page.locator(".wb-ran")).to_have_text(["1\u00d7", "1\u00d7", "0", "1\u00d7"])
    expect(result).to_contain_text("3 of 4 lines ran; never ran: line 3.")
    code(stage).press("Control+End")
    stage.page.keyboard.type(" // changed")
    expect(stage.page.locator(".wb-ran")).to_have_text(["1\u00d7", "1\u00d7", "0"])


def test_a_script_that_throws_shows_the_line(stage: Stage) -> None:
    """An uncaught error names its line, with the line itself, and leads there."""
    stage.widget.connection.script = "const a = 1;\nnothing.length;"
    settled(stage)
    stage.page.get_by_role("button", name="Run", exact=True).click()
    settled(stage)
    result = stage.page.get_by_role("region", name="Last run")
    expect(result).to_contain_text("ReferenceError: nothing is not defined")
    expect(result).to_contain_text("2 | nothing.length;")
    result.get_by_role("button", name="Go to line 2").click()
    expect(code(stage)).to_be_focused()


def test_the_last_event_is_fired_again(stage: Stage, bench: Bench) -> None:
    """After an event, Run offers it again: with its ingredients."""
    bench.fire("youtube.new_liked_video", title="Learn to juggle")
    settled(stage)
    stage.page.get_by_label("Event").select_option("last")
    stage.page.get_by_role("button", name="Run", exact=True).click()
    settled(stage)
    assert stage.widget.run.ingredients["title"] == "Learn to juggle"


def test_where_several_would_receive_it_one_is_chosen(show: Show) -> None:
    """With two features of one user, a choice says for which the event is."""
    bench = Bench(Connection.sample("two-features"))
    bench.enable("user-17")
    stage = show(ScriptEditor(bench))
    stage.page.get_by_label("For whom").select_option(label="user-17 · Share it")
    stage.page.get_by_role("button", name="Run", exact=True).click()
    settled(stage)
    assert [line.text for line in stage.widget.run.console] == ["sharing Ten quiet waterfalls"]
    bench.close()


def test_nobody_to_receive_it_is_said(show: Show) -> None:
    """Without a user, Run says what helps, and nothing else happens."""
    bench = Bench(Connection.sample(SAMPLE))
    stage = show(ScriptEditor(bench))
    stage.page.get_by_role("button", name="Run", exact=True).click()
    settled(stage)
    expect(stage.page.get_by_role("alert")).to_contain_text('bench.enable("user-1")')
    bench.close()


def test_a_connection_alone_can_be_edited_and_checked(show: Show) -> None:
    """Without a bench there is no Run, and all else."""
    stage = settled(show(ScriptEditor(Connection.sample(SAMPLE))))
    expect(stage.page.get_by_role("button", name="Run", exact=True)).to_have_count(0)
    expect(stage.page.get_by_role("region", name="Problems")).to_have_text("No problems.")


# --- reference and keyboard -------------------------------------------------------------------------------------------


def test_the_reference_opens_lists_and_writes(stage: Stage) -> None:
    """It lists the ingredients with type and example; a name is written at the caret; Escape closes it."""
    opener = stage.page.get_by_role("button", name="Open reference")
    opener.press("Enter")
    reference = stage.page.get_by_role("complementary", name="Reference")
    expect(reference.get_by_role("row").filter(has_text="liked_at")).to_contain_text("Date with time")
    expect(reference.get_by_role("heading", name="Reference")).to_be_focused()
    write(stage, "console.log(")
    reference.get_by_role("button", name="title", exact=True).first.press("Enter")
    told(stage, "console.log(Trigger.ingredients.title)")
    reference.get_by_role("button", name="title", exact=True).first.press("Escape")
    expect(reference).to_be_hidden()
    expect(stage.page.get_by_role("button", name="Open reference")).to_be_focused()


def test_tab_indents_and_after_escape_leaves(stage: Stage) -> None:
    """Tab is the editor's until Escape; then it goes on to what follows, and Shift-Tab back."""
    write(stage, "a;")
    stage.page.keyboard.press("Home")
    stage.page.keyboard.press("Tab")
    assert shown(stage) == "  a;"
    expect(code(stage)).to_be_focused()
    stage.page.keyboard.press("Escape")
    stage.page.keyboard.press("Shift+Tab")
    expect(stage.page.get_by_role("button", name="Open reference")).to_be_focused()
    stage.page.keyboard.press("Tab")
    expect(code(stage)).to_be_focused()
    stage.page.keyboard.press("Tab")
    assert shown(stage) == "    a;"


def test_a_secret_default_is_masked_everywhere(show: Show) -> None:
    """A secret field's value is in nothing that is sent to the browser."""
    connection = Connection.sample(SAMPLE)
    connection.step("sms.send_me_text").field("message").change(lambda one: replace(one, secret=True, value="hunter2"))
    bench = Bench(connection)
    bench.enable("user-17")
    stage = show(ScriptEditor(bench))
    stage.page.get_by_role("button", name="Run", exact=True).click()
    settled(stage)
    stage.page.get_by_role("button", name="Open reference").click()
    assert stage.widget.result["calls"]
    assert "hunter2" not in stage.page.content()
    assert "hunter2" not in f"{stage.widget.get_state()}{stage.widget.mirror()}"
    bench.close()


# --- looks ------------------------------------------------------------------------------------------------------------


@in_looks(*BARE, Look("light", False, 700), Look("dark", True, 1280))
def test_it_is_accessible_and_fits(
    look: Look, bench: Bench, show: Show, is_for_everyone: Callable[[Page, str], None]
) -> None:
    """axe-core finds nothing wrong, with problems, a run, the reference and completions shown; nothing sticks out."""
    before = bench.connection.script or ""
    bench.connection.script = f"// Two messages\nconst title = Trigger.ingredients.titel;\n{before}"
    stage = show(ScriptEditor(bench), **look.options)
    page = stage.page
    settled(stage)
    page.get_by_role("button", name="Run", exact=True).click()
    settled(stage)
    expect(page.locator(".wb-ran").first).to_be_visible()
    is_for_everyone(page, f"script-editor-{look}")
    page.get_by_role("button", name="Open reference").click()
    expect(page.get_by_role("heading", name="Reference")).to_be_visible()
    code(stage).press("Control+End")
    page.keyboard.type('runAction("sms.send_me_text", { fields: { m')
    expect(options(stage).first).to_be_visible()
    is_for_everyone(page, f"script-editor-{look}-completing")
