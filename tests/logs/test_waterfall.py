"""Calls on a run's time, as bars."""

from __future__ import annotations

from workbench.logs.waterfall import Span, svg, text

SPANS = [Span(label="a.query", start_ms=0, end_ms=5), Span(label="b.<action>", start_ms=5, end_ms=10, good=False)]


def test_svg_has_a_titled_bar_for_each_call_and_escapes_labels() -> None:
    """Every call is one bar with a title; the picture has a label for screen readers."""
    picture = svg(SPANS, total_ms=10, limit_ms=10_000)
    assert picture.count("<rect") == picture.count("<title>") == 2
    assert "b.&lt;action&gt;" in picture
    assert "<action>" not in picture
    assert 'aria-label="Waterfall: 2 calls, 10.0 ms of 10 s"' in picture


def test_text_bars_stand_where_the_calls_were() -> None:
    """The first call fills the first half, the failed one the second."""
    first, second = text(SPANS, total_ms=10).splitlines()
    assert first.endswith("|" + "█" * 16 + " " * 16 + "|")
    assert second.endswith("|" + " " * 16 + "✗" * 16 + "|")


def test_no_calls_and_no_time_are_fine() -> None:
    """A run without calls, or that took no time, draws nothing and breaks nothing."""
    assert "<rect" not in svg([], total_ms=0, limit_ms=10_000)
    assert text([], total_ms=0) == ""
