"""Pages for people: of one record, of several endpoints side by side, of many runs. Pure.

They are made of templates in one environment, in which every value is escaped and its control characters are visible.
A page holds all that it needs: no script, no network, no file beside it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from contracts.jsonvalue import paths
from contracts.report import strength, words
from contracts.report.html.charts import TIME, WRITES, percentile_chart, trend_charts
from contracts.report.model import Report
from contracts.report.outcomes import LIKE, SIGNS, counted, counts, not_tried
from contracts.report.recorded import RecordedFinding, telling_headers
from contracts.report.runs.endpoints import Endpoints
from contracts.report.runs.fleet import FleetReport
from contracts.report.runs.matrix import Judged, in_short, of_report, summary
from contracts.report.runs.trend import Trend
from contracts.report.text.layout import visible

FILE_NAME = "conformance.html"
# Requests whose times say something of the target; the others are one or two.
FEWEST_ANSWERS = 20
# Beyond so many words, looking for what is different takes longer than it helps.
MOST_WORDS = 400
# Endpoints that are named beside a requirement; the table has all of them.
MOST_NAMED = 20
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
# The pieces of a text, each with whether it stands in this text alone.
Pieces = tuple[tuple[str, bool], ...]


def conformance_page(report: Report, digest: str) -> str:
    """The record for vendors and reviewers, ending in a newline; `digest` is the record's that it stands for."""
    sections = (
        # Each is a template of its own: id and title, and whether there is anything to show.
        ("causes", "Causes", bool(report.causes)),
        ("findings", "Findings", any(one.findings for one in report.requirements)),
        ("requirements", "Requirements", True),
        ("not-judged", "What was not judged, and why", True),
        ("observed", "Observed where the page leaves a choice", True),
        ("exercised", "What of the specification was exercised", report.observed.coverage.replacements > 0),
        ("traceability", "What covers what the page says", bool(report.traceability)),
        ("again", "To do it again", True),
    )
    times = {
        method: one
        for method, one in sorted(report.observed.latency.items(), key=lambda item: item[0] not in WRITES)
        if one.answers >= FEWEST_ANSWERS and one.percentiles
    }
    return render(
        "conformance.html.jinja",
        title=f"Conformance: {report.document.title}",
        report=report,
        digest=digest,
        done=strength.strength(report).words(),
        found=strength.findings(report),
        sections=[(name, title) for name, title, shown in sections if shown],
        difference=difference,
        times=times,
        chart=percentile_chart(times),
        covered=summary(report.traceability),
        judged=of_report(report),
        unjudged=Judged(),
    )


def fleet_page(fleet: FleetReport) -> str:
    """Several endpoints side by side, ending in a newline."""
    title = "Contract of the PyTorchJob replacement, endpoint by endpoint"
    return render("fleet.html.jinja", title=title, fleet=fleet, page=FILE_NAME)


def endpoints_page(found: Endpoints, beside: Mapping[str, str]) -> str:
    """Many endpoints, a row each, ending in a newline; `beside`: by record the address of its page, if it has one."""
    title = "Contract of the PyTorchJob replacement, the newest of each endpoint"
    return render("endpoints.html.jinja", title=title, found=found, beside=beside, time=TIME, shown=MOST_NAMED)


def trend_page(trend: Trend) -> str:
    """Verdicts and requirements night by night, flakiness, time; it ends in a newline."""
    return render(
        "trend.html.jinja",
        title="Contract of the PyTorchJob replacement, night by night",
        trend=trend,
        time=TIME,
        verdicts=lambda series: Counter(report.verdict for report in series.runs).most_common(),
        charts=trend_charts,
    )


def difference(finding: RecordedFinding) -> tuple[Pieces, Pieces]:
    """What was expected and observed, in pieces: of two values, word by word, what one has and the other has not.

    Only values are compared: what is said around them always differs. Of long ones no piece is looked for.
    """
    expected, wanted = _apart(finding.expected, finding.values.expected)
    observed, seen = _apart(finding.observed, (finding.values.observed,))
    left, right = _WORDS.findall(wanted), _WORDS.findall(seen)
    if not wanted or not seen or max(len(left), len(right)) > MOST_WORDS:
        return ((finding.expected, False),), ((finding.observed, False),)
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return (
        _pieces(expected, ("".join(left[a:b]) for _, a, b, _, _ in blocks), blocks),
        _pieces(observed, ("".join(right[c:d]) for _, _, _, c, d in blocks), blocks),
    )


def _apart(text: str, values: Sequence[object]) -> tuple[str, str]:
    """What is said before a value at the end of a text, and the value; the whole text and "" where it ends in none."""
    shown = paths.show(values[0], words.LONGEST_VALUE) if len(values) == 1 else ""
    return (text.removesuffix(shown), shown) if shown and text.endswith(shown) else (text, "")


def _pieces(before: str, texts: Iterable[str], blocks: Sequence[tuple[str, int, int, int, int]]) -> Pieces:
    found = ((text, block[0] != "equal") for text, block in zip(texts, blocks, strict=True))
    return tuple(piece for piece in ((before, False), *found) if piece[0])


def render(template: str, **context: object) -> str:
    """What a template of this package makes of the context."""
    return _environment().get_template(template).render(context)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        breakable=_breakable,
        by_answer=_by_answer,
        cause_options=words.options,
        counted=counted,
        counts=counts,
        grouped=_grouped,
        in_short=in_short,
        not_tried=not_tried,
        telling_headers=telling_headers,
    )
    environment.globals.update(SIGNS=SIGNS, VERDICT_CLASS=LIKE, rate=words.rate)
    return environment


def _finalized(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _breakable(text: str, behind: str = ".") -> Markup:
    """The text as HTML that may be broken behind a sign: the id of a requirement behind its family."""
    return escape(visible(text)).replace(behind, behind + Markup("<wbr>"))


def _grouped(values: Iterable[object], attribute: str) -> list[tuple[Any, list[object]]]:
    """Neighbours that have an attribute in common, with its value; unlike Jinja's `groupby`, which sorts."""
    return [(key, list(group)) for key, group in groupby(values, attrgetter(attribute))]


def _by_answer(credentials: Mapping[str, Sequence[int]]) -> list[tuple[str, list[str]]]:
    """Which credentials were answered alike: the statuses, and their names."""
    found: dict[str, list[str]] = {}
    for name, statuses in sorted(credentials.items()):
        found.setdefault(" or ".join(map(str, statuses)), []).append(name)
    return sorted(found.items())
