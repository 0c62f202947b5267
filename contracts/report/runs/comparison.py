"""Two reports → what is otherwise in the second: outcomes, findings, observed behaviour, time. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, TypeVar

from contracts.report.model import MOST_FINDINGS, Outcome, RecordedFinding, Report, RequirementResult, Verdict
from contracts.report.outcomes import JUDGED

# Slower is what takes so many times as long, and so many seconds more: less is the network's and the machine's mood.
RATIO = 1.5
SECONDS = 1.0

T = TypeVar("T")
LOOPBACK_PORT = re.compile(r"^(https?://(?:127\.0\.0\.1|localhost|\[::1\])):\d+")


class Kind(StrEnum):
    """What became of a requirement from one run to the next."""

    NEWLY_FAILING = "newlyFailing"
    FAILING_FIRST_JUDGED = "failingFirstJudged"
    NEWLY_ERROR = "newlyError"
    NEWLY_SKIPPED = "newlySkipped"
    NO_LONGER_JUDGED = "noLongerJudged"
    NEWLY_WAIVED = "newlyWaived"
    STILL_FAILING = "stillFailing"
    FIXED = "fixed"
    NEWLY_PASSING = "newlyPassing"
    SAME = "same"


_BY_NEW_OUTCOME = {
    None: Kind.NO_LONGER_JUDGED,
    Outcome.FAILED: Kind.NEWLY_FAILING,
    Outcome.ERROR: Kind.NEWLY_ERROR,
    Outcome.SKIPPED: Kind.NEWLY_SKIPPED,
    Outcome.WAIVED: Kind.NEWLY_WAIVED,
    Outcome.PASSED: Kind.NEWLY_PASSING,
    Outcome.NOT_APPLICABLE: Kind.NO_LONGER_JUDGED,
}
_LESS_SAID = (Kind.NEWLY_ERROR, Kind.NEWLY_SKIPPED, Kind.NO_LONGER_JUDGED)


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement in both runs; an outcome is None where the run does not know the requirement.

    `appeared` and `vanished` are findings that only one of the runs has; where a run had more than its record shows,
    they are not `certain`: which of many findings are shown is chance.
    """

    id: str
    old: Outcome | None
    new: Outcome | None
    appeared: tuple[RecordedFinding, ...] = ()
    vanished: tuple[RecordedFinding, ...] = ()
    certain: bool = True

    @property
    def kind(self) -> Kind:
        """What became of the requirement."""
        if self.old is self.new:
            return Kind.STILL_FAILING if self.new is Outcome.FAILED else Kind.SAME
        if self.new is Outcome.PASSED and self.old is Outcome.FAILED:
            return Kind.FIXED
        if self.new is Outcome.FAILED and self.old not in JUDGED:
            return Kind.FAILING_FIRST_JUDGED
        return _BY_NEW_OUTCOME[self.new]

    @property
    def is_worse(self) -> bool:
        """Whether the target, or what is known of it, got worse: a new failure or finding, or a judgement less."""
        if self.kind in _LESS_SAID:
            return self.old in JUDGED or (self.old is Outcome.SKIPPED and self.new is Outcome.ERROR)
        return self.kind in (Kind.NEWLY_FAILING, Kind.FAILING_FIRST_JUDGED) or (
            self.kind is Kind.STILL_FAILING and self.certain and bool(self.appeared)
        )


@dataclass(frozen=True, slots=True)
class Changed(Generic[T]):
    """Something that is one way in the old run and another in the new one: in words, or the seconds that it took."""

    what: str
    old: T
    new: T


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the new run shows otherwise than the old one.

    `premises`: what was judged, or by what, is not the same, so the rest is to be read with care. `observed`: what the
    target does where the document leaves a choice. Neither these nor the time make a run worse: both may conform.
    """

    old: Report
    new: Report
    premises: tuple[Changed[str], ...]
    rows: tuple[Row, ...]
    observed: tuple[Changed[str], ...]
    slower: tuple[Changed[float], ...]
    faster: tuple[Changed[float], ...]

    def having(self, kind: Kind) -> tuple[Row, ...]:
        """The requirements of which this became, in the report's order."""
        return tuple(row for row in self.rows if row.kind is kind)

    @property
    def unjudged(self) -> str:
        """Which of the runs judged nothing, so that there is nothing to compare; empty when both did."""
        return next((name for name, run in (("old", self.old), ("new", self.new)) if not is_judged(run)), "")

    @property
    def is_worse(self) -> bool:
        """Whether anything got worse; a run that judged nothing, as in an outage, says nothing of that."""
        return not self.unjudged and any(row.is_worse for row in self.rows)


def is_judged(report: Report) -> bool:
    """Whether a run says enough of the target to be compared with: it came to a verdict."""
    return report.verdict is not Verdict.ERROR


def compare(old: Report, new: Report) -> Comparison:
    """What is otherwise in `new` than in `old`."""
    return Comparison(
        old=old,
        new=new,
        premises=_changed(_premises(old), _premises(new)),
        rows=tuple(_rows(old, new)),
        observed=tuple(sorted(_changed(_behaviour(old), _behaviour(new)), key=lambda one: one.what)),
        slower=tuple(_slower(old, new)),
        faster=tuple(Changed(one.what, one.new, one.old) for one in _slower(new, old)),
    )


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Changed[str], ...]:
    found = ((what, before.get(what, "not seen"), after.get(what, "not seen")) for what in {**before, **after})
    return tuple(Changed(what, old, new) for what, old, new in found if old != new)


def _premises(report: Report) -> Mapping[str, str]:
    document, url = report.document, LOOPBACK_PORT.sub(r"\1", report.target.url)
    return {
        "profile": report.profile,
        "document": f"{', '.join(filter(None, (document.title, document.edition)))} ({document.sha256[:12]})",
        "specification": report.spec.sha256[:12],
        "suite version": report.suite.version,
        # The port of an endpoint on this machine, such as the embedded one, is another each time.
        "target": replace(report.target, url=url).place,
    }


def _rows(old: Report, new: Report) -> Iterator[Row]:
    before, after = ({one.id: one for one in report.requirements} for report in (old, new))
    for name in [*after, *(name for name in before if name not in after)]:
        first, second = before.get(name), after.get(name)
        known, seen = _signed(first), _signed(second)
        if "" in {rule for rule, _ in (*known, *seen)}:  # written before findings had rules: the field alone tells
            known, seen = ({("", key[1]): one for key, one in signed.items()} for signed in (known, seen))
        yield Row(
            name,
            first.outcome if first else None,
            second.outcome if second else None,
            tuple(finding for key, finding in seen.items() if key not in known),
            tuple(finding for key, finding in known.items() if key not in seen),
            all(len(one.findings) < MOST_FINDINGS for one in (first, second) if one),
        )


def _signed(requirement: RequirementResult | None) -> dict[tuple[str, str], RecordedFinding]:
    """The findings by what makes two of different runs the same: the rule that made them, and the field."""
    return {(finding.rule, finding.field): finding for finding in requirement.findings} if requirement else {}


def _behaviour(report: Report) -> Mapping[str, str]:
    observed, gaps = report.observed, report.observed.document_gaps
    return {
        **{f"changes of {path}": how.value for path, how in observed.immutability.items()},
        # How often is chance; whether at all is behaviour.
        **{f"status {status}": "seen" for status, count in observed.statuses.items() if count},
        **{f"document gap: status {status}": "seen" for status in gaps.statuses},
        **{f"document gap: field {name}": "seen" for name in gaps.fields},
    }


def _slower(old: Report, new: Report) -> Iterator[Changed[float]]:
    before, after = _seconds(old), _seconds(new)
    for what, now in after.items():
        then = before.get(what)
        if then is not None and now > then * RATIO and now - then > SECONDS:
            yield Changed(what, then, now)


def _seconds(report: Report) -> dict[str, float]:
    cases = {one.id: sum(case.duration_seconds for case in one.cases) for one in report.requirements}
    return {"the whole run": report.duration_seconds, **cases}
