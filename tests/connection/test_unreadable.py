"""A file that does not load: all that is wrong with it in one go, and nothing that only follows from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.connection import files
from workbench.connection.problem import Code
from workbench.connection.unreadable import unreadable
from workbench.errors import ConnectionFileError

FILE = Path("c.yaml")
MANY = """\
connection: 2021
services: [youtube, sms, yotube]
featurs: []
redirect_uris: ["javascript:1"]
features:
  - titel: F
    triggers: [youtube.new_liked_vido, yotube.x]
    actions:
      - step: sms.send_me_text
        fields:
          message: {value: 7}
          mesage: {value: 7}
      - step: sms.send_me_text
        id: x y
        fields: {message: {visibility: Set by yo, valu: hi}}
      - sms.send_me_text
script: a;
"""


def told(text: str) -> list[str]:
    """The problems, each as line:column and the first words of its message."""
    found = unreadable(files.read(text, path=FILE))
    return [f"{one.line}:{one.column} {' '.join(one.message.split()[:4])}" for one in found]


def test_everything_is_told_at_once_in_the_order_of_the_file() -> None:
    """Faults of every part, and values that do not fit, each once; not that steps of an unread service are unknown."""
    assert told(MANY) == [
        "1:13 `connection` takes text, not",
        "2:26 Unknown service `yotube` in",
        "3:1 Unknown key `featurs` in",
        "4:1 `javascript:1` cannot be redirected",
        "6:5 Unknown key `titel` in",
        "7:16 Unknown trigger `youtube.new_liked_vido`. Did",
        "11:21 Field `message` (TEXT_AREA) takes",
        "12:11 Unknown field `mesage` for",
        "14:13 The id of a",
        "15:40 Unknown visibility `Set by",
        "15:51 Unknown key `valu` in",
    ]


OWN = "connection: A\nservices:\n  - id: lamp\n    actions:\n      - id: on\n        fields:\n          - {id: room"
FEATURE = "features:\n  - actions:\n      - step: lamp.on\n        fields: {room: {visibility: Set by you"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{OWN}, typ: TEXT}}\n{FEATURE}}}}}\n", ["7:24 Unknown key `typ` in"]),
        (f"{OWN}}}\n{FEATURE}, valeu: x}}}}\n", ["11:49 Unknown key `valeu` in"]),
        (
            f"{OWN}}}\n{FEATURE}}}, rom: {{value: 1}}}}\n",
            ["11:18 Field `room` is required", "11:50 Unknown field `rom` for"],
        ),
        ("connection: A\nservices: {a: 1}\nfeatures: [{triggers: [b.c]}]\n", ["2:11 `services` takes a list"]),
        ("- a\n", ["1:1 A connection takes a"]),
        ("connection: [\n", ["2:1 Not YAML: while parsing"]),
        (
            "connection: A\nconfiguration: [{id: a, visibility: Set by you, valu: x}, {id: b, visibility: Set by you}]",
            ["2:49 Unknown key `valu` in", "2:59 Field `b` is required"],
        ),
    ],
)
def test_what_only_follows_from_a_fault_is_not_told(text: str, expected: list[str]) -> None:
    """What could not be read may be just what is missing elsewhere."""
    assert told(text) == expected


def test_loading_tells_all_faults_as_one_error() -> None:
    """The error has the place of the first fault, and the others in its message and as `others`; at most twenty."""
    with pytest.raises(ConnectionFileError) as caught:
        files.loads(MANY, path=FILE)
    error = caught.value
    assert (error.line, error.column) == (1, 13)
    assert [one.line for one in error.others] == [2, 3, 6, 7, 12, 14, 15, 15]
    assert str(error).startswith("c.yaml:1:13: `connection` takes text")
    assert "\nc.yaml:15:51: Unknown key `valu` in field `message`. Did you mean `value`?" in str(error)
    with pytest.raises(ConnectionFileError) as caught:
        files.loads("connection: A\n" + "".join(f"k{n}: 1\n" for n in range(100)))
    assert str(caught.value).count("Unknown key") == 20
    assert str(caught.value).endswith("\n… and 80 more")


WRONG = st.sampled_from([7, True, None, "x y", "", [1], {"a": 1}, "Set by yo", "sms.nothing", ["sms"]])
PARTS: list[tuple[Any, ...]] = [
    ("connection",),
    ("id",),
    ("services", 0),
    ("services", 1, "id"),
    ("services", 1, "actions", 0, "fields", 0, "type"),
    ("primary_service",),
    ("redirect_uris",),
    ("configuration", 0, "visibility"),
    ("features", 0, "id"),
    ("features", 0, "fields"),
    ("features", 0, "actions", 0, "step"),
    ("features", 0, "actions", 0, "fields"),
    ("features", 0, "actions", 0, "fields", "message", "visibility"),
    ("features", 0, "actions", 1),
    ("script",),
]


def _good() -> Any:
    """A file in which every part is good."""
    message = {"visibility": "Set by you", "value": "hi"}
    return {
        "connection": "A",
        "id": "abc",
        "services": ["sms", {"id": "lamp", "actions": [{"id": "on", "fields": [{"id": "room", "type": "TEXT"}]}]}],
        "primary_service": "sms",
        "redirect_uris": [],
        "configuration": [{"id": "a", "visibility": "Customizable by the user"}],
        "features": [
            {
                "id": "abcdefghij",
                "fields": [],
                "actions": [{"step": "sms.send_me_text", "fields": {"message": message}}, "lamp.on"],
            }
        ],
        "script": "a;",
    }


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(range(len(PARTS))), WRONG, max_size=5))
def test_any_mixture_of_faults_is_told_as_each_alone_would_be(wrongs: dict[int, object]) -> None:
    """A file loads just if it has no faults; and each fault has its place."""
    tree = _good()
    for part, wrong in sorted(wrongs.items(), reverse=True):
        *way, last = PARTS[part]
        spot = tree
        for key in way:
            spot = spot[key]
        spot[last] = wrong
    text = json.dumps(tree, indent=1)
    reading = files.read(text, path=FILE)
    assert all(one.line and one.column for one in reading.faults)
    assert len(set(map(str, reading.faults))) == len(reading.faults)
    if not reading.faults:
        assert files.loads(text).definition == (reading.loaded and reading.loaded.definition)
        return
    found = unreadable(reading)
    assert sum(one.code is Code.UNREADABLE for one in found) == len(reading.faults)
    with pytest.raises(ConnectionFileError):
        files.loads(text)
