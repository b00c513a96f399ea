"""The states and ends of a run, pure: what a script is given, what it did, and how it ended.

Spec: Connections page, "Runtime script" (constants, functions, Node.js 12, 10 seconds).

A run goes: refused | no script | started → (calling ⇄ settled)* → one end. Ends:

* ok             the script and all its promise jobs finished, un-awaited ones too
* no script      the connection has none; the event is only logged
* error          an uncaught throw; later jobs do not run (as Node 12, which exits 1)
* rejected       an unhandled promise rejection; later jobs still ran, effects stand (as Node 12, which warns)
* timed out      the limit passed (10 s unless told otherwise), virtual delays counted in
* out of memory  the memory limit was hit, also if the script swallowed the error
* crashed        the worker died or broke the protocol; never the script's right to decide
* refused        only the syntax gate: Node 12 would not have compiled it

A body or a configuration may hold what is secret, which only a connection's definition knows: no repr here has them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias, Union

from workbench.runtime.coverage import Coverage

Json: TypeAlias = Union[bool, int, float, str, "list[Json]", "dict[str, Json]", None]

TIME_LIMIT_MS = 10_000.0
"""Connections page, "Execution environment": a script is terminated when it exceeds 10 seconds."""


class End(StrEnum):
    """How a run ended."""

    OK = "ok"
    NO_SCRIPT = "no script"
    ERROR = "error"
    REJECTED = "rejected"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    CRASHED = "crashed"
    REFUSED = "refused"

    @property
    def meaning(self) -> str:
        """The end in a sentence, for people who never saw a runtime script."""
        return _MEANINGS[self]


_MEANINGS = {
    End.OK: "The script and everything it started finished.",
    End.NO_SCRIPT: "The connection has no script: the event is logged, and a backend would act on it.",
    End.ERROR: "The script threw an error that nothing caught, and stopped there. Calls made before it stand.",
    End.REJECTED: "A promise was rejected and nothing handled it. The rest of the script still ran.",
    End.TIMED_OUT: "The script was ended at its time limit. Calls made before that stand.",
    End.OUT_OF_MEMORY: "The script was ended at its memory limit. Calls made before that stand.",
    End.CRASHED: "The process that ran the script ended unexpectedly. Calls made before that stand.",
    End.REFUSED: "The script is not valid JavaScript for Node.js 12, so nothing of it ran.",
}


class Profile(StrEnum):
    """Which globals a script finds: only those IFTTT documents, or what plain Node 12 has."""

    DOCUMENTED = "documented"
    NODE12 = "node12"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one run may use. Times in milliseconds, sizes in bytes.

    ``call_bytes`` is for one request body, ``calls_bytes`` for those of all calls together: what is kept of a run stays
    small beside the memory of the process that looks at it.
    """

    time_ms: float = TIME_LIMIT_MS
    memory: int = 512 * 2**20
    console_lines: int = 1_000
    console_bytes: int = 1 * 2**20
    calls: int = 1_000
    call_bytes: int = 1 * 2**20
    calls_bytes: int = 8 * 2**20


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a script is given, as plain data (Connections page, "Constants").

    Attributes:
        now_ms: the bench's "now", milliseconds since the epoch, UTC.
        timezone: the user's zone, an IANA name.
        frozen: whether Date and moment stand still at ``now_ms``.
        seed: for Math.random; None is not seeded.
        bare_moment: whether a global ``moment`` is there.
        english_only: whether Intl knows only English, as Node 12's small-icu.
        coverage: whether to collect line and branch coverage.
    """

    trigger_id: str
    ingredients: dict[str, Json] = field(default_factory=dict, repr=False)
    service_user_id: str = ""
    feature_name: str = ""
    user_feature_id: str = ""
    configuration: dict[str, Json] = field(default_factory=dict, repr=False)
    now_ms: float = 0.0
    timezone: str = "Etc/UTC"
    frozen: bool = False
    seed: int | None = None
    profile: Profile = Profile.DOCUMENTED
    bare_moment: bool = True
    english_only: bool = True
    coverage: bool = False


@dataclass(frozen=True, kw_only=True)
class Call:
    """One ``runAction`` or ``performQuery`` of the script, as it left the script.

    ``number`` counts from 1 in a run. ``body`` is the second argument after ``JSON.stringify`` semantics
    (None where absent). ``at_ms`` is since the start of the run, virtual delays included.
    """

    number: int
    kind: str  # "query" or "action"
    step: str
    body: Json = field(repr=False)
    at_ms: float
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the script's promise gets: ``{statusCode, responseBody}``.

    ``delay_ms`` is a simulated latency: it passes on the run's virtual clock, not on yours.
    ``failure`` set: no HTTP answer came at all (connection reset ...); the promise rejects with that text.
    """

    status: int
    body: Json = field(default=None, repr=False)
    delay_ms: float = 0.0
    failure: str | None = None


Answer: TypeAlias = Callable[[Call], "Reply | Callable[[], Reply]"]
"""Answers a call: at once with a Reply, or with a function to be run on a thread (it may block)."""


@dataclass(frozen=True, kw_only=True)
class CallRecord:
    """A call and its reply; ``reply`` is None where the run ended first. ``end_ms`` is when the reply arrived."""

    call: Call
    reply: Reply | None
    end_ms: float | None


@dataclass(frozen=True, kw_only=True)
class ConsoleLine:
    """One line of console output. ``level``: log, info, warn, error, debug, trace."""

    level: str
    text: str
    at_ms: float


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What went wrong in the script, in the user's own source.

    ``message`` reads as Node 12 would word it ("TypeError: Cannot read property 'x' of undefined");
    ``raw`` is the engine's own text. ``line`` and ``column`` count from 1. ``excerpt`` is the source
    line(s) with a caret. ``advice`` says what to do, where we know ("works from Node 14", ...).
    """

    name: str
    message: str
    line: int | None = None
    column: int | None = None
    excerpt: str = ""
    stack: str = ""
    raw: str = ""
    advice: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """All that one run of one script did."""

    end: End
    duration_ms: float
    limits: Limits = Limits()
    fault: Fault | None = None
    calls: tuple[CallRecord, ...] = ()
    console: tuple[ConsoleLine, ...] = ()
    console_cut: bool = False
    rejections: tuple[Fault, ...] = ()
    hints: tuple[str, ...] = ()
    coverage: Coverage | None = None
    parts: dict[str, float] = field(default_factory=dict)  # where the time went, ms: wait, start, script, calls
