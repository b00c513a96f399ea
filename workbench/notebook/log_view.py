"""LogView: every exchange with the Connect API, newest first and live, however long the log is."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import traitlets

from workbench import html
from workbench.bench import Bench
from workbench.connect_api.api_log import Entry
from workbench.connect_api.log_search import NO_ANSWER, Search
from workbench.connect_api.responses import meaning
from workbench.errors import UsageError
from workbench.logs.as_code import as_curl, as_fire, as_httpx
from workbench.logs.as_request import as_request
from workbench.logs.exchanges import Logs
from workbench.logs.pages import Pages
from workbench.notebook.plain import brief, clipped, duration, entries, pretty_text
from workbench.notebook.soon import Soon
from workbench.notebook.story import headline
from workbench.notebook.widget import WorkbenchWidget, weakly
from workbench.secret import MASK

HEAD = 40
"""So many of the newest rows come with the state, so that a live view at its top need not ask."""
_MIRRORED = 100
_LONGEST_CODE = 200_000
_DIRECTIONS = (("in", "to the API"), ("out", "from the API"), ("event", "events"))
Row = dict[str, Any]


class LogView(WorkbenchWidget):
    """The log of a bench as a list of any length; only the rows in sight are in the page.

    Args:
        source: a bench, or its logs (``bench.logs``, or those of ``open_log``; then nothing can be fired again).

    Attributes:
        filters: what is searched for: ``status`` ("422", "4xx", "none"), ``step``, ``user``, ``direction``, ``text``.
        total: how many entries fit.
        head: the newest of them, newest first.
        version: changes when positions changed, so that the browser asks anew.
        choices: what the filters offer: ``statuses`` with their meanings, ``steps``, ``users``, ``directions``.
    """

    source = "log_view"
    filters = traitlets.Dict(asdict(Search())).tag(sync=True)
    total = traitlets.Int(0).tag(sync=True)
    head = traitlets.List(traitlets.Dict()).tag(sync=True)
    version = traitlets.Int(0).tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)
    can_fire = traitlets.Bool(False).tag(sync=True)

    def __init__(self, source: Bench | Logs, **traits: Any) -> None:
        super().__init__(**traits)
        self.bench = source if isinstance(source, Bench) else None
        self.logs = source.logs if isinstance(source, Bench) else source
        self.can_fire = self.bench is not None
        self._written = threading.Lock()
        self._since: int | None = None
        self._pages: Pages = self.logs.pages(Search(**self.filters))
        self._show()
        self.soon = Soon(weakly(self, "refresh"))
        self.until_closed(self.logs.observe(weakly(self, "_told")))
        self.until_closed(self.soon.stop)
        self.observe(lambda _: self._search(), names="filters")

    # --- live ---------------------------------------------------------------------------------------------------------

    def _told(self, entry_id: int) -> None:
        """An entry was written: remember the lowest, and show it soon."""
        with self._written:
            self._since = entry_id if self._since is None else min(self._since, entry_id)
        self.soon()

    def refresh(self) -> None:
        """Take in what was written since; from any thread."""
        with self._written:
            since, self._since = self._since, None
        if since is None:
            return
        with self.visible_errors(), self._lock:
            if not self._pages.refresh(since):
                self.version += 1
            self._show()

    def _search(self) -> None:
        """Search anew, in the background: a long log takes its time."""
        with self.visible_errors():
            search = Search(**self.filters)

            def work() -> None:
                pages = self.logs.pages(search)
                with self._lock:
                    if asdict(search) == self.filters:  # else a later search is under way
                        self._pages = pages
                        self.version += 1
                        self._show()

            self.in_background(work)

    def _show(self) -> None:
        pages = self._pages
        with self.hold_trait_notifications(), self.hold_sync():
            self.total = len(pages)
            self.head = [_row(one) for one in reversed(pages.newest(HEAD))]
            statuses = pages.values_of("status")
            classes = sorted({f"{status // 100}xx" for status in statuses})
            self.choices = {
                "statuses": [
                    *({"value": one, "label": f"{one}: {_CLASSES[one]}"} for one in classes if one in _CLASSES),
                    *({"value": str(one), "label": f"{one}: {meaning(one)}"} for one in statuses),
                    {"value": NO_ANSWER, "label": "no answer came"},
                ],
                "steps": [{"value": one, "label": one} for one in pages.values_of("step")],
                "users": [{"value": one, "label": one} for one in pages.values_of("user_id")],
                "directions": [{"value": value, "label": label} for value, label in _DIRECTIONS],
            }
        self.mirror_changed()

    # --- what the browser asks ----------------------------------------------------------------------------------------

    def do_filter(self, **filters: str) -> None:
        """Search for other entries; what is not named stays."""
        wanted = Search(**{**self.filters, **{name: str(value) for name, value in filters.items()}})
        self.filters = asdict(wanted)

    def do_rows(self, start: int, count: int, version: int) -> None:
        """Send the rows from a position on (0 is the oldest)."""
        rows = [_row(one) for one in self._pages.rows(int(start), int(count))]
        self.send({"rows": rows, "start": int(start), "version": version})

    def do_open(self, entry: int) -> None:
        """Send one entry whole."""
        self.send({"detail": _detail(self.logs[int(entry)])})

    def do_again(self, entry: int) -> None:
        """Fire an event again, or send a request again; in the background."""
        if self.bench is None:
            raise UsageError("This log has no bench, so nothing can be fired again from it.")
        bench, raw = self.bench, self.logs.raw(int(entry))
        self.in_background(lambda: self.say(*_again(bench, raw)))

    # --- beside the browser -------------------------------------------------------------------------------------------

    def summary(self) -> str:
        """How many entries, and what was searched for."""
        wanted = ", ".join(f"{name} {value}" for name, value in self.filters.items() if value)
        return f"<LogView: {entries(self.total)}{f' with {wanted}' if wanted else ''}>"

    def mirror(self) -> str:
        """The newest entries."""
        rows = [_row(one) for one in reversed(self._pages.newest(_MIRRORED))]
        heads = ("entry", "time (UTC)", "direction", "request", "status", "user", "took", "note")
        cells = [
            (
                one["id"],
                one["time"],
                one["direction"],
                one["what"],
                one["status"],
                one["user"],
                one["took"],
                one["note"],
            )
            for one in rows
        ]
        more = f", the newest {len(rows)}" if len(rows) < self.total else ""
        return html.table(heads, cells, caption=f"{entries(self.total)}{more}")


_CLASSES = {"2xx": "success", "3xx": "sent elsewhere", "4xx": "refused", "5xx": "failed"}


def _row(one: Row) -> Row:
    is_event = one["direction"] == "event"
    status = one["status"]
    notes = [one["error_code"], one["fault"] and f"fault: {one['fault']}", one["note"]]
    return {
        "id": one["id"],
        "time": _clock_time(one["time"], "milliseconds"),
        "direction": one["direction"],
        "what": _what(one),
        "status": "event" if is_event else status if status is not None else "no answer",
        "tone": "" if is_event else "good" if status is not None and status < 400 else "bad",
        "meaning": "A trigger event." if is_event else _meaning(one["direction"], status),
        "user": one["user_id"] or "",
        "took": duration(one["duration_ms"]),
        "note": brief("; ".join(str(note) for note in notes if note), 200),
    }


def _what(one: Row) -> str:
    if one["kind"] in ("query", "action", "trigger") and one["step"]:
        verb = {"query": "perform", "action": "run", "trigger": "test"}[one["kind"]]
        return str(one["step"]) if one["direction"] == "event" else f"{verb} {one['step']}"
    return f"{one['method'] or ''} {one['path'] or one['step'] or ''}".strip()


def _meaning(direction: str, status: int | None) -> str:
    if direction == "out":
        if status is None:
            return "No answer came from the other side."
        return "The other side took it." if 200 <= status < 300 else "The other side did not take it."
    return meaning(status)


def _clock_time(moment: float, precision: str) -> str:
    return datetime.fromtimestamp(moment, UTC).replace(tzinfo=None).isoformat(" ", precision)


def _detail(entry: Entry) -> Row:
    members = {
        "method and path": f"{entry.method or ''} {entry.path or ''}".strip(),
        "query": entry.query,
        "transport": entry.transport,
        "target": entry.target,
        "run": entry.run_id,
        "user feature": entry.user_feature_id,
        "request id": entry.request_id,
        "error code": entry.error_code,
        "fault": entry.fault,
        "note": entry.note,
    }
    return {
        "id": entry.id,
        "time": f"{_clock_time(entry.time, 'milliseconds')} UTC",
        "meaning": "A trigger event." if entry.direction == "event" else _meaning(entry.direction, entry.status),
        "members": [{"name": name, "value": clipped(value, 1_000)} for name, value in members.items() if value],
        "texts": [
            {"name": name, "text": text}
            for name, text in (
                ("Request headers", _headers(entry.request_headers)),
                ("Request body" if entry.method else "Event", pretty_text(entry.request_body)),
                ("Response headers", _headers(entry.response_headers)),
                ("Response body", pretty_text(entry.response_body)),
            )
            if text
        ],
        "fields": _decisions(entry.decisions),
        "codes": [
            {"name": name, "text": clipped(code, _LONGEST_CODE)}
            for name, code in (("curl", as_curl(entry)), ("httpx", as_httpx(entry)), ("Python", as_fire(entry)))
            if code
        ],
        "again": "Fire again" if entry.direction == "event" else "Send again" if entry.direction == "in" else "",
    }


def _headers(text: str | None) -> str:
    return clipped("\n".join(f"{name}: {value}" for name, value in json.loads(text))) if text else ""


def _decisions(text: str | None) -> list[Row]:
    return [
        {
            "field": one["field"],
            "value": brief(one["winner"]["value"], 2_000) if one["winner"] else "",
            "source": one["winner"]["source"] if one["winner"] else "nobody",
            "losers": "; ".join(f"{brief(lost['value'])} ({lost['source']})" for lost in one["losers"]),
        }
        for one in (json.loads(text) if text else [])
    ]


# --- again ------------------------------------------------------------------------------------------------------------


def _again(bench: Bench, raw: Entry) -> tuple[str, str]:
    """Do again what an entry tells of; what came of it, and whether that is good."""
    if raw.direction == "event":
        if MASK in (raw.request_body or ""):
            raise UsageError(
                f"Entry {raw.id} cannot be fired again: its ingredients held a key, a token or a code, which the log "
                f"does not keep. Fire it in a cell: `bench.fire({raw.step!r}, ...)`."
            )
        event = json.loads(raw.request_body or "{}")
        run = bench.fire(
            event["trigger"], user=raw.user_id, feature=raw.user_feature_id, ingredients=event["ingredients"]
        )
        return headline(run), "good" if run.ok else "bad"
    exchange = bench.emulator.exchange(
        as_request(raw, key=bench.service_key, token=bench.emulator.give_token, acting_user=_acting_user(bench, raw))
    )
    told = f"Entry {raw.id} sent again as {exchange.entry_id}: {exchange.status}. {meaning(exchange.status or None)}"
    return told, "good" if 200 <= exchange.status < 300 else "bad"


def _acting_user(bench: Bench, raw: Entry) -> str | None:
    """The user that a script's call may act for: the one whose event the script ran for."""
    if raw.transport != "script" or raw.run_id is None:
        return None
    return next((one.user_id for one in bench.logs.where(run_id=raw.run_id, direction="event")), None)
