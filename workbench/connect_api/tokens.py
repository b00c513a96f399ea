"""Option tokens and cursors: opaque to the caller, minted and read here.

A token carries its content and a checksum keyed by the bench's seed, the connection, and what it is for, so that
only what was minted for the same place and the same user is accepted, and nothing has to be remembered.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json

from workbench.connection.fields import Json, Option

_CHECK = 9
_LONGEST = 8_192


class Mint:
    """Mints and reads the tokens of one connection."""

    def __init__(self, seed: int, connection_id: str) -> None:
        self._base = hashlib.blake2b(f"{seed}\x00{connection_id}".encode(), digest_size=_CHECK, person=b"wb tokens")

    def option(self, place: str, field_id: str, user_id: str, option: Option) -> str:
        """The token of an option, for one field of one step or feature, and one user."""
        content = json.dumps([option.value, option.label, option.group], ensure_ascii=False, separators=(",", ":"))
        return self._mint(("option", place, field_id, user_id), content)

    def read_option(self, token: str, place: str, field_id: str, user_id: str) -> Option | None:
        """The option behind a token; None for anything not minted for this field and user."""
        content = self._read(("option", place, field_id, user_id), token)
        if content is None:
            return None
        value, label, group = json.loads(content)
        return Option(value=value, label=label, group=group)

    def cursor(self, scope: str, content: Json) -> str:
        """A cursor; ``scope`` is what it is bound to."""
        return self._mint(("cursor", scope), json.dumps(content, ensure_ascii=False, separators=(",", ":")))

    def read_cursor(self, scope: str, token: str) -> tuple[Json] | None:
        """The content of a cursor, wrapped; None for anything not minted for this scope."""
        content = self._read(("cursor", scope), token)
        return None if content is None else (json.loads(content),)

    def _mint(self, purpose: tuple[str, ...], content: str) -> str:
        data = content.encode("utf-8", "surrogatepass")
        return base64.urlsafe_b64encode(self._check(purpose, data) + data).rstrip(b"=").decode()

    def _read(self, purpose: tuple[str, ...], token: str) -> str | None:
        if len(token) > _LONGEST:
            return None
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        check, data = raw[:_CHECK], raw[_CHECK:]
        return data.decode("utf-8", "surrogatepass") if check == self._check(purpose, data) else None

    def _check(self, purpose: tuple[str, ...], data: bytes) -> bytes:
        check = self._base.copy()
        check.update("\x00".join(("", *purpose, "")).encode("utf-8", "surrogatepass") + data)
        return check.digest()
