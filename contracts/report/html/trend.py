"""The trend as one HTML page: verdicts and requirements night by night, flakiness, time. Pure."""

from collections import Counter
from itertools import groupby

from markupsafe import Markup

from contracts.report.html.charts import Point, run_chart
from contracts.report.html.page import VERDICT_CLASS, render
from contracts.report.model import RecordedFinding, Report
from contracts.report.trend import Series, Track, Trend

# On paper nothing scrolls, so that only the newest runs are printed.
PRINTED = 30
TIME = "%Y-%m-%d %H:%M %Z"


def trend_page(trend: Trend) -> str:
    """The page, ending in a newline."""
    return render(
        "trend.html.jinja",
        title="Contract of the PyTorchJob replacement, night by night",
        trend=trend,
        runs=sum(len(series.runs) for series in trend.series),
        printed=PRINTED,
        time=TIME,
        verdicts=lambda series: Counter(report.verdict for report in series.runs).most_common(),
        first_finding=_first_finding,
        families=_families,
        charts=_charts,
    )


def _families(series: Series) -> list[tuple[str, tuple[Track, ...]]]:
    return [(name, tuple(group)) for name, group in groupby(series.tracks, key=lambda track: track.family)]


def _first_finding(series: Series, track: Track) -> RecordedFinding | None:
    findings = (one.findings for one in series.runs[-1].requirements if one.id == track.id and one.findings)
    return next(findings, (None,))[0]


def _charts(series: Series) -> list[tuple[str, Markup]]:
    """The charts of which anything is known, each with its title."""
    found = []
    for title, unit, values in (
        ("Duration of a run", "s", [report.duration_seconds for report in series.runs]),
        ("Half of all replacements were answered within", "ms", [_within(report, "50") for report in series.runs]),
        ("99 % of all replacements were answered within", "ms", [_within(report, "99") for report in series.runs]),
    ):
        known = [(report, value) for report, value in zip(series.runs, values, strict=True) if value is not None]
        if known:
            found.append((title, run_chart([_point(*one, unit) for one in known], title, unit)))
    return found


def _point(report: Report, value: float, unit: str) -> Point:
    said = f"{report.started_at:{TIME}}: {value:.1f} {unit}, {report.verdict}"
    return Point(value, said, VERDICT_CLASS[report.verdict], f"{report.started_at:%Y-%m-%d}")


def _within(report: Report, percentile: str) -> float | None:
    """Milliseconds; None where a record does not say."""
    latency = report.observed.latency.get("PUT")
    return latency.percentiles.get(percentile) if latency else None
