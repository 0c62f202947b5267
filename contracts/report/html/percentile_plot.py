"""How long answers took, as a small inline SVG: a curve for each method over the percentiles. Pure."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from contracts.report.html.page import escape
from contracts.report.model import Latency

WIDTH, HEIGHT = 600, 220
LEFT, RIGHT, TOP, BOTTOM = 76, 18, 16, 30
STEPS = (1, 2, 5)
NAMED = ("50", "90", "99", "100")


def percentile_plot(latency: Mapping[str, Latency], name: str) -> str:
    """Milliseconds, on a logarithmic axis, by percentile; `name` is read aloud."""
    curves = {method: _points(one) for method, one in latency.items() if one.percentiles}
    values = [value for points in curves.values() for _, value in points]
    ticks = _ticks(min(values, default=1.0), max(values, default=1.0))
    places = sorted({float(percent) for points in curves.values() for percent, _ in points})
    parts = [*_lines(ticks), *_columns(places)]
    for number, (method, points) in enumerate(curves.items()):
        drawn = [(_x(places.index(percent), len(places)), _y(value, ticks)) for percent, value in points]
        kind = "curve" if number == 0 else "curve other"
        parts.append(f'<polyline class="{kind}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in drawn)}"/>')
        parts += _marks(method, points, drawn)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(name)}" xmlns="http://www.w3.org/2000/svg">'
        f"{''.join(parts)}</svg>"
    )


def _points(latency: Latency) -> list[tuple[float, float]]:
    return sorted((float(percent), value) for percent, value in latency.percentiles.items())


def _ticks(lowest: float, highest: float) -> Sequence[float]:
    """Round numbers of which the first is at most the lowest value and the last at least the highest."""
    exponents = range(math.floor(math.log10(max(lowest, 1e-6))), math.ceil(math.log10(max(highest, 1e-6))) + 2)
    numbers = [step * 10.0**exponent for exponent in exponents for step in STEPS]
    below = max(number for number in numbers if number <= max(lowest, 1e-6) * 1.0001)
    above = min(number for number in numbers if number >= highest and number > below)
    return [number for number in numbers if below <= number <= above]


def _x(index: int, number: int) -> float:
    return LEFT + 10 + (WIDTH - LEFT - RIGHT - 20) * index / max(1, number - 1)


def _y(value: float, ticks: Sequence[float]) -> float:
    whole = math.log(ticks[-1] / ticks[0])
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * math.log(max(value, ticks[0]) / ticks[0]) / whole


def _lines(ticks: Sequence[float]) -> Iterator[str]:
    for tick in ticks:
        y = _y(tick, ticks)
        yield f'<line class="grid-line" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        # Where many lines lie close together, only powers of ten are named.
        if len(ticks) <= 8 or math.log10(tick).is_integer():
            yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g} ms</text>'


def _columns(places: Sequence[float]) -> Iterator[str]:
    for index, percent in enumerate(places):
        if f"{percent:g}" in NAMED:
            word = "slowest" if percent == 100 else f"{percent:g} %"
            anchor = "end" if percent == 100 else "middle"
            yield f'<text x="{_x(index, len(places)):.1f}" y="{HEIGHT - 10}" text-anchor="{anchor}">{word}</text>'


def _marks(method: str, points: Sequence[tuple[float, float]], drawn: Sequence[tuple[float, float]]) -> Iterator[str]:
    for (percent, value), (x, y) in zip(points, drawn, strict=True):
        said = f"{method}: {percent:g} % within {value:g} ms"
        yield f'<circle class="f-none" cx="{x:.1f}" cy="{y:.1f}" r="3"><title>{escape(said)}</title></circle>'


def legend(latency: Mapping[str, Latency]) -> Iterator[str]:
    """Which curve is which, in the order of the plot."""
    for first, group in groupby(enumerate(latency), key=lambda one: one[0] == 0):
        line = "solid" if first else "dashed"
        yield f"{line}: {', '.join(escape(method) for _, method in group)}"
