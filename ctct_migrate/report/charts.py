"""Charts as SVG, for the report: drawn with classes, so that the page gives them their colours.

Values in, markup out; all text in them is escaped here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _HEIGHT = 720, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 8, 12, 28


def stacked_bars(
    bars: Mapping[str, Sequence[int]], names: Sequence[str], classes: Sequence[str], title: str
) -> str:
    """A bar for each label, of one piece for each of `names`; pieces have these CSS classes."""
    most = max((sum(parts) for parts in bars.values()), default=0)
    top = _ceiling(most)
    inner = _WIDTH - _LEFT - _RIGHT
    step = inner / max(len(bars), 1)
    width = min(step * 0.72, 56)
    body = [_grid(top)]
    for at, (label, parts) in enumerate(bars.items()):
        middle = _LEFT + step * (at + 0.5)
        body.append(_bar(label, parts, names, classes, middle - width / 2, width, top))
        if len(bars) <= 24 or at % 2 == 0:
            body.append(_text(middle, _HEIGHT - 9, label, "middle"))
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" class="chart">'
        f"<title>{escape(title)}</title>{''.join(body)}</svg>"
    )


def _bar(
    label: str, parts: Sequence[int], names: Sequence[str], classes: Sequence[str],
    left: float, width: float, top: int,
) -> str:  # fmt: skip
    pieces = []
    y = float(_HEIGHT - _BOTTOM)
    for count, name, css in zip(parts, names, classes, strict=True):
        if not count:
            continue
        # A piece that is too small to be drawn is drawn all the same: it is what matters.
        height = max(count / top * (_HEIGHT - _TOP - _BOTTOM), 1.5)
        y -= height
        pieces.append(
            f'<rect x="{left:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'class="{css}"><title>{escape(label)}: {count:,} {escape(name)}</title></rect>'
        )
    return f"<g>{''.join(pieces)}</g>"


def _grid(top: int) -> str:
    lines = []
    for part in range(5):
        y = _HEIGHT - _BOTTOM - part / 4 * (_HEIGHT - _TOP - _BOTTOM)
        lines.append(f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        if (top * part) % 4 == 0:
            lines.append(_text(_LEFT - 6, y + 4, f"{top * part // 4:,}", "end"))
    return f'<g class="grid">{"".join(lines)}</g>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _ceiling(most: int) -> int:
    """A round number that is not less, and of which quarters are whole where they can be."""
    size = 4
    while True:
        for factor in (1, 2, 3, 5):
            if size * factor >= most:
                return size * factor
        size *= 10


def bar(share: float, css: str) -> str:
    """A small horizontal bar, `share` (0 to 1) of its room."""
    width = max(min(share, 1.0) * 100, 1)
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" class="bar">'
        f'<rect width="{width:.1f}" height="10" class="{escape(css)}"/></svg>'
    )
