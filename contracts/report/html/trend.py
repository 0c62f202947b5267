"""The trend as one HTML page: verdicts and requirements night by night, flakiness, time. Pure."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from contracts.report.html.page import VERDICT_CLASS, badge, cell, escape, identifier, legend, page, verdict_badge
from contracts.report.html.plot import Point, plot
from contracts.report.model import Finding, Outcome, Report
from contracts.report.trend import Series, Track, Trend

# On paper nothing scrolls, so that only the newest runs are printed.
PRINTED = 30


def trend_page(trend: Trend) -> str:
    """The page, ending in a newline."""
    runs = sum(len(series.runs) for series in trend.series)
    body = [f'<p class="faint">{_count(runs, "run")} against {_count(len(trend.series), "target")}, oldest first</p>']
    for series in trend.series:
        body += _series(series)
    if not trend.series:
        body.append("<p>There is no record that can be read.</p>")
    if trend.unreadable:
        body.append(f"<h2>Left out: {_count(len(trend.unreadable), 'record')} that cannot be read</h2><ul>")
        body += [f"<li><code>{escape(line)}</code></li>" for line in trend.unreadable]
        body.append("</ul>")
    return page("Contract of the PyTorchJob replacement, night by night", body)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _series(series: Series) -> Iterator[str]:
    yield f'<section><h2>{escape(series.url)}</h2><p class="faint">namespace {escape(series.namespace)}, profile '
    yield f"{escape(series.profile)}</p>"
    yield from _cards(series)
    if series.failing:
        yield f"<h3>Failing now ({len(series.failing)})</h3><ul>"
        yield from (_failing(series, track) for track in series.failing)
        yield "</ul>"
    if series.flaky:
        yield f"<h3>Flaky: outcome changed more than once ({len(series.flaky)})</h3><ul>"
        for track in series.flaky:
            yield f'<li><span class="id">{escape(track.id)}</span> changed {track.changes} times, now {track.last}</li>'
        yield "</ul>"
    yield "<h3>Requirement by run</h3>"
    yield legend()
    yield f'<p class="faint">verdicts: {", ".join(f"{name[0].upper()} {name}" for name in VERDICT_CLASS)}</p>'
    if len(series.runs) > PRINTED:
        yield f'<p class="only-print">The newest {PRINTED} of {len(series.runs)} runs are printed.</p>'
    yield from _grid(series)
    yield "<h3>Time</h3>"
    yield from _plots(series)
    yield "</section>"


def _cards(series: Series) -> Iterator[str]:
    newest = series.runs[-1]
    verdicts = Counter(report.verdict for report in series.runs)
    yield '<div class="cards">'
    yield f'<div class="card"><p class="faint">newest run, {_time(newest)}</p>{verdict_badge(newest.verdict)}'
    yield f"<p>{escape(newest.error)}</p></div>" if newest.error else f"<p>{_outcomes(newest)}</p></div>"
    since = f"{series.runs[0].started_at:%Y-%m-%d}"
    yield f'<div class="card"><p class="faint">{_count(len(series.runs), "run")} since {since}</p>'
    yield (
        "<p>" + " ".join(badge(f"{n} {name}", VERDICT_CLASS[name]) for name, n in verdicts.most_common()) + "</p></div>"
    )
    yield f'<div class="card"><p class="faint">newest run took</p><b class="big">{newest.duration_seconds:.1f} s</b>'
    yield f"<p>{newest.requests} requests, suite {escape(newest.suite.version)}</p></div></div>"


def _outcomes(report: Report) -> str:
    numbers = Counter(one.outcome for one in report.requirements)
    return ", ".join(f"{numbers[outcome]} {outcome}" for outcome in Outcome if numbers[outcome])


def _failing(series: Series, track: Track) -> str:
    since = series.runs[-track.streak].started_at
    found = next((one.findings for one in series.runs[-1].requirements if one.id == track.id), ())
    first = f"<br><code>{escape(_words(found[0]))}</code>" if found else ""
    runs = _count(track.streak, "run")
    return f'<li><span class="id">{escape(track.id)}</span> since {since:%Y-%m-%d} ({runs}){first}</li>'


def _words(finding: Finding) -> str:
    field = f" ({finding.field})" if finding.field and finding.field not in finding.message else ""
    return finding.message + field


def _grid(series: Series) -> Iterator[str]:
    runs = series.runs
    hidden = ["old" if index < len(runs) - PRINTED else "" for index in range(len(runs))]
    yield '<div class="scroll newest" tabindex="0" role="region" aria-label="requirement by run"><table class="grid">'
    yield '<thead><tr><th class="id" scope="col">run (month, day)</th>'
    for report, kind in zip(runs, hidden, strict=True):
        day = f"{report.started_at:%m}<br>{report.started_at:%d}"
        yield f'<th scope="col" class="{kind}" title="{_time(report)}">{day}</th>'
    yield '<th scope="col" class="num" title="how often the outcome changed">changes</th></tr></thead>'
    yield '<tbody><tr><th class="id" scope="row">verdict</th>'
    for report, kind in zip(runs, hidden, strict=True):
        said = f"{_time(report)}: {report.verdict}"
        yield f'<td class="{kind}"><i class="{VERDICT_CLASS[report.verdict]}" title="{said}">'
        yield f"{report.verdict[0].upper()}</i></td>"
    yield '<td class="num"></td></tr></tbody>'
    for family, tracks in groupby(series.tracks, key=lambda track: track.family):
        yield f'<tbody><tr class="family"><th class="id" scope="rowgroup">{escape(family)}</th>'
        yield f'<td colspan="{len(runs) + 1}"></td></tr>'
        yield from (_row(series, track, hidden) for track in tracks)
        yield "</tbody>"
    yield "</table></div>"


def _row(series: Series, track: Track, hidden: list[str]) -> str:
    cells = "".join(
        cell(outcome, f"{_time(report)}, {track.id}", kind)
        for report, outcome, kind in zip(series.runs, track.outcomes, hidden, strict=True)
    )
    changes = f'<td class="num">{track.changes or ""}</td>'
    name = f'<th class="id" scope="row" title="{escape(track.statement)}">{identifier(track.id)}</th>'
    return f"<tr>{name}{cells}{changes}</tr>"


def _plots(series: Series) -> Iterator[str]:
    yield '<div class="plots">'
    for title, unit, value in (
        ("Duration of a run", "s", lambda report: report.duration_seconds),
        ("Half of all replacements were answered within", "ms", lambda report: _within(report, "50")),
        ("99 % of all replacements were answered within", "ms", lambda report: _within(report, "99")),
    ):
        found = ((report, value(report)) for report in series.runs)
        points = [_point(report, number, unit) for report, number in found if number is not None]
        if points:
            yield f"<figure><figcaption>{title}</figcaption>{plot(points, title, unit)}</figure>"
    yield "</div>"


def _point(report: Report, value: float, unit: str) -> Point:
    said = f"{_time(report)}: {value:.1f} {unit}, {report.verdict}"
    return Point(value, said, VERDICT_CLASS[report.verdict], f"{report.started_at:%Y-%m-%d}")


def _within(report: Report, percentile: str) -> float | None:
    """Milliseconds; None where a record does not say."""
    latency = report.observed.latency.get("PUT")
    return latency.percentiles.get(percentile) if latency else None


def _time(report: Report) -> str:
    return escape(f"{report.started_at:%Y-%m-%d %H:%M %Z}")
