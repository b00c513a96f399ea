"""%%runtime_script in a real IPython shell: problems and runs in the cell's own lines, events, files, mistakes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from workbench.bench import Bench
from workbench.connection.document import Connection
from workbench.notebook.magic import ScriptCell
from workbench.notebook.script_cell import in_cell
from workbench.runtime.outcome import Limits

FIRE = "--fire youtube.new_liked_video"


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    made = Bench(Connection.sample("liked-video-to-sms"))
    made.enable("user-17", timezone="Europe/Paris")
    yield made
    made.close()


@pytest.fixture(scope="module")
def impatient() -> Iterator[Bench]:
    made = Bench(Connection.sample("liked-video-to-sms"), limits=Limits(time_ms=500))
    made.enable("user-17")
    yield made
    made.close()


@pytest.fixture
def shell(bench: Bench, impatient: Bench) -> InteractiveShell:
    made = InteractiveShell()
    made.run_line_magic("load_ext", "workbench")
    made.user_ns.update(bench=bench, connection=bench.connection, impatient=impatient)
    return made


def cell(shell: InteractiveShell, line: str, *script: str) -> ScriptCell:
    """The result of a cell that was typed as it stands."""
    typed = "\n".join([f"%%runtime_script {line}", *script])
    done = shell.run_cell(typed, store_history=True)
    assert done.success
    return done.result


def test_it_sets_the_script_and_says_that_nothing_is_wrong(shell: InteractiveShell, bench: Bench) -> None:
    """The cell's text is the connection's script, as one edit that can be undone."""
    before = bench.connection.script
    result = cell(shell, "bench", 'runAction("sms.send_me_text");')
    assert bench.connection.script == 'runAction("sms.send_me_text");\n'
    assert repr(result) == "No problems."
    assert "No problems." in result._repr_html_()
    assert bench.connection.undo().script == before


def test_problems_name_the_cells_lines(shell: InteractiveShell) -> None:
    """A problem's line is the one that the cell's gutter shows, with the line itself and a caret."""
    result = cell(shell, "bench", "// first", "const title = Trigger.ingredients.titel;")
    assert repr(result).splitlines() == [
        "error: line 3, column 15: Unknown ingredient `titel` of youtube.new_liked_video. Did you mean `title`?",
        "3 | const title = Trigger.ingredients.titel;",
        "                  ^",
    ]
    assert [one.line for one in result.problems] == [2]


def test_a_run_names_the_cells_lines_and_stays_true(shell: InteractiveShell, bench: Bench) -> None:
    """What is shown counts as the cell does; the bench's run counts in the script."""
    result = cell(shell, f"bench {FIRE}", 'runAction("sms.send_me_text");', "null.length;")
    assert "TypeError: Cannot read property 'length' of null (line 3, column 6)" in repr(result)
    assert "3 | null.length;" in repr(result)
    assert "3 | null.length;" in result._repr_html_()
    assert in_cell(result.run, 2).calls[0].line == 2
    assert bench.runs[-1] is result.run
    assert (result.run.fault.line, result.run.calls[0].line) == (2, 1)


def test_an_endless_loop_is_told_in_the_cells_line_alone(shell: InteractiveShell) -> None:
    """The words of a run out of time name the cell's line, as its excerpt does."""
    told = repr(cell(shell, f"impatient {FIRE}", "while (true) {}").run)
    assert "line 1, column" in told
    shown = repr(cell(shell, f"impatient {FIRE}", "while (true) {}"))
    assert "it was at line 2, column" in shown
    assert "line 1" not in shown


def test_blank_lines_above_the_magic_are_counted(shell: InteractiveShell) -> None:
    """Where the cell begins with blank lines, the numbers are still the cell's."""
    typed = "\n\n%%runtime_script bench\nconst a = b;"
    assert "line 4, column 11: `b` is declared nowhere" in repr(shell.run_cell(typed, store_history=True).result)


def test_syntax_that_node_12_lacks_is_refused(shell: InteractiveShell) -> None:
    """The gate's place is shown, and so is the run that was refused."""
    result = cell(shell, f"bench {FIRE}", "const title = Trigger.ingredients?.title;")
    assert "SyntaxError: Unexpected token '.' (line 2, column 35)" in repr(result)
    assert "it works from Node 14" in repr(result)
    assert result.run.end == "refused"


def test_a_refused_script_that_was_to_fire_is_told_once(shell: InteractiveShell) -> None:
    """The run says why the script was refused; what else is wrong stands beside it."""
    told = repr(shell.run_cell_magic("runtime_script", f"bench {FIRE}", "const a = b?.c;\n"))
    assert told.count("Unexpected token '.'") == 1
    assert "refused" in told
    assert "it works from Node 14" in told


def test_an_event_comes_from_a_file(shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--event` takes a JSON file of ingredients, or of a trigger with them; the only trigger needs no name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a cat.json").write_text(json.dumps({"title": "A cat"}))
    whole = {"trigger": "youtube.new_liked_video", "ingredients": {"title": "Two cats"}}
    (tmp_path / "two.json").write_text(json.dumps(whole))
    script = "console.log(Trigger.ingredients.title);"
    assert cell(shell, 'bench --event "a cat.json"', script).run.console[0].text == "A cat"
    assert cell(shell, f"bench {FIRE} --event two.json", script).run.console[0].text == "Two cats"


def test_the_script_is_saved(shell: InteractiveShell, tmp_path: Path) -> None:
    """`--save` writes the cell's text to a file."""
    cell(shell, f"bench --save '{tmp_path / 'my script.js'}'", "const a = 1; // 😀")
    assert (tmp_path / "my script.js").read_text(encoding="utf-8") == "const a = 1; // 😀\n"


def test_a_connection_will_do_for_problems(shell: InteractiveShell) -> None:
    """Without a bench there are problems, and firing says what is missing."""
    assert "`nothing` is declared nowhere" in repr(cell(shell, "connection", "nothing;"))


MISTAKES = [
    ("bensh", "UnknownName: Unknown bench `bensh` in this notebook. Did you mean `bench`?"),
    ("", "UsageError: The following arguments are required: bench. usage: %%runtime_script bench [--fire TRIGGER]"),
    ("bench --fier x", "UnknownName: Unknown option `--fier` of %%runtime_script. Did you mean `--fire`?"),
    ("bench --evnt=x", "UnknownName: Unknown option `--evnt` of %%runtime_script. Did you mean `--event`?"),
    ("bench --user ada lovelace", "UsageError: What is 'lovelace'? Put what has spaces in quotes. usage: "),
    ('bench --save "', "No closing quotation"),
    ("print", "UsageError: A bench or a connection is wanted here, not "),
]
LATER_MISTAKES = [
    ("bench --fire youtube.new_like", "UnknownName: Unknown trigger `youtube.new_like`"),
    ("bench --event nobody", "UnknownName: Unknown event `nobody`"),
    ("bench --event missing.json", "UsageError: The event in missing.json cannot be read"),
    ("bench --event deep.json", "UsageError: The event in deep.json cannot be read: too many levels"),
    ("connection --fire a.b", "UsageError: `connection` is a connection; only a bench can fire"),
    ("bench --save none/script.js", "ConnectionFileError: none/script.js: The file cannot be written"),
]


@pytest.mark.parametrize(("line", "said"), MISTAKES)
def test_mistakes_are_said_without_a_traceback(
    shell: InteractiveShell,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    line: str,
    said: str,
) -> None:
    """A wrong bench or option is one line that says how to mend it."""
    monkeypatch.chdir(tmp_path)
    shell.user_ns["print"] = print
    assert cell(shell, line, "const a = 1;") is None
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(("line", "said"), LATER_MISTAKES)
def test_a_mistake_in_what_to_do_with_the_script_hides_none_of_its_problems(
    shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, said: str
) -> None:
    """A wrong trigger, event or file is told below the problems of the script, which is set all the same."""
    monkeypatch.chdir(tmp_path)
    Path("deep.json").write_text("[" * 100_000, encoding="utf-8")
    result = cell(shell, line, "nothing('<b>');")
    shown = repr(result)
    assert "line 2, column 1: `nothing` is declared nowhere" in shown
    assert said in shown[shown.index("declared nowhere") :]
    assert said.partition(" `")[0] in result._repr_html_()
    assert "<b>" not in result._repr_html_()
    assert result.run is None
    assert shell.user_ns["connection"].script == "nothing('<b>');\n"
    assert "No problems." not in repr(cell(shell, line, "const a = 1;"))


def test_hostile_scripts_are_text(shell: InteractiveShell) -> None:
    """Tags in a script are escaped in the HTML of problems and runs."""
    result = cell(shell, f"bench {FIRE}", 'throw new Error("</pre><script>hurt()</script>"); nothing("<b>");')
    assert "<script>" not in result._repr_html_()
    assert "&lt;script&gt;" in result._repr_html_()


def completed(shell: InteractiveShell, text: str) -> list[str]:
    with provisionalcompleter():
        return [text[: one.start] + one.text for one in shell.Completer.completions(text, len(text))]


def test_completion_inside_the_cell(shell: InteractiveShell) -> None:
    """Tab in the cell offers the script's names; in the magic's line and in other cells, IPython's own."""
    head = "%%runtime_script bench\n"
    assert completed(shell, f"{head}const a = 1;\nTrigger.ingredients.ti") == [
        f"{head}const a = 1;\nTrigger.ingredients.title"
    ]
    assert completed(shell, f'{head}runAction("sm') == [f'{head}runAction("sms.send_me_text']
    assert completed(shell, "%%runtime_script nothing\nTrigger.") == []
    assert "len" in completed(shell, "le")


def test_loading_twice_leaves_one_of_each(shell: InteractiveShell) -> None:
    """`%reload_ext` neither doubles completions nor breaks the magic."""
    shell.run_line_magic("reload_ext", "workbench")
    named = [getattr(one, "matcher_identifier", "") for one in shell.Completer.custom_matchers]
    assert named.count("workbench.runtime_script") == 1
    assert repr(cell(shell, "bench", "const a = 1;")) == "No problems."
