"""What of an exchange is secret: keys before they are written, fields marked secret when they are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from workbench.connect_api.spelled import SHORTEST, Spelled, spelled
from workbench.errors import UsageError
from workbench.secret import MASK, Secret

if TYPE_CHECKING:
    from workbench.connect_api.api_log import Entry

_SECRET_HEADERS = frozenset({"ifttt-service-key", "ifttt-channel-key", "authorization", "cookie", "set-cookie"})
_SECRET_PARAMETERS = frozenset({"access_token", "user_token", "token", "code"})
WHOLE = ""
"""Among the names of what is secret: nothing is shown, as no name says where the secret stands."""
SECRET_MEMBERS = ("user_token", "access_token", "oauth_code", "provisional_access_code")


def own_key(given: Secret | str | None) -> Secret:
    """The service key to use: the given one, or a random one.

    Raises:
        UsageError: the key could not be sent in a header, or not be kept out of sight.
    """
    if given is None:
        return Secret.generate()
    key = Secret(given)
    text = key.reveal()
    if len(text) < SHORTEST or not text.isascii() or not text.isprintable() or " " in text:
        raise UsageError(
            f"A service key has at least {SHORTEST} printable ASCII characters and no space: a shorter one could "
            "not be told from other words, and so not be masked. Leave it out for a random one."
        )
    return key


def mask_headers(headers: Iterable[tuple[str, str | Secret]]) -> list[tuple[str, str]]:
    """The headers as they may be written."""
    return [(name, MASK if name.lower() in _SECRET_HEADERS else str(value)) for name, value in headers]


def mask_query(query: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The query parameters as they may be written."""
    return [(name, MASK if name in _SECRET_PARAMETERS else value) for name, value in query]


class KeyMask:
    """Masks the service key, and tokens and codes, in a body or path before it is written.

    Args:
        key: the service key.
        tokens: the tokens and codes that are known by now; asked each time.
    """

    def __init__(self, key: Secret, tokens: Callable[[], Iterable[Secret]] = tuple) -> None:
        self._of_key, self._tokens = spelled(key), tokens
        self._made: tuple[tuple[Secret, ...], tuple[Spelled, ...]] = ((), self._of_key)

    def row(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """A row without key and tokens, wherever a caller may have put them."""
        everything = "\x00".join([value for value in row if isinstance(value, str)])
        if not any(one.is_in(everything) for one in self._all()):
            return row
        return tuple([self.literal(value) if isinstance(value, str) else value for value in row])

    def literal(self, text: str) -> str:
        """The text without key and tokens."""
        for one in self._all():
            text = one.hide(text)
        return text

    def text(self, text: str) -> str:
        """The text as it may be written."""
        text = self.literal(text)
        if ("token" in text or "_code" in text) and any(f'"{name}"' in text for name in SECRET_MEMBERS):
            return _rewritten(text, frozenset(SECRET_MEMBERS))
        return text

    def _all(self) -> tuple[Spelled, ...]:
        tokens = tuple(self._tokens())
        made = self._made
        if tokens != made[0]:
            made = self._made = (tokens, (*self._of_key, *(one for token in tokens for one in spelled(token))))
        return made[1]


def mask_json(value: Any, names: Iterable[str]) -> Any:
    """The JSON value with the members of those names masked, and the values of fields that have them as ids."""
    secret = frozenset(names)
    return MASK if WHOLE in secret and value is not None else _masked(value, secret)


def strange_names(body: Any, known: frozenset[str]) -> frozenset[str]:
    """The names in a request's body under which a value is sent for a field, and which are no field's id.

    A misspelt name says nothing of whether its field is secret. Its value is never used, so that little is lost where
    it is not shown.
    """
    try:
        return frozenset(_strange(body, known))
    except RecursionError:
        return frozenset()  # what is nested so deep is masked whole


def _strange(body: Any, known: frozenset[str]) -> Iterator[str]:
    if isinstance(body, list):
        yield from (name for one in body for name in _strange(one, known))
    elif isinstance(body, dict):
        if "value" in body:
            ids = {one for one in (body.get("field_id"), body.get("id")) if isinstance(one, str)}
            yield from ids - known or () if ids else ("value",)
        for name, one in body.items():
            if name == "fields" and isinstance(one, dict):
                yield from one.keys() - known
            else:
                yield from _strange(one, known)


MASKED_COLUMNS = ("request_body", "response_body", "decisions")
"""The columns of the log that may hold the values of secret fields."""


def mask_entry(entry: Entry) -> Entry:
    """The entry with the values of its secret fields masked."""
    if not entry.secret_fields:
        return entry
    shown: dict[str, Any] = {name: mask_column(getattr(entry, name), entry.secret_fields) for name in MASKED_COLUMNS}
    return replace(entry, **shown)


def mask_column(text: str | None, secret_fields: str | None) -> str | None:
    """What is shown of one of ``MASKED_COLUMNS``, where the row says which fields are secret."""
    return _rewritten(text, frozenset(json.loads(secret_fields))) if text and secret_fields else text


def _rewritten(text: str, secret: frozenset[str]) -> str:
    if WHOLE in secret:
        return MASK
    try:
        return json.dumps(_masked(json.loads(text), secret), ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        return MASK  # what cannot be read cannot be masked in part


def _masked(value: Any, secret: frozenset[str]) -> Any:
    if isinstance(value, list):
        return [_masked(one, secret) for one in value]
    if not isinstance(value, dict):
        return value
    is_secret = (
        bool({value.get("field_id"), value.get("id"), value.get("field")} & secret) if _is_field(value) else False
    )
    if is_secret:
        is_picked = "value" in value  # a label beside it is that of the option; elsewhere it is the field's own
        return {name: _hidden(name, one, is_picked=is_picked) for name, one in value.items()}
    return {name: MASK if name in secret and one is not None else _masked(one, secret) for name, one in value.items()}


def _is_field(value: dict[str, Any]) -> bool:
    return all(isinstance(value.get(name), str | None) for name in ("field_id", "id", "field"))


def _hidden(name: str, value: Any, *, is_picked: bool) -> Any:
    if name == "value" or (name == "default_value" and value is not None):
        return MASK
    if is_picked and name in ("label", "group") and value is not None:
        return MASK
    if name == "losers":
        return [{**one, "value": MASK} for one in value]
    return {**value, "value": MASK} if name == "winner" and isinstance(value, dict) else value
