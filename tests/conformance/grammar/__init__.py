"""The grammar of generated scripts: bodies of async functions that report what they find with ``out(value)``."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.conformance.grammar import dates, programs, values

TOPICS = {
    "strings": values.string_scripts,
    "numbers": values.number_scripts,
    "json": values.json_scripts,
    "regexes": values.regex_scripts,
    "dates": dates.date_scripts,
    "moment": dates.moment_scripts,
    "sort": programs.sort_scripts,
    "promises": programs.promise_scripts,
    "classes": programs.class_scripts,
    "bindings": programs.binding_scripts,
    "flow": programs.flow_scripts,
}


def scripts(*topics: str) -> values.Script:
    """Scripts of the named topics, or of all."""
    return st.one_of(*(TOPICS[topic]() for topic in topics or TOPICS))
