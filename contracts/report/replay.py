"""What a replay of a record's findings has shown: data, and the pure rules that decide it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from contracts.report.files import ReportError
from contracts.report.model import Outcome, RecordedExchange, RecordedFinding, Report

# A finding that comes up at a rate is missed in this share of replays at most.
MISSED: Final = 0.01
# What came up once in a run may have come by chance, and is looked for in so many replacements.
ONCE: Final = 100
# Of the cases that found the same, so many are run before anything else is tried.
MOST_CASES: Final = 4
# The checks that see what is stored some time after the answer.
LATE: Final = ("unchanged-rest", "refusal")


class Shown(StrEnum):
    """What a replay says of one finding."""

    STILL = "still there"
    GONE = "does not show again"
    UNKNOWN = "cannot tell"


# Of several findings the first that there is decides how the command ends.
STATUS: Final = {Shown.STILL: 1, Shown.UNKNOWN: 3, Shown.GONE: 0}


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a case in a replay: why it has judged nothing (`reason`), or what it found by requirement.

    `failed`: whether it was begun and could not be ended. `optional`: whether there was nothing to try for it here.
    """

    case: str
    reason: str = ""
    found: tuple[tuple[str, RecordedFinding], ...] = ()
    failed: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Sought:
    """A finding that is to be shown again: the requirement it breaks, and the cases that found it, shortest first.

    `known`: the ids of all findings of the record. `ran`: all its cases that sent anything. `parallel`: whether several
    processes ran them, so that nothing is known of their order.
    """

    requirement: str
    finding: RecordedFinding
    cases: tuple[str, ...]
    known: frozenset[str] = frozenset()
    ran: frozenset[str] = frozenset()
    parallel: bool = False

    def again(self, found: Iterable[tuple[str, RecordedFinding]]) -> RecordedFinding | None:
        """Which of the findings, each with its requirement, is this one; None where none is.

        A map that was lost as a whole may come back as one of which a key is: that depends on what was there before.
        What comes up now and then comes up elsewhere the next time, where the record knows of nothing (`known`).
        """
        about = (self.requirement, _check(self.finding.rule))
        alike = [one for requirement, one in found if (requirement, _check(one.rule)) == about]
        of_map = (one for one in alike if (one.rule, _of_map(one.field)) == self._of_map)
        new = (one for one in alike if one.id not in self.known)
        return next((one for one in alike if one.id == self.finding.id), None) or next(of_map, None) or next(new, None)

    @property
    def first(self) -> tuple[str, ...]:
        """The cases that are run before anything else: so many of those that found it."""
        return self.cases[:MOST_CASES]

    def history(self, order: Sequence[str]) -> tuple[str, ...]:
        """The cases that ran until it was found, in this order of all cases; none where that is one of the first."""
        places = [place for place, case in enumerate(order) if case in self.cases]
        last = (max if self.parallel else min)(places, default=-1)
        before = tuple(case for case in order[: last + 1] if case in self.ran)
        return before if len(before) > 1 or not set(before) <= set(self.first) else ()

    def gap(self, tried: Tried) -> str:
        """Why a case of the history leaves open what its requests would have led to; empty where it does not.

        Where it came up more than once, a case for which something is lacking now (a credential) leaves nothing open.
        """
        if tried.case in self.cases or not tried.reason or not (self.came_once or tried.failed):
            return ""
        return f"{tried.case}, which ran before it was found, could not be run again: {tried.reason}"

    @property
    def may_be_late(self) -> bool:
        """Whether it is of a kind that a run also finds where the change is stored some time after the answer."""
        return _check(self.finding.rule) in LATE and bool(self.finding.field)

    @property
    def _of_map(self) -> tuple[str, str]:
        return self.finding.rule, _of_map(self.finding.field)

    @property
    def came_once(self) -> bool:
        """Whether it came up once in the run: by chance, or by what was sent before."""
        return self.finding.count == 1

    @property
    def tries(self) -> int:
        """In how many replacements it is looked for at least, as far as `MOST_REPETITIONS` of its cases go."""
        return self.needed or (ONCE if self.came_once else 0)

    @property
    def needed(self) -> int:
        """In how many replacements it would be seen at its recorded rate; 0 where it did not come up now and then."""
        values = self.finding.values
        if not values.count or not values.requests or values.count >= values.requests:
            return 0
        return math.ceil(math.log(MISSED) / math.log(1 - values.count / values.requests))


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay says of one finding: `then`, `now` are the exchanges, `reason` why nothing can be said."""

    id: str
    requirement: str
    finding: RecordedFinding
    shown: Shown
    reason: str = ""
    requests: int = 0
    then: RecordedExchange | None = None
    now: RecordedExchange | None = None


def sought(report: Report, ids: Sequence[str]) -> tuple[Sought, ...]:
    """The findings of a record with these ids, or beginnings of ids; all of them where none is given.

    Raises `ValueError` for an id that none has, or several findings have, `ReportError` for a record without ids.
    """
    cases = [case for each in report.requirements for case in each.cases]
    every = frozenset(name for case in cases for name in case.findings)
    ran = frozenset(case.id for case in cases if case.outcome is not Outcome.SKIPPED)
    parallel = "--workers" in report.command
    known = {
        finding.id: Sought(requirement.id, finding, _cases(report, finding.id), every, ran, parallel)
        for requirement in report.requirements
        for finding in requirement.findings
        if finding.id
    }
    if not ids:
        if not known and any(one.findings for one in report.requirements):
            raise ReportError("the record was written before findings had ids; make a new one (run)")
        return tuple(known.values())
    chosen: dict[str, Sought] = {}
    for given in ids:
        meant = [name for name in known if name.startswith(given.removeprefix("#"))]
        if len(meant) != 1:
            there = ", ".join(list(known)[:10]) + (", …" if len(known) > 10 else "")
            problem = "several findings have an id that begins so" if meant else "no finding has this id"
            raise ValueError(f"{given}: {problem} (there are: {there or 'none'})")
        chosen[meant[0]] = known[meant[0]]
    return tuple(chosen.values())


def _cases(report: Report, finding: str) -> tuple[str, ...]:
    found = {
        case.id: case.duration_seconds
        for requirement in report.requirements
        for case in requirement.cases
        if finding in case.findings
    }
    return tuple(sorted(found, key=found.__getitem__))


def decide(
    one: Sought,
    tried: Iterable[Tried],
    *,
    found: bool = False,
    control: str = "",
    alike: bool = True,
    sent: int = 0,
    gap: str = "",
) -> tuple[Shown, str]:
    """What is to be said of a finding after these cases, and why where nothing can be.

    `found`: whether a case of its history has found it. `control`: why an ordinary replacement was not carried out,
    which leaves nothing to conclude from silence. `alike`: whether a request could be sent that changes what the
    recorded one did (`is_alike`). `sent`: in how many replacements it was looked for. `gap`: what of its history could
    not be done again.
    """
    of_it = [case for case in tried if case.case in one.cases]
    cases = [case for case in of_it if case.found or not case.optional]
    if found or one.again(each for case in cases for each in case.found):
        return Shown.STILL, ""
    if control:
        return Shown.UNKNOWN, control
    if not cases and of_it:
        return Shown.UNKNOWN, f"the case that found it has nothing to try here: {of_it[0].reason}"
    if not cases:
        there = ", ".join(one.cases) or "no case of the record"
        return Shown.UNKNOWN, f"the suite that is installed does not have the case that found it ({there})"
    if unjudged := [case.reason for case in cases if case.reason]:
        return Shown.UNKNOWN, unjudged[0]
    if sent < one.needed:
        rate = f"{one.finding.values.count} of {one.finding.values.requests} requests"
        return Shown.UNKNOWN, f"it came up in {rate}, so that {sent} are too few to say that it is gone"
    if not alike:
        there = one.finding.field or "the place that was changed"
        return Shown.UNKNOWN, f"the object has nothing at {there} that could be sent so again"
    if gap:
        return Shown.UNKNOWN, gap
    return Shown.GONE, ""


def _check(rule: str) -> str:
    """The name of the check, without what it was tried with."""
    return rule.partition("[")[0]


def _of_map(field: str) -> str:
    return field.removesuffix("[*]")


def exit_status(found: Iterable[Replayed]) -> int:
    """0 where none shows again, 1 where one does, 3 where of one nothing can be said."""
    seen = {one.shown for one in found}
    return next((status for shown, status in STATUS.items() if shown in seen), 0)
