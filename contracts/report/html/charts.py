"""Charts as geometry, which `chart.svg.jinja` draws: a curve over the runs, and curves over percentiles. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Final

from contracts.report.model import Latency, Report, Verdict

# The methods of operations that are judged.
WRITES: Final = ("PUT", "PATCH")

# How the time of a run is written.
TIME = "%Y-%m-%d %H:%M %Z"
SMALLEST = 1e-6
NAMED = ("50", "90", "99", "100")
# Where more lines lie close together, only powers of ten are named.
MOST_NAMED_LINES = 8
MANY_POINTS = 60


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of a curve, what is said when it is pointed at, and the verdict that colours it."""

    x: float
    y: float
    title: str
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """The size of a chart, and what of it lies beside the curves."""

    height: int
    left: int
    right: int
    top: int
    bottom: int
    inset: int
    width: int = 600

    def x(self, index: int, number: int) -> float:
        """Where one of so many columns is; a single one lies in the middle."""
        inner = self.width - self.left - self.right - 2 * self.inset
        return self.left + self.inset + (inner * index / (number - 1) if number > 1 else inner / 2)

    def y(self, part: float) -> float:
        """Where a value is that lies so far up, from 0 to 1."""
        return self.height - self.bottom - (self.height - self.top - self.bottom) * part


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn: horizontal lines (height, words), words below them (place, SVG's text-anchor, words), curves."""

    area: Area
    lines: Sequence[tuple[float, str]]
    labels: Sequence[tuple[float, str, str]]
    curves: Sequence[Sequence[Mark]]
    radius: float


RUNS = Area(height=200, left=58, right=14, top=14, bottom=28, inset=8)
PERCENTILES = Area(height=220, left=76, right=18, top=16, bottom=30, inset=10)


def trend_charts(runs: Sequence[Report]) -> list[tuple[str, Chart]]:
    """The charts of which the runs know anything, each with its title."""
    charts = []
    for title, unit, value in (
        ("Duration of a run", "s", attrgetter("duration_seconds")),
        ("Half of all replacements were answered within", "ms", partial(_within, "50")),
        ("99 % of all replacements were answered within", "ms", partial(_within, "99")),
    ):
        if known := [(report, found) for report in runs if (found := value(report)) is not None]:
            charts.append((title, run_chart(known, unit)))
    return charts


def _within(percentile: str, report: Report) -> float | None:
    """Milliseconds; None where a record does not say."""
    latency = next((found for one in WRITES if (found := report.observed.latency.get(one))), None)
    return latency.percentiles.get(percentile) if latency else None


def run_chart(points: Sequence[tuple[Report, float]], unit: str) -> Chart:
    """A value of each run, from left to right, above an axis that begins at 0."""
    largest = max((value for _, value in points), default=0.0)
    step = tick(largest)
    top = step * max(1, math.ceil(largest / step))
    values = [value * step for value in range(round(top / step) + 1)]
    marks = [
        Mark(
            RUNS.x(index, len(points)),
            RUNS.y(value / top),
            f"{report.started_at:{TIME}}: {value:.1f} {unit}, {report.verdict}",
            report.verdict,
        )
        for index, (report, value) in enumerate(points)
    ]
    days = [f"{report.started_at:%Y-%m-%d}" for report, _ in points]
    ends = [(RUNS.left, "start", days[0]), (RUNS.width - RUNS.right, "end", days[-1])] if len(days) > 1 else []
    return Chart(
        RUNS,
        [(RUNS.y(value / top), f"{value:g} {unit}") for value in values],
        ends or [(RUNS.x(0, 1), "middle", day) for day in days],
        [marks],
        4.5 if len(points) <= MANY_POINTS else 2.5,
    )


def percentile_chart(latency: Mapping[str, Latency]) -> Chart:
    """Milliseconds, on a logarithmic axis, by percentile, a curve for each method."""
    area = PERCENTILES
    curves = {
        method: sorted((float(percent), value) for percent, value in one.percentiles.items())
        for method, one in latency.items()
    }
    values = [value for points in curves.values() for _, value in points]
    ticks = _ticks(min(values, default=1.0), max(values, default=1.0))
    columns = sorted({percent for points in curves.values() for percent, _ in points})

    def x(percent: float) -> float:
        # A single column is where it would be beside others.
        return area.x(columns.index(percent), max(2, len(columns)))

    def y(value: float) -> float:
        return area.y(math.log(max(value, ticks[0]) / ticks[0]) / math.log(ticks[-1] / ticks[0]))

    few = len(ticks) <= MOST_NAMED_LINES
    named = [percent for percent in columns if f"{percent:g}" in NAMED]
    return Chart(
        area,
        [(y(value), f"{value:g} ms" if few or math.log10(value).is_integer() else "") for value in ticks],
        [(x(one), "end", "slowest") if one == 100 else (x(one), "middle", f"{one:g} %") for one in named],
        [
            [Mark(x(one), y(value), f"{method}: {one:g} % within {value:g} ms") for one, value in points]
            for method, points in curves.items()
        ],
        3,
    )


def tick(largest: float) -> float:
    """A round distance between lines, of which about four fit below the largest value."""
    if largest < SMALLEST:
        return 1.0
    raw = largest / 4
    power = 10.0 ** math.floor(math.log10(raw))
    return next((step * power for step in (1.0, 2.0, 2.5, 5.0, 10.0) if step * power >= raw), 10 * power)


def _ticks(lowest: float, highest: float) -> Sequence[float]:
    """Round numbers of which the first is at most the lowest value and the last at least the highest."""
    exponents = range(math.floor(math.log10(max(lowest, SMALLEST))), math.ceil(math.log10(max(highest, SMALLEST))) + 2)
    numbers = [step * 10.0**exponent for exponent in exponents for step in (1, 2, 5)]
    below = max(number for number in numbers if number <= max(lowest, SMALLEST) * 1.0001)
    above = min(number for number in numbers if number >= highest and number > below)
    return [number for number in numbers if below <= number <= above]
