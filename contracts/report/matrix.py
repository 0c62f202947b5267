"""What the writers of the traceability matrix share: what became of a requirement, and how a pointer is shortened."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.report.model import Outcome, Report, Traced


@dataclass(frozen=True, slots=True)
class Judged:
    """The cases that judge a requirement, and what came of them; no outcome where there was no run."""

    cases: tuple[str, ...]
    outcome: Outcome | None = None


def of_report(report: Report) -> dict[str, Judged]:
    """What a run says of each requirement."""
    return {one.id: Judged(tuple(case.id for case in one.cases), one.outcome) for one in report.requirements}


def in_short(pointer: str) -> str:
    """A JSON pointer without the URL's path, which is the same in all of them."""
    steps = pointer.split("/")
    return "/".join("…" if step.count("~1") > 1 else step for step in steps) if pointer else "/"


def summary(rows: Sequence[Traced]) -> str:
    """How much of the page is covered, in a line."""
    covered = sum(bool(row.requirements) for row in rows)
    left = sum(not row.requirements and bool(row.reason) for row in rows)
    uncovered = sum(row.uncovered for row in rows)
    return f"{len(rows)} units of the page: {covered} covered, {left} of which nothing is asked, {uncovered} uncovered"
