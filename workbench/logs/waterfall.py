"""A run on its 10 second budget, drawn: one bar a call, in text and as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.html import escape

_WIDTH = 640.0
_LABEL = 220.0
_ROW = 22.0
_TEXT_WIDTH = 32


@dataclass(frozen=True, kw_only=True)
class Span:
    """One bar: what it was, when it began and ended (ms since the start of the run), and whether it went well."""

    label: str
    start_ms: float
    end_ms: float
    good: bool = True


def svg(spans: Sequence[Span], *, total_ms: float, limit_ms: float) -> str:
    """The spans as an SVG picture in Jupyter's colours; each bar has a title for pointer and screen reader."""
    scale = (_WIDTH - _LABEL - 70) / max(total_ms, 1e-9)
    height = _ROW * (len(spans) + 1) + 4
    share = f"{total_ms:.1f} ms of {limit_ms / 1000:g} s"
    rows = [_bar(index, span, scale) for index, span in enumerate(spans)]
    caption = f'<text x="0" y="{height - 6:.0f}" class="workbench-muted">{escape(share)}</text>'
    size = f'viewBox="0 0 {_WIDTH:.0f} {height:.0f}" width="{_WIDTH:.0f}" height="{height:.0f}"'
    label = escape(f"Waterfall: {len(spans)} calls, {share}")
    return (
        f'<svg class="workbench-waterfall" role="img" aria-label="{label}" {size} fill="currentColor" '
        f'font-family="inherit" font-size="12">{"".join(rows)}{caption}</svg>'
    )


def _bar(index: int, span: Span, scale: float) -> str:
    y = index * _ROW
    x = _LABEL + span.start_ms * scale
    width = max((span.end_ms - span.start_ms) * scale, 2.0)
    took = f"{span.end_ms - span.start_ms:.1f} ms"
    colour = "var(--jp-brand-color1, #1976d2)" if span.good else "var(--jp-error-color1, #d32f2f)"
    return (
        f"<g><title>{escape(f'{span.label}: {took}, from {span.start_ms:.1f} ms')}</title>"
        f'<text x="0" y="{y + 15:.0f}">{escape(_shortened(span.label, 34))}</text>'
        f'<rect x="{x:.1f}" y="{y + 4:.0f}" width="{width:.1f}" height="14" rx="2" fill="{colour}"></rect>'
        f'<text x="{x + width + 5:.1f}" y="{y + 15:.0f}" class="workbench-muted">{took}</text></g>'
    )


def text(spans: Sequence[Span], *, total_ms: float) -> str:
    """The spans as lines of text, one bar each."""
    scale = _TEXT_WIDTH / max(total_ms, 1e-9)
    return "\n".join(f"{_shortened(span.label, 34):<34} |{_text_bar(span, scale)}|" for span in spans)


def _text_bar(span: Span, scale: float) -> str:
    start = min(int(span.start_ms * scale), _TEXT_WIDTH - 1)
    length = max(1, min(round((span.end_ms - span.start_ms) * scale), _TEXT_WIDTH - start))
    return " " * start + ("█" if span.good else "✗") * length + " " * (_TEXT_WIDTH - start - length)


def _shortened(label: str, limit: int) -> str:
    return label if len(label) <= limit else f"{label[: limit - 1]}…"
