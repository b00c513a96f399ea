"""What the Connect API answered is asked by name."""

from __future__ import annotations

import pytest

from workbench.connect_api.result_reading import read_connection, read_field_options
from workbench.errors import Ambiguous, UnknownName


def test_options_say_what_there_is() -> None:
    """An unknown field or label names the nearest; a label in two groups wants the group."""
    listed = [{"label": "Desk", "value": "1", "group": "A"}, {"label": "Desk", "value": "2", "group": "B"}]
    options = read_field_options({"options": {"lamp": listed}})
    assert (list(options), len(options), repr(options)) == (["lamp"], 1, "<FieldOptions lamp: 2>")
    assert options.token("lamp", "Desk", group="B") == "2"
    with pytest.raises(Ambiguous, match="group="):
        options.token("lamp", "Desk")
    with pytest.raises(UnknownName, match="Did you mean `Desk`"):
        options.token("lamp", "desk")
    with pytest.raises(UnknownName, match="Did you mean `lamp`"):
        options["lamps"]
    with pytest.raises(UnknownName, match="Unknown feature"):
        read_connection({}).feature("x")
