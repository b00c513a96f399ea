"""A run as a story, in plain JSON for the widget and in HTML for its mirror.

It goes: event → values → script → calls → console → end. Every text is outside text: shown as text, clipped where it
is huge, what is secret masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from workbench import html
from workbench.connect_api.responses import meaning
from workbench.connection.fields import Candidate, Decision
from workbench.logs import waterfall
from workbench.notebook.plain import brief, clipped, duration, pretty
from workbench.run import Run, RunCall
from workbench.runtime.outcome import Fault
from workbench.runtime.places import shown_lines
from workbench.secret import MASK

Story = dict[str, Any]
_LINES = 2_000
_CALLS = 200
_CONSOLE = 500


def story(run: Run) -> Story:
    """The run as the widget's ``story``."""
    return {
        "id": run.id,
        "trigger": run.trigger,
        "user": run.user_id,
        "timezone": run.timezone,
        "feature": _feature(run),
        "end": run.end.value,
        "ok": run.ok,
        "meaning": run.end.meaning,
        "duration_ms": run.duration_ms,
        "limit_ms": run.limit_ms,
        "took": f"{duration(run.duration_ms)} of {run.limit_ms / 1000:g} s",
        "parts": [[_PARTS[name], duration(run.outcome.parts[name])] for name in _PARTS if run.outcome.parts.get(name)],
        "ingredients": [
            {"name": name, "value": clipped(_text(value))} for name, value in run.masked_ingredients.items()
        ],
        "values": [_value(one) for one in run.values],
        "script": _script(run),
        "calls": [_call(run, call) for call in run.all_calls[:_CALLS]],
        "more_calls": max(len(run.all_calls) - _CALLS, 0),
        "console": [_line(line) for line in run.console[-_CONSOLE:]],
        "more_console": max(len(run.console) - _CONSOLE, 0) or run.outcome.console_cut,
        "fault": _fault(run.fault),
        "rejections": [_fault(one) for one in run.outcome.rejections if one != run.fault],
        "hints": list(run.hints),
    }


_PARTS = {"script": "script", "calls": "answers", "simulated": "simulated delays"}


def headline(run: Run) -> str:
    """How the run ended, in a line that can be read out."""
    calls = f"{len(run.calls)} call{'s' * (len(run.calls) != 1)}"
    place = f", line {run.fault.line}" if run.fault is not None and run.fault.line else ""
    return f"{run.trigger} for {run.user_id}: {run.end}{place}. {calls}, {duration(run.duration_ms)}."


def _text(value: Any) -> str:
    return value if isinstance(value, str) else pretty(value)


def _feature(run: Run) -> str:
    feature = run.definition.feature(run.feature_id) if run.definition is not None else None
    return feature.title if feature is not None and feature.title else run.feature_id


def _value(one: Any) -> Story:
    shown = "" if one.value is None else brief(one.value)
    return {"where": one.where, "field": one.field.id, "label": one.field.label, "value": shown, "set_by": one.set_by}


# --- the script -------------------------------------------------------------------------------------------------------


def _script(run: Run) -> Story:
    if run.script is None:
        return {"lines": [], "more": 0, "covered": False}
    counts = run.coverage.lines if run.coverage is not None else {}
    partly = _partly(run)
    calls: dict[int, list[int]] = {}
    for call in run.all_calls:
        if call.line is not None:
            calls.setdefault(call.line, []).append(call.number)
    faulty = run.fault.line if run.fault is not None else None
    lines = shown_lines(run.script, needed=faulty)
    shown = [
        {
            "number": number,
            "text": clipped(text, 2_000),
            "count": counts.get(number),
            "partly": partly.get(number, ""),
            "calls": calls.get(number, [])[:20],
            "fault": number == faulty,
        }
        for number, text in enumerate(lines[:_LINES], start=1)
    ]
    return {"lines": shown, "more": max(len(lines) - _LINES, 0), "covered": run.coverage is not None}


def _partly(run: Run) -> dict[int, str]:
    """For a line of which a part never ran, what that is."""
    rows: Iterable[Any] = run.coverage if isinstance(run.coverage, Iterable) else ()
    return {one.line: one.never for one in rows if one.never}


# --- the calls --------------------------------------------------------------------------------------------------------


def _call(run: Run, call: RunCall) -> Story:
    return {
        "number": call.number,
        "kind": call.kind,
        "step": call.step,
        "line": call.line,
        "status": call.status,
        "ok": call.ok,
        "meaning": _call_meaning(run, call),
        "at_ms": call.at_ms,
        "end_ms": None if call.duration_ms is None else call.at_ms + call.duration_ms,
        "took": duration(call.duration_ms),
        "request": pretty(call.masked_body),
        "response": pretty(call.masked_response),
        "fields": [_decision(one) for one in call.decisions],
        "exchange": call.exchange,
        "note": call.note,
        "complaint": call.complaint,
    }


def _call_meaning(run: Run, call: RunCall) -> str:
    if call.status is None and call.duration_ms is None:
        return f"The run ended ({run.end}) before an answer came."
    return meaning(call.status)


def _decision(decision: Decision) -> Story:
    winner = decision.winner
    return {
        "field": decision.field_id,
        "value": "" if winner is None else brief(_shown(winner, decision), 2_000),
        "source": "nobody" if winner is None else winner.source.value,
        "rule": decision.rule,
        "override": decision.is_override,
        "losers": [{"value": brief(_shown(one, decision)), "source": one.source.value} for one in decision.losers],
    }


def _shown(candidate: Candidate, decision: Decision) -> Any:
    return MASK if decision.secret else candidate.value


# --- console and end --------------------------------------------------------------------------------------------------


def _line(line: Any) -> Story:
    return {"level": line.level, "text": clipped(line.text), "at": duration(line.at_ms)}


def _fault(fault: Fault | None) -> Story | None:
    if fault is None:
        return None
    return {
        "message": clipped(fault.message, 4_000),
        "line": fault.line,
        "column": fault.column,
        "excerpt": fault.excerpt,
        "advice": fault.advice,
    }


# --- the mirror -------------------------------------------------------------------------------------------------------


def story_html(run: Run) -> str:
    """The same story as HTML that needs nothing but a page."""
    told = story(run)
    return "".join(_chapters(run, told))


def _chapters(run: Run, told: Story) -> Iterator[str]:
    tone = "good" if run.ok else "bad"
    head = f"{run.trigger} for {run.user_id}: {run.end}, {told['took']}"
    yield f'<p class="workbench-{tone}"><strong>{html.escape(head)}</strong><br>{html.escape(told["meaning"])}</p>'
    yield _fault_html(told["fault"])
    failed = [f"call {one['number']} failed: {one['complaint']}" for one in told["calls"] if one["complaint"]]
    yield f'<pre class="workbench-bad">{html.escape(chr(10).join(failed))}</pre>' if failed else ""
    rows = [(one["name"], brief(one["value"], 2_000)) for one in told["ingredients"]]
    yield html.table(("ingredient", "value"), rows, caption="The event")
    if told["values"]:
        held = [(one["where"], one["field"], one["value"], one["set_by"]) for one in told["values"]]
        yield html.table(("where", "field", "value", "set by"), held, caption="What the fields held")
    yield _script_html(told["script"])
    if told["calls"]:
        yield waterfall.svg(run.spans()[:_CALLS], total_ms=run.duration_ms, limit_ms=run.limit_ms)
    yield from (_call_html(one) for one in told["calls"])
    if told["console"]:
        text = "\n".join(f"console.{one['level']}: {one['text']}" for one in told["console"])
        yield f"<pre>{html.escape(text)}</pre>"
    yield from (_fault_html(one) for one in told["rejections"])
    if told["hints"]:
        yield f"<pre>{html.escape(chr(10).join(told['hints']))}</pre>"


def _script_html(script: Story) -> str:
    if not script["lines"]:
        return ""
    heads = ("line", *(("ran",) if script["covered"] else ()), "source", "calls")
    rows = [
        (
            one["number"],
            *((_count(one["count"]),) if script["covered"] else ()),
            one["text"],
            ", ".join(f"call {number}" for number in one["calls"]) + ("stopped here" if one["fault"] else ""),
        )
        for one in script["lines"]
    ]
    return html.table(heads, rows, caption="The script", classes=["workbench-script"])


def _count(count: int | None) -> str:
    return "" if count is None else f"{count} times" if count else "never"


def _call_html(call: Story) -> str:
    status = call["status"] if call["status"] is not None else "no answer"
    title = f"Call {call['number']}: {call['kind']} {call['step']} → {status} {call['meaning']} {call['took']}"
    fields = [
        (
            one["field"],
            one["value"],
            one["source"],
            "; ".join(f"{lost['value']} ({lost['source']})" for lost in one["losers"]),
        )
        for one in call["fields"]
    ]
    return (
        f"<details><summary>{html.escape(title)}</summary>"
        + (html.table(("field", "value", "from", "lost"), fields) if fields else "")
        + f"<p>Request</p><pre>{html.escape(call['request'])}</pre>"
        + f"<p>Response</p><pre>{html.escape(call['response'])}</pre>"
        + (f"<p>{html.escape(call['note'])}</p>" if call["note"] else "")
        + "</details>"
    )


def _fault_html(fault: Story | None) -> str:
    if fault is None:
        return ""
    place = f" (line {fault['line']}, column {fault['column']})" if fault["line"] else ""
    text = "\n".join(part for part in (fault["message"] + place, fault["excerpt"], fault["advice"]) if part)
    return f'<pre class="workbench-bad">{html.escape(text)}</pre>'
