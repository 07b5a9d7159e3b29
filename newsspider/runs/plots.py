"""Small plots as inline SVG, drawn with the colours of the page around them: no script, no font, no picture."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from newsspider.text.counted import duration
from newsspider.text.escaping import as_html as escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WIDTH, _HEIGHT = 960, 170
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 8, 8, 26
_SPARK_WIDTH, _SPARK_HEIGHT = 120, 24


class Series(NamedTuple):
    """Values at equal distances, drawn in one way."""

    css_class: str
    values: Sequence[float | None]


def over_time(bars: Series | None, lines: Sequence[Series], *, seconds: float, unit: str, label: str) -> Markup:
    """Plot values over time: *bars*, then *lines* over them; *seconds* is what all of it took.

    *unit* stands after the numbers of the upright axis, *label* is what a screen reader says.
    """
    everything = [bars, *lines] if bars else lines
    top = _ceiling(max((value for each in everything for value in each.values if value is not None), default=0))
    drawn = [_bars(bars, top)] if bars else []
    for each in lines:  # a value stands in the middle of its stretch of time, as the bars do
        half = (_WIDTH - _LEFT - _RIGHT) / max(len(each.values), 1) / 2
        drawn.append(_line(each, top, _LEFT + half, _WIDTH - _RIGHT - half, _TOP, _HEIGHT - _BOTTOM))
    grid = "".join(
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}{escape(unit)}</text>'
        for value in (0, top / 2, top)
        for y in (_scaled(value, top, _TOP, _HEIGHT - _BOTTOM),)
    )
    width = _WIDTH - _LEFT - _RIGHT
    times = "".join(
        f'<text x="{_LEFT + share * width:.1f}" y="{_HEIGHT - 6}" text-anchor="{anchor}">'
        f"{duration(share * seconds)}</text>"
        for share, anchor in ((0, "start"), (0.5, "middle"), (1, "end"))
    )
    return Markup(
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(label)}">'
        f'<g class="grid">{grid}{times}</g>{"".join(drawn)}</svg>'
    )


def spark(values: Sequence[float | None], label: str) -> Markup:
    """Plot shares, from 0 to 1, one a run, without axes; the last has a dot."""
    line = "" if len(values) < 2 else _line(Series("one", values), 1, 2, _SPARK_WIDTH - 4, 3, _SPARK_HEIGHT - 3)
    dot = ""
    if values and values[-1] is not None:
        dot = _dot("one", _SPARK_WIDTH - 4, _scaled(values[-1], 1, 3, _SPARK_HEIGHT - 3))
    return Markup(
        f'<svg class="spark" viewBox="0 0 {_SPARK_WIDTH} {_SPARK_HEIGHT}" role="img" aria-label="{escape(label)}">'
        f"{line}{dot}</svg>"
    )


def _ceiling(most: float) -> float:
    """Round up to 1, 2 or 5 times a power of ten.

    >>> [_ceiling(each) for each in (0, 0.3, 7, 12, 430)]
    [1, 0.5, 10.0, 20.0, 500.0]
    """
    if most <= 0:
        return 1
    step: float = 10.0 ** floor(log10(most))
    return next(ten * step for ten in (1, 2, 5, 10) if ten * step >= most)


def _scaled(value: float, top: float, upper: float, lower: float) -> float:
    return lower - value / top * (lower - upper)


def _bars(series: Series, top: float) -> str:
    width = (_WIDTH - _LEFT - _RIGHT) / max(len(series.values), 1)
    floor_y = _HEIGHT - _BOTTOM
    rects = "".join(
        f'<rect x="{_LEFT + place * width:.1f}" y="{y:.1f}" width="{max(width - 0.5, 0.5):.1f}" '
        f'height="{floor_y - y:.1f}"/>'
        for place, value in enumerate(series.values)
        if value
        for y in (_scaled(value, top, _TOP, floor_y),)
    )
    return f'<g class="{series.css_class}">{rects}</g>'


def _line(series: Series, top: float, left: float, right: float, upper: float, lower: float) -> str:
    """Draw a line through the values; where there is none, it is interrupted, and a lonely value is a dot."""
    last = max(len(series.values) - 1, 1)
    points = [
        None if value is None else (left + place / last * (right - left), _scaled(value, top, upper, lower))
        for place, value in enumerate(series.values)
    ]
    return "".join(
        f'<polyline class="{series.css_class}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in stretch)}"/>'
        if len(stretch) > 1
        else _dot(series.css_class, *stretch[0])
        for stretch in _stretches(points)
    )


def _dot(css_class: str, x: float, y: float) -> str:
    return f'<circle class="{css_class}" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>'


def _stretches(points: Sequence[tuple[float, float] | None]) -> Iterator[list[tuple[float, float]]]:
    stretch: list[tuple[float, float]] = []
    for point in [*points, None]:
        if point is not None:
            stretch.append(point)
        elif stretch:
            yield stretch
            stretch = []
