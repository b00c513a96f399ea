"""An entry of the log as code that sends it again: curl, httpx or Python. Keys are variables, never values.

``CONNECT_URL`` is where the Connect API is: ``bench.serve().url``, or the real one; the code does not say which.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from pprint import pformat
from typing import Any
from urllib.parse import parse_qsl, urlencode

from workbench.connect_api.api_log import Entry
from workbench.connect_api.outgoing import is_loopback
from workbench.secret import MASK

_VARIABLES = {
    "ifttt-service-key": ("", "IFTTT_SERVICE_KEY"),
    "ifttt-channel-key": ("", "IFTTT_SERVICE_KEY"),
    "authorization": ("Bearer ", "IFTTT_USER_TOKEN"),
}
_LEFT_OUT = frozenset({
    *("host", "content-length", "connection", "accept-encoding", "transfer-encoding", "cookie", "x-request-id"),
    "user-agent",
})  # fmt: skip
_MASKED_NOTE = "the values shown as dots were secret and are not in the log: put yours in their place"


@dataclass(frozen=True)
class _Text:
    """A text with at most one variable in it: ``before`` + variable + ``after``."""

    before: str
    variable: str = ""
    after: str = ""

    @property
    def shell(self) -> str:
        """As one word of a POSIX shell."""
        if not self.variable:
            return shlex.quote(self.before)
        return f'"{_in_quotes(self.before)}${self.variable}{_in_quotes(self.after)}"'

    @property
    def python(self) -> str:
        """As a Python expression."""
        if not self.variable:
            return repr(self.before)
        value = f'os.environ["{self.variable}"]'
        parts = [*([repr(self.before)] if self.before else []), value, *([repr(self.after)] if self.after else [])]
        return " + ".join(parts)


def as_curl(entry: Entry) -> str:
    """The request as a curl command for a POSIX shell; empty for an event, which is no request."""
    if entry.method is None:
        return ""
    lines = [f"curl -sS -X {shlex.quote(entry.method)} {_url(entry).shell}"]
    lines += [f"-H {_header(name, text).shell}" for name, text in _headers(entry)]
    lines += [f"--data-raw {shlex.quote(entry.request_body)}"] if entry.request_body else []
    return _commented(entry, "# ") + " \\\n  ".join(lines)


def as_httpx(entry: Entry) -> str:
    """The request as Python with httpx; empty for an event, which is no request."""
    if entry.method is None:
        return ""
    headers = "".join(f"        {name!r}: {text.python},\n" for name, text in _headers(entry))
    parts = [
        f"    {entry.method!r},\n    {_url(entry).python},\n",
        f"    headers={{\n{headers}    }},\n" if headers else "",
        f"    content={_literal(entry.request_body)}.encode(),\n" if entry.request_body else "",
    ]
    return (
        f"import os\n\nimport httpx\n\n{_commented(entry, '# ')}response = httpx.request(\n{''.join(parts)})\n"
        "print(response.status_code, response.text)\n"
    )


def as_fire(entry: Entry) -> str:
    """An event as the call that fires it again; empty for a request."""
    if entry.direction != "event":
        return ""
    event = _parsed(entry.request_body)
    ingredients = pformat(event.get("ingredients", {}), sort_dicts=False, width=100)
    indented = ingredients.replace("\n", "\n    ")
    return (
        f"bench.fire(\n    {event.get('trigger')!r},\n    user={entry.user_id!r},\n"
        f"    feature={entry.user_feature_id!r},\n    ingredients={indented},\n)\n"
    )


def _url(entry: Entry) -> _Text:
    query = urlencode([(name, value) for name, value in parse_qsl(entry.query or "", keep_blank_values=True)])
    rest = (entry.path or "") + (f"?{query}" if query else "")
    if entry.direction == "out" and entry.transport != "client":
        host = {name.lower(): value for name, value in _pairs(entry.request_headers)}.get("host", "")
        scheme = "http" if is_loopback(host.rpartition(":")[0] or host) else "https"
        return _Text(f"{scheme}://{host}{rest}")
    return _Text("", "CONNECT_URL", rest)


def _headers(entry: Entry) -> list[tuple[str, _Text]]:
    found: list[tuple[str, _Text]] = []
    for name, value in _pairs(entry.request_headers):
        if name.lower() in _VARIABLES and MASK in value:
            before, variable = _VARIABLES[name.lower()]
            found.append((name, _Text(before, variable)))
        elif name.lower() not in _LEFT_OUT:
            found.append((name, _Text(value)))
    if entry.request_body and "content-type" not in {name.lower() for name, _ in found}:
        found.append(("Content-Type", _Text("application/json")))
    return found


def _header(name: str, text: _Text) -> _Text:
    return _Text(f"{name}: {text.before}", text.variable, text.after)


def _commented(entry: Entry, mark: str) -> str:
    masked = MASK in f"{entry.request_body}{entry.query}" or "%E2%80%A2" in (entry.query or "")
    return f"{mark}{_MASKED_NOTE}\n" if masked else ""


def _pairs(text: str | None) -> list[tuple[str, str]]:
    parsed = json.loads(text) if text else []
    return [(str(name), str(value)) for name, value in parsed]


def _parsed(text: str | None) -> dict[str, Any]:
    parsed = json.loads(text) if text else {}
    return parsed if isinstance(parsed, dict) else {}


def _literal(text: str) -> str:
    return repr(text)


def _in_quotes(text: str) -> str:
    for one in ("\\", '"', "$", "`"):
        text = text.replace(one, f"\\{one}")
    return text
