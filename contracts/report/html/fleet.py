"""Several endpoints side by side as one HTML page. Pure."""

from itertools import groupby
from urllib.parse import quote

from contracts.report.fleet import Fleet, Result
from contracts.report.html.conformance import FILE_NAME as PAGE
from contracts.report.html.page import render
from contracts.report.model import Outcome, RequirementResult

SHOWN_FINDINGS = 3


def fleet_page(fleet: Fleet) -> str:
    """The page, ending in a newline."""
    return render(
        "fleet.html.jinja",
        title="Contract of the PyTorchJob replacement, endpoint by endpoint",
        fleet=fleet,
        seconds=(fleet.finished_at - fleet.started_at).total_seconds(),
        link=lambda result: f"{quote(result.name)}/{PAGE}",
        failures=_failures(fleet),
        shown_findings=SHOWN_FINDINGS,
        families=[(name, tuple(group)) for name, group in groupby(fleet.requirements, key=lambda one: one.family)],
    )


def _failures(fleet: Fleet) -> list[tuple[RequirementResult, list[Result]]]:
    """Each requirement that fails anywhere, with the endpoints where it does."""
    failed = (
        (one, [result for result in fleet.results if result.outcome(one.id) is Outcome.FAILED])
        for one in fleet.requirements
    )
    return [(one, failing) for one, failing in failed if failing]
