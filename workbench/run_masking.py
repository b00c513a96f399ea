"""What of a run is not shown: what is secret and a script was given, and printed, threw, or passed on."""

from __future__ import annotations

from dataclasses import replace

from workbench.connect_api.known_secrets import SecretValues
from workbench.run import RunCall
from workbench.runtime.outcome import Fault, Outcome


def masked_outcome(outcome: Outcome, values: SecretValues) -> Outcome:
    """The outcome without the values in its console, errors and names of steps; bodies are as the script made them."""
    return replace(
        outcome,
        calls=tuple(replace(one, call=replace(one.call, step=values.inside(one.call.step))) for one in outcome.calls),
        console=tuple(replace(line, text=values.text(line.text)) for line in outcome.console),
        fault=None if outcome.fault is None else _masked_fault(outcome.fault, values),
        rejections=tuple(_masked_fault(one, values) for one in outcome.rejections),
    )


def masked_call(call: RunCall, values: SecretValues, secret_fields: frozenset[str]) -> RunCall:
    """The call with all marked that is not to be shown: secret fields, and whatever else holds the value of one."""
    decisions = values.decisions(call.decisions)
    copies = frozenset(one.field_id for one in decisions if one.secret)
    found = values.names_in(call.body) | values.names_in(call.response)
    names = secret_fields | copies | found
    step, note = values.inside(call.step), values.inside(call.note)
    return replace(call, step=step, note=note, decisions=decisions, secret_names=names)


def _masked_fault(fault: Fault, values: SecretValues) -> Fault:
    return replace(
        fault,
        name=values.text(fault.name),
        message=values.text(fault.message),
        stack=values.text(fault.stack),
        raw=values.text(fault.raw),
        advice=values.text(fault.advice),
    )
