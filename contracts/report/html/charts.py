"""Charts as inline SVG: a curve over the runs, and curves over percentiles. Pure."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from contracts.report.html.page import render
from contracts.report.model import Latency

WIDTH = 600
SMALLEST = 1e-6
NAMED = ("50", "90", "99", "100")
# Where more lines lie close together, only powers of ten are named.
MOST_NAMED_LINES = 8
MANY_POINTS = 60


@dataclass(frozen=True, slots=True)
class Point:
    """One run: its value, what is said when it is pointed at, the class of its colour, and its date."""

    value: float
    title: str
    kind: str
    day: str


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a place; `anchor` as SVG's text-anchor."""

    x: float
    y: float
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of a curve, with the class of its colour and what is said when it is pointed at."""

    x: float
    y: float
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Area:
    """The size of a chart, and what of it lies beside the curves."""

    height: int
    left: int
    right: int
    top: int
    bottom: int
    inset: int

    def x(self, index: int, number: int) -> float:
        """Where one of so many columns is; a single one lies in the middle."""
        inner = WIDTH - self.left - self.right - 2 * self.inset
        return self.left + self.inset + (inner * index / (number - 1) if number > 1 else inner / 2)

    def y(self, part: float) -> float:
        """Where a value is that lies so far up, from 0 to 1."""
        return self.height - self.bottom - (self.height - self.top - self.bottom) * part


RUNS = Area(height=200, left=58, right=14, top=14, bottom=28, inset=8)
PERCENTILES = Area(height=220, left=76, right=18, top=16, bottom=30, inset=10)


def run_chart(points: Sequence[Point], name: str, unit: str) -> Markup:
    """The points from left to right above an axis that begins at 0; `name` is read aloud."""
    largest = max((point.value for point in points), default=0.0)
    step = tick(largest)
    top = step * max(1, math.ceil(largest / step))
    values = [value * step for value in range(round(top / step) + 1)]
    lines = [(RUNS.y(value / top), f"{value:g} {unit}") for value in values]
    marks = [
        Mark(RUNS.x(index, len(points)), RUNS.y(point.value / top), point.kind, point.title)
        for index, point in enumerate(points)
    ]
    radius = 4.5 if len(points) <= MANY_POINTS else 2.5
    return _svg(RUNS, name, lines, _days(points), [marks], radius)


def percentile_chart(latency: Mapping[str, Latency], name: str) -> Markup:
    """Milliseconds, on a logarithmic axis, by percentile, a curve for each method; `name` is read aloud."""
    curves = {method: _by_percentile(one) for method, one in latency.items() if one.percentiles}
    values = [value for points in curves.values() for _, value in points]
    ticks = _ticks(min(values, default=1.0), max(values, default=1.0))
    lines = [(_log_y(value, ticks), f"{value:g} ms" if _is_named(value, ticks) else "") for value in ticks]
    columns = sorted({percent for points in curves.values() for percent, _ in points})
    # A single column is where it would be beside others.
    number = max(2, len(columns))
    marks = [
        [
            Mark(
                PERCENTILES.x(columns.index(percent), number),
                _log_y(value, ticks),
                "none",
                f"{method}: {percent:g} % within {value:g} ms",
            )
            for percent, value in points
        ]
        for method, points in curves.items()
    ]
    return _svg(PERCENTILES, name, lines, list(_percents(columns, number)), marks, 3)


def tick(largest: float) -> float:
    """A round distance between lines, of which about four fit below the largest value."""
    if largest < SMALLEST:
        return 1.0
    raw = largest / 4
    power = 10.0 ** math.floor(math.log10(raw))
    return next((step * power for step in (1.0, 2.0, 2.5, 5.0, 10.0) if step * power >= raw), 10 * power)


def _svg(
    area: Area,
    name: str,
    lines: Sequence[tuple[float, str]],
    labels: Sequence[Label],
    curves: Sequence[Sequence[Mark]],
    radius: float,
) -> Markup:
    context = {"area": area, "width": WIDTH, "name": name, "lines": lines, "labels": labels, "curves": curves}
    # What came into the template from a target has been escaped by it.
    return Markup(render("chart.svg.jinja", **context, radius=radius))  # noqa: S704


def _days(points: Sequence[Point]) -> list[Label]:
    y = RUNS.height - 8
    if len(points) < 2:
        return [Label(RUNS.x(0, 1), y, "middle", point.day) for point in points]
    return [
        Label(RUNS.left, y, "start", points[0].day),
        Label(WIDTH - RUNS.right, y, "end", points[-1].day),
    ]


def _by_percentile(latency: Latency) -> list[tuple[float, float]]:
    return sorted((float(percent), value) for percent, value in latency.percentiles.items())


def _ticks(lowest: float, highest: float) -> Sequence[float]:
    """Round numbers of which the first is at most the lowest value and the last at least the highest."""
    exponents = range(math.floor(math.log10(max(lowest, SMALLEST))), math.ceil(math.log10(max(highest, SMALLEST))) + 2)
    numbers = [step * 10.0**exponent for exponent in exponents for step in (1, 2, 5)]
    below = max(number for number in numbers if number <= max(lowest, SMALLEST) * 1.0001)
    above = min(number for number in numbers if number >= highest and number > below)
    return [number for number in numbers if below <= number <= above]


def _is_named(value: float, ticks: Sequence[float]) -> bool:
    return len(ticks) <= MOST_NAMED_LINES or math.log10(value).is_integer()


def _log_y(value: float, ticks: Sequence[float]) -> float:
    return PERCENTILES.y(math.log(max(value, ticks[0]) / ticks[0]) / math.log(ticks[-1] / ticks[0]))


def _percents(columns: Sequence[float], number: int) -> Iterator[Label]:
    for index, percent in enumerate(columns):
        if f"{percent:g}" in NAMED:
            word, anchor = ("slowest", "end") if percent == 100 else (f"{percent:g} %", "middle")
            yield Label(PERCENTILES.x(index, number), PERCENTILES.height - 10, anchor, word)
