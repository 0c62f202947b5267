"""Times in a histogram: percentiles near the real ones, merging without loss, and a plot that holds them."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from contracts.report import model
from contracts.report.html.charts import PERCENTILES as AREA
from contracts.report.html.charts import percentile_chart
from contracts.report.html.pages import render
from contracts.run.measurements import GROWTH, PERCENTILES, LatencyRecorder, bucket, percentiles
from contracts.run.partial_result import add

TIMES = st.lists(st.floats(0.00001, 100), min_size=1, max_size=50)


def kept(times: list[float]) -> dict[str, dict[int, int]]:
    latency = LatencyRecorder()
    for seconds in times:
        latency.note("PUT", seconds)
    return latency.histograms()


@given(TIMES)
def test_percentiles_are_near_the_real_ones(times: list[float]) -> None:
    found = percentiles(kept(times)["PUT"])
    ordered = sorted(seconds * 1000 for seconds in times)
    for percent in PERCENTILES:
        real = ordered[max(1, math.ceil(len(ordered) * percent / 100)) - 1]
        # Half a class, and what rounding to three digits adds.
        assert abs(found[f"{percent:g}"] / real - 1) < GROWTH - 1 + 0.006
    values = [found[f"{percent:g}"] for percent in PERCENTILES]
    assert values == sorted(values)


@given(TIMES, TIMES)
def test_processes_keep_together_what_one_keeps(one: list[float], two: list[float]) -> None:
    assert add(kept(one), kept(two)) == kept([*one, *two])


@given(st.floats(0, 1e9))
def test_any_time_has_a_class(milliseconds: float) -> None:
    assert isinstance(bucket(milliseconds), int)


def test_no_answers_have_no_percentiles() -> None:
    assert percentiles({}) == {}


methods = st.dictionaries(
    st.sampled_from(["PUT", "GET", "DELETE"]),
    st.lists(st.floats(0.001, 1e5), min_size=len(PERCENTILES), max_size=len(PERCENTILES)).map(sorted),
)


@given(methods)
def test_every_point_of_a_plot_is_within_it(drawn: dict[str, list[float]]) -> None:
    named = {
        method: model.Latency(9, {f"{percent:g}": value for percent, value in zip(PERCENTILES, values, strict=True)})
        for method, values in drawn.items()
    }
    svg = render("chart.svg.jinja", chart=percentile_chart(named), name="times & <more>")
    ElementTree.fromstring(svg)
    points = re.findall(r'cx="([\d.-]+)" cy="([\d.-]+)"', svg)
    assert len(points) == 11 * len(named)
    assert all(0 < float(x) < AREA.width and 0 < float(y) < AREA.height for x, y in points)


def test_a_plot_of_nothing_is_empty() -> None:
    assert "polyline" not in render("chart.svg.jinja", chart=percentile_chart({}), name="nothing")
