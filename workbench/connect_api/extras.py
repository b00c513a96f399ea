"""Random extra keys, as the service adds them on purpose, so that receivers learn to pass over what they do not know.

Connect API page, "Compatibility": keys may be added to any JSON that it sends or returns.
"""

from __future__ import annotations

from workbench.connect_api.samples import Draw
from workbench.connection.fields import Json

_NAMES = frozenset(
    {"fields", "options", "ingredients", "value", "default_value"} | {"triggerFields", "actionFields", "queryFields"}
)
"""Members whose own keys are names of yours: field ids, ingredients, parts of values."""

_WORDS = ("amber", "basalt", "cedar", "delta", "ember", "fjord", "garnet", "hazel", "indigo", "juniper")


def with_extra_keys(body: Json, *parts: object) -> Json:
    """The body with a key that means nothing in about half of its objects, and always in the outermost.

    Args:
        body: the JSON that is sent.
        *parts: what the draw depends on, and nothing else.
    """
    return _added(body, Draw("extra keys", *parts), is_outermost=True)


def _added(value: Json, draw: Draw, *, is_outermost: bool = False) -> Json:
    if isinstance(value, list):
        return [_added(one, draw) for one in value]
    if not isinstance(value, dict):
        return value
    is_list = value.get("type") == "list"
    grown: dict[str, Json] = {
        name: one if name in _NAMES or (name == "data" and is_list) else _added(one, draw)
        for name, one in value.items()
    }
    if is_outermost or draw.below(2):
        name = f"{draw.one_of(_WORDS)}_{draw.below(10_000)}"
        grown.setdefault(name, draw.one_of(_WORDS))
    return grown
