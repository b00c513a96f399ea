"""A run as the cell that held its script shows it: every line counted as the cell counts."""

from __future__ import annotations

from dataclasses import replace

from workbench.run import Run
from workbench.runtime.outcome import Fault
from workbench.runtime.places import excerpt


def in_cell(run: Run, first: int) -> Run:
    """The run, for looking at only, with places moved to where the script begins in its cell (line ``first``)."""
    ahead = first - 1
    script = "\n" * ahead + (run.script or "")
    outcome = replace(
        run.outcome,
        fault=_moved(run.fault, script, ahead),
        rejections=tuple(_moved(one, script, ahead) for one in run.outcome.rejections),
        coverage=None,
    )
    calls = tuple(replace(call, line=call.line and call.line + ahead) for call in run.all_calls)
    return replace(run, script=script, outcome=outcome, all_calls=calls)


def _moved(fault: Fault | None, script: str, ahead: int) -> Fault:
    if fault is None or fault.line is None:
        return fault  # type: ignore[return-value]
    line = fault.line + ahead
    message = fault.message
    if not fault.name:  # in our own words, which may name the place
        message = message.replace(f"at line {fault.line}, column", f"at line {line}, column")
    return replace(fault, message=message, line=line, excerpt=excerpt(script, line, fault.column))
