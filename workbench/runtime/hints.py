"""Names that Node 12 has and IFTTT does not document: what a script that uses one is told."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.runtime.outcome import Profile

IN_NODE = frozenset(
    [
        "Buffer",
        "GLOBAL",
        "TextDecoder",
        "TextEncoder",
        "URL",
        "URLSearchParams",
        "clearImmediate",
        "clearInterval",
        "clearTimeout",
        "global",
        "process",
        "queueMicrotask",
        "root",
        "setImmediate",
        "setInterval",
        "setTimeout",
        "require",
        "module",
        "exports",
        "__filename",
        "__dirname",
    ]
)
"""Measured: what Node.js 12.22.12 has beside the language, in its main realm and its modules."""

ABSENT = IN_NODE & {"GLOBAL", "process", "root", "require", "module", "exports", "__filename", "__dirname"}
"""What the profile `node12` does not have either: there is nothing behind these names here."""

NEWER = frozenset(
    [
        "fetch",
        "AbortController",
        "AbortSignal",
        "AggregateError",
        "Blob",
        "BroadcastChannel",
        "DOMException",
        "Event",
        "EventTarget",
        "FinalizationRegistry",
        "FormData",
        "Headers",
        "MessageChannel",
        "Request",
        "Response",
        "WeakRef",
        "WebSocket",
        "atob",
        "btoa",
        "performance",
        "structuredClone",
        "crypto",
        "navigator",
    ]
)
"""What came to Node after 12."""

FILTER_CODE = frozenset({"Query", "Actions"})


def hints_for(free: Iterable[str], profile: Profile) -> tuple[str, ...]:
    """One sentence for each undeclared name that has a story, in the order given, each once."""
    found = (hint_for(name, profile) for name in dict.fromkeys(free))
    return tuple(hint for hint in found if hint is not None)


def hint_for(name: str, profile: Profile) -> str | None:
    """What to know about an undeclared name, or None."""
    if name in NEWER:
        return f"`{name}` is newer than Node 12: neither IFTTT's runtime nor plain Node 12 has it."
    if name in IN_NODE and profile is Profile.DOCUMENTED:
        return f"`{name}` exists in Node 12, but IFTTT does not document it for runtime scripts: do not rely on it."
    if name in ABSENT:
        return f"`{name}` exists in Node 12, but not here: a script has no process, no modules and no files."
    if name in FILTER_CODE:
        return f"`{name}` belongs to an applet's filter code; a runtime script uses performQuery and runAction."
    return None
