"""A connection file is checked as a whole: what is wrong, and whether there is anything that could run."""

from __future__ import annotations

import json
from pathlib import Path

from workbench.checking import check_connection, check_file, not_checked
from workbench.connection.document import Connection
from workbench.connection.problem import Code
from workbench.errors import EngineError

GOOD = "connection: A\nservices: [sms]\nfeatures: [{title: F, actions: [sms.send_me_text]}]\n"


def test_a_file_that_loads_is_checked_as_its_connection_is(tmp_path: Path) -> None:
    """The same problems as a bench names; a file without any has none."""
    file = tmp_path / "a.yaml"
    file.write_text(GOOD)
    assert (len(check_file(file).problems), check_file(file).loads) == (0, True)
    file.write_text(GOOD + "script: nothing(;\n")
    found = check_file(file)
    assert found.loads
    assert list(found.problems) == list(check_connection(Connection.load(file)).problems)
    assert Code.SYNTAX in {one.code for one in found.problems}


def test_a_script_of_a_file_that_does_not_load_is_read_for_its_syntax_alone(tmp_path: Path) -> None:
    """What the script calls may be just what could not be read; whether it compiles does not hang on that."""
    file = tmp_path / "a.yaml"
    file.write_text(GOOD + "typo: 1\nscript: runAction('sms.other')\n")
    assert [one.code for one in check_file(file).problems] == [Code.UNREADABLE]
    file.write_text(GOOD + "typo: 1\nscript: runAction('sms.other'\n")
    found = check_file(file)
    assert not found.loads
    assert [(one.code, one.in_file and one.in_file.line) for one in found.problems] == [
        (Code.UNREADABLE, 4),
        (Code.SYNTAX, 5),
    ]


def test_what_kept_the_check_from_running_is_a_problem_too() -> None:
    """The machine's fault is told as data where data is wanted."""
    found = not_checked(EngineError("The engine is not usable here."))
    assert not found.loads
    told = json.loads(json.dumps(found.problems[0].as_dict()))
    assert (told["code"], told["message"]) == ("not checked", "The engine is not usable here.")
    assert str(found.problems[0]) == "error: The engine is not usable here."
