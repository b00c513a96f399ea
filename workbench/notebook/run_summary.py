"""A run in short, as plain data for a widget: how it ended, where it broke, its calls and console; nothing secret."""

from __future__ import annotations

import json
from typing import Any

from workbench.connection.script_places import edited_place
from workbench.run import Run, RunCall

CALLS_SHOWN = 50
CONSOLE_SHOWN = 50
_LONGEST = 300


def run_summary(run: Run) -> dict[str, Any]:
    """What is shown under the editor; places are as editors count them."""
    script = run.script or ""
    return {
        "end": run.end.value,
        "ok": run.ok,
        "headline": f"{run.duration_ms:.1f} ms of {run.limit_ms / 1000:g} s · {run.trigger} for {run.user_id}",
        "fault": _fault(run, script),
        "calls": [_call(call, script) for call in run.all_calls[:CALLS_SHOWN]],
        "calls_hidden": max(0, len(run.all_calls) - CALLS_SHOWN),
        "console": [{"level": line.level, "text": _cut(line.text, 2_000)} for line in run.console[-CONSOLE_SHOWN:]],
        "hints": list(run.hints),
        **_ran(run),
    }


def _fault(run: Run, script: str) -> dict[str, Any] | None:
    fault = run.fault
    if fault is None:
        return None
    line, column = edited_place(script, fault.line, fault.column or 1) if fault.line else (None, None)
    return {
        "message": _cut(fault.message, 2_000),
        "line": line,
        "column": column,
        "excerpt": fault.excerpt,
        "advice": fault.advice,
    }


def _call(call: RunCall, script: str) -> dict[str, Any]:
    line, column = edited_place(script, call.line, call.column or 1) if call.line else (None, None)
    sent = ", ".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in call.fields.items())
    return {
        "number": call.number,
        "step": _cut(call.step),
        "ok": call.ok,
        "status": call.complaint or ("no answer" if call.status is None else str(call.status)),
        "sent": _cut(sent),
        "line": line,
        "column": column,
    }


def _ran(run: Run) -> dict[str, Any]:
    """Which lines ran and how often, where that was counted."""
    covered = run.coverage
    if covered is None:
        return {"ran": [], "coverage": ""}
    missed = list(covered.missed)
    told = f"never ran: line{'s' if len(missed) > 1 else ''} {', '.join(map(str, missed[:20]))}" if missed else ""
    head = f"{len(covered.lines) - len(missed)} of {len(covered.lines)} lines ran"
    return {
        "ran": [{"line": one.line, "count": one.count, "missed": one.never if one.count else ""} for one in covered],
        "coverage": f"{head}; {told}." if told else f"{head}.",
    }


def _cut(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"
