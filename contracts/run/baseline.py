"""The record that a run is compared with, by what the run is told."""

import sys

from contracts.report.model import Report
from contracts.report.runs.baseline import Endpoint, baseline_of
from contracts.settings.options import Settings


def baseline_for(settings: Settings) -> Report | None:
    """The record that --baseline names; None where there is none, which is said. Raises `ReportError`."""
    if settings.baseline is None:
        return None
    endpoint = Endpoint(
        name=settings.endpoint or "",
        url=settings.target or "",
        namespace=settings.namespace or "",
        profile=settings.profile,
        embedded=settings.embedded,
    )
    report, words = baseline_of(settings.baseline, endpoint)
    if words:
        print(f"pytorchjob-contract: --baseline: {words}", file=sys.stderr)
    return report
