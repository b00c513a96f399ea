"""The same recording as Node 12's, taken from the workbench's own runner."""

from __future__ import annotations

from tests.conformance.recording import Job, Planned, Recording, Thrown
from workbench.runtime.outcome import Answer, Call, Fault, Json, Limits, Outcome, Reply
from workbench.runtime.runner import Runner

LIMITS = Limits(time_ms=30_000, console_lines=5_000, console_bytes=16 * 2**20)


def run(runner: Runner, job: Job) -> Recording:
    """What one script does in the workbench."""
    return recording(run_outcome(runner, job))


def run_outcome(runner: Runner, job: Job) -> Outcome:
    """The same, before it is made comparable."""
    return runner.run(job.script, job.context, answering(job.replies), limits=LIMITS)


def answering(replies: dict[str, Planned]) -> Answer:
    """Answers a call as node12.js does: as planned for its step, else with an echo of the call."""

    def answer(call: Call) -> Reply:
        echo: Json = {"kind": call.kind, "step": call.step, "body": call.body, "number": call.number}
        planned = replies.get(call.step) or Planned(body={"data": [echo]})
        return Reply(status=planned.status, body=planned.body, delay_ms=planned.delay_ms, failure=planned.failure)

    return answer


def recording(outcome: Outcome) -> Recording:
    """An outcome in comparable form."""
    return Recording(
        end=outcome.end.value,
        fault=thrown(outcome.fault) if outcome.fault else None,
        calls=tuple((record.call.kind, record.call.step, record.call.body) for record in outcome.calls),
        console=tuple((line.level, line.text) for line in outcome.console),
        rejections=tuple(thrown(fault) for fault in outcome.rejections),
    )


def thrown(fault: Fault) -> Thrown:
    """An error's name and message; Fault.message carries the name in front, as Node prints it."""
    prefix = f"{fault.name}: "
    message = fault.message.removeprefix(prefix) if fault.name else fault.message
    return Thrown(name=fault.name, message=message)
