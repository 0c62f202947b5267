"""What of the specification a run has exercised, and how long answers took, as values for a page. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from contracts.report.html.charts import percentile_chart
from contracts.report.model import Coverage, Exercised, Latency

# Requests whose times say something of the target; the others are one or two.
FEWEST_ANSWERS = 20
SHOWN = ("50", "90", "99", "100")
TITLES = {
    "parameter": "Parameters",
    "property": "Properties of the object",
    "value": "Values of an enumeration",
    "error property": "Properties of a refusal",
    "status": "Statuses",
}
LEVELS = (("document", "of the page"), ("kubernetes", "of the API conventions"))
MOST_VALUES = 16


@dataclass(frozen=True, slots=True)
class Group:
    """The elements of one kind; `left`: those that were not exercised, by level, in words."""

    title: str
    elements: Sequence[Exercised]
    left: Sequence[tuple[str, Sequence[Exercised]]]

    @property
    def done(self) -> int:
        """How many were exercised."""
        return sum(one.exercised for one in self.elements)

    @property
    def was_sent(self) -> bool:
        """Whether elements of this kind are sent at all; statuses are not."""
        return any(one.sent for one in self.elements)


@dataclass(frozen=True, slots=True)
class Times:
    """How long answers took: a chart with its name, and a table by method."""

    name: str
    chart: Markup
    heads: Sequence[str]
    rows: Sequence[tuple[str, int, Sequence[float]]]


def groups(coverage: Coverage) -> list[Group]:
    """The elements by kind, in the order of the record; none where nothing was counted."""
    kinds = dict.fromkeys(one.kind for one in coverage.elements) if coverage.replacements else {}
    return [_group(kind, [one for one in coverage.elements if one.kind == kind]) for kind in kinds]


def _group(kind: str, elements: Sequence[Exercised]) -> Group:
    left = [(said, [one for one in elements if not one.exercised and one.level == level]) for level, said in LEVELS]
    return Group(TITLES.get(kind, kind), elements, [one for one in left if one[1]])


def numbers(element: Exercised, replacements: int, sent: bool) -> list[object]:
    """The cells of an element's row; of what is never sent only in how many answers it was."""
    if not sent:
        return [element.shown or ""]
    values = f"{element.values}+" if element.values >= MOST_VALUES else element.values or ""
    counts = (element.sent, element.accepted, element.refused, element.shown, replacements - element.sent)
    return [*(number or "" for number in counts), values]


def times(latency: Mapping[str, Latency]) -> Times | None:
    """The times of answers; None where too few are known."""
    enough = {method: one for method, one in latency.items() if one.answers >= FEWEST_ANSWERS and one.percentiles}
    chosen = dict(sorted(enough.items(), key=lambda one: one[0] != "PUT"))
    if not chosen:
        return None
    name = f"Time to an answer, by percentile ({_legend(list(chosen))})"
    heads = ["slowest" if one == "100" else f"{one} %" for one in SHOWN]
    rows = [(method, one.answers, [one.percentiles.get(each, 0) for each in SHOWN]) for method, one in chosen.items()]
    return Times(name, percentile_chart(chosen, name), heads, rows)


def _legend(methods: Sequence[str]) -> str:
    """Which curve is which, in the order of the chart."""
    others = f"; dashed: {', '.join(methods[1:])}" if methods[1:] else ""
    return f"solid: {methods[0]}{others}"
