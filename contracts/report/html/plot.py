"""A curve over the runs as inline SVG. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.report.html.page import escape

WIDTH, HEIGHT = 600, 200
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 14, 28
SMALLEST = 1e-6
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Point:
    """One run: its value, what is said when it is pointed at, the class of its colour, and its date."""

    value: float
    title: str
    kind: str
    day: str


def plot(points: Sequence[Point], name: str, unit: str) -> str:
    """The points from left to right above an axis that begins at 0; `name` is read aloud."""
    step = tick(max((point.value for point in points), default=0.0))
    top = step * max(1, math.ceil(max((point.value for point in points), default=0.0) / step))
    parts = [_line(value * step, top, unit) for value in range(round(top / step) + 1)]
    places = [(_x(index, len(points)), _y(point.value, top)) for index, point in enumerate(points)]
    parts.append(f'<polyline class="curve" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>')
    radius = 4.5 if len(points) <= 60 else 2.5
    parts += [
        f'<circle class="f-{point.kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}">'
        f"<title>{escape(point.title)}</title></circle>"
        for (x, y), point in zip(places, points, strict=True)
    ]
    parts += _days(points)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(name)}" xmlns="http://www.w3.org/2000/svg">'
        f"{''.join(parts)}</svg>"
    )


def tick(largest: float) -> float:
    """A round distance between lines, of which about four fit below the largest value."""
    if largest < SMALLEST:
        return 1.0
    raw = largest / 4
    power = 10.0 ** math.floor(math.log10(raw))
    return next((step * power for step in STEPS if step * power >= raw), 10 * power)


def _x(index: int, number: int) -> float:
    inner = WIDTH - LEFT - RIGHT - 16
    return LEFT + 8 + (inner * index / (number - 1) if number > 1 else inner / 2)


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top


def _line(value: float, top: float, unit: str) -> str:
    y = _y(value, top)
    return (
        f'<line class="grid-line" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g} {escape(unit)}</text>'
    )


def _days(points: Sequence[Point]) -> list[str]:
    if not points:
        return []
    y = HEIGHT - 8
    if len(points) == 1:
        return [f'<text x="{_x(0, 1):.1f}" y="{y}" text-anchor="middle">{escape(points[0].day)}</text>']
    return [
        f'<text x="{LEFT}" y="{y}">{escape(points[0].day)}</text>',
        f'<text x="{WIDTH - RIGHT}" y="{y}" text-anchor="end">{escape(points[-1].day)}</text>',
    ]
