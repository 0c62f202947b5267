"""What the processes of a run have seen that is no judgement → the result model."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.report import model
from contracts.run import latency
from contracts.run.coverage import NEVER
from contracts.run.partial_result import PartialResult
from contracts.run.run import Run


def observed(run: Run, share: PartialResult) -> model.Observed:
    """What the target did, and what of the specification that exercised."""
    treatment = {
        group or "(top level)": model.Immutability(seen[0] if len(seen) == 1 else "mixed")
        for group, seen in sorted(share.treatment.items())
    }
    took = {
        method: model.Latency(sum(histogram.values()), latency.percentiles(histogram))
        for method, histogram in share.latency.items()
    }
    gaps = model.DocumentGaps(share.gap_statuses, share.gap_fields)
    return model.Observed(treatment, share.statuses, gaps, _coverage(run, share), took)


def _coverage(run: Run, share: PartialResult) -> model.Coverage:
    tally, elements = share.coverage, run.coverage.inventory.elements
    rows = tally.counts or (NEVER,) * len(elements)
    exercised = tuple(
        model.Exercised(one.kind, one.name, one.level, *row, len(tally.values.get(number, ())))
        for number, (one, row) in enumerate(zip(elements, rows, strict=True))
    )
    return model.Coverage(tally.replacements, exercised)


def acceptance(share: PartialResult) -> Mapping[str, model.Acceptance]:
    """How many of the generated replacements that should be accepted were."""
    if not share.positive_sent:
        return {}
    return {"positive": model.Acceptance(share.positive_sent, share.positive_accepted)}
