"""What of a run is not shown: values of secret fields that a script was given and printed, threw, or passed on."""

from __future__ import annotations

from dataclasses import replace

from workbench.connect_api.known_secrets import SecretValues
from workbench.run import RunCall
from workbench.runtime.outcome import Fault, Outcome


def masked_outcome(outcome: Outcome, values: SecretValues) -> Outcome:
    """The outcome without the values in its console and errors; its calls are as the script made them."""
    if not values:
        return outcome
    return replace(
        outcome,
        console=tuple(replace(line, text=values.text(line.text)) for line in outcome.console),
        fault=None if outcome.fault is None else _masked_fault(outcome.fault, values),
        rejections=tuple(_masked_fault(one, values) for one in outcome.rejections),
    )


def masked_call(call: RunCall, values: SecretValues, secret_fields: frozenset[str]) -> RunCall:
    """The call with all marked that is not to be shown: secret fields, and whatever else holds the value of one."""
    decisions = values.decisions(call.decisions) if values else call.decisions
    copies = frozenset(one.field_id for one in decisions if one.secret)
    found = values.names_in(call.body) | values.names_in(call.response)
    return replace(call, decisions=decisions, secret_names=secret_fields | copies | found)


def _masked_fault(fault: Fault, values: SecretValues) -> Fault:
    hide = values.text
    message, stack, raw, advice = hide(fault.message), hide(fault.stack), hide(fault.raw), hide(fault.advice)
    return replace(fault, message=message, stack=stack, raw=raw, advice=advice)
