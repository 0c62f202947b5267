"""What of the specification a run has exercised, and how long answers took, as parts of a page. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from contracts.report.html.page import badge, escape
from contracts.report.html.percentile_plot import legend, percentile_plot
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
MOST_VALUES = 16


def latencies(latency: Mapping[str, Latency]) -> Iterator[str]:
    """The times of answers as a plot and a table; nothing where too few are known."""
    enough = {method: one for method, one in latency.items() if one.answers >= FEWEST_ANSWERS and one.percentiles}
    chosen = dict(sorted(enough.items(), key=lambda one: one[0] != "PUT"))
    if not chosen:
        return
    name = f"Time to an answer, by percentile ({'; '.join(legend(chosen))})"
    yield f'<h3>How long answers took</h3><div class="latency"><figure><figcaption>{name}</figcaption>'
    yield f"{percentile_plot(chosen, name)}</figure>"
    heads = "".join(f"<th>{'slowest' if one == '100' else f'{one} %'}</th>" for one in SHOWN)
    yield f'<table class="counts"><thead><tr><th></th><th>answers</th>{heads}</tr></thead><tbody>'
    for method, one in chosen.items():
        times = "".join(f"<td>{one.percentiles.get(percent, 0):g} ms</td>" for percent in SHOWN)
        yield f"<tr><th>{escape(method)}</th><td>{one.answers}</td>{times}</tr>"
    yield "</tbody></table></div>"


def exercised(coverage: Coverage) -> Iterator[str]:
    """How much was exercised by kind, what was not, and every element with its numbers."""
    if not coverage.replacements:
        return
    yield '<h2 id="exercised">What of the specification was exercised</h2>'
    yield f"<p>Counted in {coverage.replacements} replacements that were answered: how many of them held something, "
    yield "how many of those were accepted or refused, and in how many answers it was.</p>"
    kinds = dict.fromkeys(one.kind for one in coverage.elements)
    groups = {kind: [one for one in coverage.elements if one.kind == kind] for kind in kinds}
    yield '<div class="cards">'
    for kind, group in groups.items():
        yield from _card(TITLES.get(kind, kind), group)
    yield "</div>"
    for kind, group in groups.items():
        yield from _table(TITLES.get(kind, kind), group, coverage.replacements)


def _card(title: str, group: Sequence[Exercised]) -> Iterator[str]:
    done = sum(one.exercised for one in group)
    left = [one for one in group if not one.exercised]
    yield f'<div class="card"><h3>{escape(title)}</h3><b class="big">{done} of {len(group)}</b>'
    for level, said in (("document", "of the page"), ("kubernetes", "of the API conventions")):
        names = ", ".join(f"<code>{name_of(one)}</code>" for one in left if one.level == level)
        if names:
            yield f'<p class="faint">not exercised {said}: {names}</p>'
    if not left:
        yield '<p class="faint">all exercised</p>'
    yield "</div>"


def _table(title: str, group: Sequence[Exercised], replacements: int) -> Iterator[str]:
    sent = any(one.sent for one in group)
    yield f"<details><summary>{escape(title)}: {len(group)} in detail</summary>"
    names = ("sent", "accepted", "refused", "in answers", "left out", "values") if sent else ("in answers",)
    heads = "".join(f"<th>{name}</th>" for name in names)
    yield f'<div class="scroll"><table class="counts"><thead><tr><th></th>{heads}</tr></thead><tbody>'
    for one in group:
        mark = "" if one.exercised else f" {badge('not exercised', 'skipped')}"
        level = "" if one.level == "document" else ' <span class="faint">convention</span>'
        counts = (one.sent, one.accepted, one.refused) if sent else ()
        after = (replacements - one.sent, _values(one.values)) if sent else ()
        cells = "".join(f"<td>{number or ''}</td>" for number in (*counts, one.shown, *after))
        yield f'<tr><th class="id">{name_of(one)}{level}{mark}</th>{cells}</tr>'
    yield "</tbody></table></div></details>"


def _values(number: int) -> str:
    return f"{number}+" if number >= MOST_VALUES else str(number or "")


def name_of(element: Exercised) -> str:
    """The name of an element, which may be broken behind each step."""
    return escape(element.name).replace(".", ".<wbr>")
