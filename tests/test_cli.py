"""The command: run, check, logs; exit codes 0, 1 and 2; nothing but words on stderr."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

LIKED = ["run", "liked-video-to-sms"]


def workbench(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The command as a user runs it."""
    command = [str(Path(sys.executable).parent / "workbench"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=cwd)


def test_run_prints_the_run_and_exits_0() -> None:
    """The sample runs from a terminal, with ingredients, user and zone given."""
    result = workbench(*LIKED, "--ingredient", "title=Hello", "--user", "u-1", "--timezone", "Europe/Paris")
    assert result.returncode == 0, result.stderr
    assert "Run of youtube.new_liked_video for u-1: ok" in result.stdout
    assert result.stdout.count("sms.send_me_text") == 3


def test_run_json_is_for_programs(tmp_path: Path) -> None:
    """`--json` prints the run as JSON; `--event` takes a file."""
    event = tmp_path / "event.json"
    event.write_text('{"title": "From a file"}')
    result = workbench(*LIKED, "--event", str(event), "--json")
    data = json.loads(result.stdout)
    assert data["ok"] is True
    assert data["ingredients"]["title"] == "From a file"
    assert len(data["calls"]) == 4


def test_coverage_is_printed_on_the_source_and_told_as_json(tmp_path: Path) -> None:
    """`--coverage` prints the script with its counts; with `--json` they are numbers."""
    result = workbench(*LIKED, "--coverage")
    assert result.returncode == 0, result.stderr
    assert "Coverage: 5 of 5 lines ran (100.0 %), 2 of 2 branches (100.0 %), in 1 run" in result.stdout
    assert "      3     7 |     runAction(" in result.stdout
    assert "Coverage" not in workbench(*LIKED).stdout
    told = json.loads(workbench(*LIKED, "--coverage", "--json").stdout)["coverage"]
    assert told["percent"] == 100
    assert [7, 3] in told["lines"]


def test_values_are_what_the_user_sets() -> None:
    """`--value STEP:FIELD=VALUE` sets what the user would set."""
    result = workbench(*LIKED, "--value", "sms.send_me_text:message=hi", "--json")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("throw new Error('oops')", "oops"),
        ("Promise.reject(new Error('unhandled'))", "unhandled"),
        ("a ?? b", "Node 14"),
    ],
)
def test_a_failing_script_exits_1(tmp_path: Path, script: str, says: str) -> None:
    """A thrown error, an unhandled rejection and a refused script exit 1 and say why."""
    file = tmp_path / "mine.yaml"
    file.write_text(
        "connection: Mine\nservices: [youtube]\nfeatures:\n  - title: F\n    triggers: [youtube.new_liked_video]\n"
        f"script: |\n  {script}\n"
    )
    result = workbench("run", str(file))
    assert result.returncode == 1
    assert says in result.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "no-such-sample"], "liked-video-to-sms"),
        (["run", "liked-vido-to-sms"], "Did you mean `liked-video-to-sms`?"),
        (["run", ""], "There is no such file, nor a sample of that name"),
        (["check", ""], "There is no such file, nor a sample of that name"),
        (["run", "missing.yaml"], "missing.yaml"),
        ([*LIKED, "--trigger", "youtube.new_liked_vido"], "Did you mean"),
        ([*LIKED, "--ingredient", "title"], "NAME=VALUE"),
        ([*LIKED, "--timezone", "Europe/Pariss"], "Europe/Paris"),
        ([*LIKED, "--event", "missing.json"], "missing.json"),
        ([*LIKED, "--event", "deep.json"], "deep.json cannot be read: too many levels"),
        ([*LIKED, "--event", "levels.json"], "`title` has more than 20 levels"),
        ([*LIKED, "--event", "nan.json", "--json"], "nan.json cannot be read: NaN is no JSON"),
        ([*LIKED, "--event", "huge.json", "--json"], "`title` is no JSON"),
        ([*LIKED, "--now", "0001-01-01T00:00:00Z"], "from the year 1000"),
        ([*LIKED, "--now", "9999-12-31T23:59:59Z"], "to the year 9000"),
        ([*LIKED, "--user", "\udcff"], "is no text in UTF-8"),
        ([*LIKED, "--user", ""], "`--user` is empty"),
        (["logs", "missing.db"], "missing.db"),
        (["logs", "."], ". is a folder; name the log file in it"),
        (["app", "hue-blue", "--port", "99999"], "65535"),
        ([*LIKED, "--db", "none/log.db"], "There is no folder none for the log none/log.db. Make it: `mkdir -p none`"),
        (["serve", "liked-video-to-sms", "--db", "none/log.db"], "There is no folder none"),
        (["run", "hue-blue"], "no trigger, so no event can be fired: your own server"),
        (["run", "two-features"], "feature='keepvideo1'  # Keep it"),
        (["frobnicate"], "No such command"),
    ],
)
def test_bad_usage_exits_2_with_words_and_no_traceback(arguments: list[str], says: str, tmp_path: Path) -> None:
    """Bad usage or an unreadable file: one message that says what to do, exit 2."""
    (tmp_path / "deep.json").write_text("[" * 100_000)
    (tmp_path / "levels.json").write_text('{"title": ' + "[" * 300 + "]" * 300 + "}")
    (tmp_path / "nan.json").write_text('{"title": NaN}')
    (tmp_path / "huge.json").write_text('{"title": 1e999}')
    result = workbench(*arguments, cwd=tmp_path)
    assert result.returncode == 2, result.stdout
    assert says in result.stderr
    assert "Traceback" not in result.stderr


def test_missing_values_show_the_option_that_sets_them(tmp_path: Path) -> None:
    """Where the user must set something, the message has the option to add, and with it the event runs."""
    file = tmp_path / "mine.yaml"
    file.write_text(
        "connection: Mine\nservices: [youtube, location]\nfeatures:\n  - title: F\n"
        "    triggers: [location.enter_region_location]\n"
    )
    refused = workbench("run", str(file))
    assert refused.returncode == 2
    assert "--value 'location.enter_region_location:location=…'" in refused.stderr
    given = workbench(
        "run", str(file), "--value", 'location.enter_region_location:location={"lat": 1, "lng": 2, "radius": 9}'
    )
    assert given.returncode == 0, given.stderr


def test_check_finds_problems_and_exits_1(tmp_path: Path) -> None:
    """`check` lists what is wrong with its place; a sample has nothing wrong."""
    assert workbench("check", "liked-video-to-sms").returncode == 0
    file = tmp_path / "mine.yaml"
    file.write_text(
        "connection: Mine\nservices: [youtube, sms]\nfeatures:\n  - title: F\n    triggers: [youtube.new_liked_video]\n"
        "    actions: [sms.send_me_text]\nscript: |\n  runAction('sms.send_me_txt');\n"
    )
    result = workbench("check", str(file))
    assert result.returncode == 1
    assert "sms.send_me_text" in result.stdout
    listed = json.loads(workbench("check", str(file), "--json").stdout)
    assert any(problem["severity"] == "error" for problem in listed)


def test_check_names_the_place_in_the_file_that_an_editor_has_open(tmp_path: Path) -> None:
    """`file:line:column: ` begins each problem, also those of the script; `--json` has it beside the script's place."""
    (tmp_path / "mine.yaml").write_text(
        "connection: Mine\nservices: [youtube, sms]\nfeatures:\n  - title: F\n    triggers: [youtube.new_liked_video]\n"
        "    actions:\n      - step: sms.send_me_text\n        fields:\n          message: {value: 7}\n"
        "script: |\n\n  runAction('sms.send_me_txt');\n"
    )
    result = workbench("check", "mine.yaml", cwd=tmp_path)
    assert [line.partition(" ")[0] for line in result.stdout.splitlines()] == ["mine.yaml:9:21:", "mine.yaml:12:13:"]
    assert "mine.yaml:12:13: error: script 2:11: The connection has no action `sms.send_me_txt`." in result.stdout
    listed = json.loads(workbench("check", "mine.yaml", "--json", cwd=tmp_path).stdout)
    assert [(one["file"], one["file_line"], one["file_column"]) for one in listed] == [
        ("mine.yaml", 9, 21),
        ("mine.yaml", 12, 13),
    ]
    assert (listed[1]["path"], listed[1]["line"], listed[1]["column"]) == (None, 2, 11)


BROKEN = (
    "connection: Mine\nservices: [youtube, sms]\nfeaturs: []\nfeatures:\n  - titel: F\n"
    "    triggers: [youtube.new_liked_vido]\n    actions:\n      - step: sms.send_me_text\n"
    "        fields: {message: {value: 7}}\nscript: |\n  a ?? b\n"
)


def test_check_tells_all_that_is_wrong_with_a_file_that_does_not_load(tmp_path: Path) -> None:
    """Unknown keys and steps, values and the script's syntax in one go, each at its place; exit 2, as for any other."""
    (tmp_path / "mine.yaml").write_text(BROKEN)
    result = workbench("check", "mine.yaml", cwd=tmp_path)
    assert result.returncode == 2
    assert [line.partition(" ")[0] for line in result.stdout.splitlines()] == [
        "mine.yaml:3:1:",
        "mine.yaml:5:5:",
        "mine.yaml:6:16:",
        "mine.yaml:9:28:",
        "mine.yaml:11:6:",
    ]
    assert "mine.yaml:5:5: error: Unknown key `titel` in a feature. Did you mean `title`?\n" in result.stdout
    assert "Node 14" in result.stdout
    refused = workbench("run", "mine.yaml", cwd=tmp_path)
    assert refused.returncode == 2
    assert "mine.yaml:3:1: Unknown key `featurs`" in refused.stderr
    assert "mine.yaml:6:16: Unknown trigger `youtube.new_liked_vido`" in refused.stderr


@pytest.mark.parametrize(
    ("name", "code", "place"),
    [
        ("mine.yaml", "unreadable", ("mine.yaml", 3, 1)),
        ("no.yaml", "unreadable", (None, None, None)),
        ("no-such-sample", "unreadable", (None, None, None)),
        ("folder", "unreadable", (None, None, None)),
        ("bytes.yaml", "unreadable", ("bytes.yaml", 1, 1)),
        ("yaml.yaml", "unreadable", ("yaml.yaml", 2, 1)),
    ],
)
def test_check_json_is_json_whatever_comes_of_it(
    tmp_path: Path, name: str, code: str, place: tuple[str | None, int | None, int | None]
) -> None:
    """A file that cannot be read, or is none, is a list of problems too, with the exit code that it has without."""
    (tmp_path / "mine.yaml").write_text(BROKEN)
    (tmp_path / "folder").mkdir()
    (tmp_path / "bytes.yaml").write_bytes(b"\xff")
    (tmp_path / "yaml.yaml").write_text("a: [\n")
    result = workbench("check", name, "--json", cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr == ""
    first = json.loads(result.stdout)[0]
    assert (first["severity"], first["code"]) == ("error", code)
    assert (first["file"], first["file_line"], first["file_column"]) == place
    assert workbench("check", name, cwd=tmp_path).returncode == 2


def test_a_kept_log_is_read_again(tmp_path: Path) -> None:
    """`run --db` keeps the exchanges in a private file, and `logs` prints them."""
    db = tmp_path / "log.db"
    assert workbench(*LIKED, "--db", str(db)).returncode == 0
    assert db.stat().st_mode & 0o077 == 0
    assert workbench("logs", str(db)).stdout.count("  204  ") == 3
    assert len(json.loads(workbench("logs", str(db), "--json").stdout)) == 5


def test_the_walls_are_reported() -> None:
    """`isolation` lists each layer, as a table or as JSON."""
    assert "system calls" in workbench("isolation").stdout
    listed = json.loads(workbench("isolation", "--json").stdout)
    assert {"layer": "process", "on": True}.items() <= listed[0].items()


def test_version_and_help() -> None:
    """`--version` prints the version, `--help` lists what is built."""
    assert workbench("--version").stdout.startswith("workbench 0.")
    text = workbench("--help").stdout
    assert all(command in text for command in ("run", "check", "logs", "isolation", "lab", "app"))
    assert "..." not in text.partition("Commands:")[2], "what a command does is said whole"


def test_the_log_beside_a_run_tells_the_event_and_whole_paths() -> None:
    """`--logs` prints what people read: the trigger that fired, each path to its end, no NaN."""
    text = workbench(*LIKED, "--logs").stdout
    log = text[text.index("Connect API log:") :].splitlines()
    assert log[3].split() == ["1", "event", "youtube.new_liked_video"]
    assert "/queries/youtube.get_videos_from_search/perform  200" in log[4]
    assert not any(word in text for word in ("NaN", "<NA>", "None"))


def test_half_of_a_surrogate_pair_is_printed_as_an_escape(tmp_path: Path) -> None:
    """JSON may hold what no terminal can show; run and log are printed all the same."""
    (tmp_path / "half.json").write_text('{"title": "x\\ud83d"}')
    result = workbench(*LIKED, "--event", "half.json", "--db", "log.db", "--json", cwd=tmp_path)
    assert "Traceback" not in result.stderr
    assert "x\\ud83d" in result.stdout
    assert "x\\ud83d" in workbench("logs", "log.db", "--json", cwd=tmp_path).stdout


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a device that is always full")
def test_a_full_disk_is_one_message() -> None:
    """Where the output cannot be written, one line says so; there is no traceback."""
    with Path("/dev/full").open("w") as full:
        command = [str(Path(sys.executable).parent / "workbench"), *LIKED]
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert result.returncode == 2
    assert "workbench: No space left on device" in result.stderr
    assert "Traceback" not in result.stderr
