"""What a process of a run has come to: a record of each case, and what it observed beside them. Pure.

These values travel from process to process, and are merged.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import reduce
from typing import Any

from contracts.report.model import Acceptance, CaseResult, DocumentGaps, Outcome, RecordedFinding
from contracts.run.measurements import Tally
from contracts.spec.own_requirements import OwnRequirements


@dataclass(frozen=True)
class Found:
    """A finding against a requirement; after how many requests and seconds of the run it came up."""

    requirement: str
    finding: RecordedFinding
    requests: int
    seconds: float


@dataclass(frozen=True)
class CaseRecord:
    """One case: the requirements that it names, what became of it and why, and everything that it found.

    `outcome`: of the case without its findings. `optional`: it was skipped for having nothing to try. `began`,
    `requests`: how many had been answered in its process when it began, and when it ended. `error_kind`: of an outcome
    that is an error. `cut_by`: the option of the budget that left no room for it. `not_tried`: what of it an adopted
    object was not sent.
    """

    id: str
    requirements: tuple[str, ...]
    outcome: Outcome
    reason: str = ""
    duration_seconds: float = 0.0
    optional: bool = False
    found: tuple[Found, ...] = ()
    began: int = 0
    requests: int = 0
    error_kind: str = ""
    cut_by: str = ""
    not_tried: tuple[str, ...] = ()

    def results(self) -> Iterator[tuple[str, CaseResult]]:
        """What the case says of each requirement that it names, and of each that it found broken."""
        broken = dict.fromkeys(one.requirement for one in self.found)
        for name in dict.fromkeys((*self.requirements, *broken)):
            found = [one for one in self.found if one.requirement == name]
            outcome, reason = self.outcome, self.reason
            if found:
                outcome = Outcome.WAIVED if all(one.finding.waiver for one in found) else Outcome.FAILED
                reason = ""
            yield (
                name,
                CaseResult(
                    self.id,
                    outcome,
                    self.duration_seconds,
                    self.optional,
                    reason,
                    findings=tuple(one.finding.id for one in found),
                    not_tried=self.not_tried,
                    requests=self.requests - self.began,
                    first_finding=min((one.requests - self.began for one in found), default=None),
                ),
            )


def in_order(records: Sequence[CaseRecord]) -> list[Found]:
    """What all cases have found, in the order of time."""
    return sorted((one for record in records for one in record.found), key=lambda one: one.seconds)


def merged(records: Sequence[CaseRecord]) -> dict[str, tuple[RecordedFinding, ...]]:
    """The findings of all cases by requirement: each once, as it was found first, with how often it was."""
    found: defaultdict[str, dict[str, RecordedFinding]] = defaultdict(dict)
    for one in in_order(records):
        of_requirement, name = found[one.requirement], one.finding.id
        known = of_requirement.get(name)
        of_requirement[name] = replace(known, count=known.count + one.finding.count) if known else one.finding
    return {requirement: tuple(findings.values()) for requirement, findings in found.items()}


@dataclass(frozen=True)
class PartialResult:
    """One process's part of a run; a run in one process has one, which is all of it.

    `opened`: whether the target could be judged at all. `planned`: cases that were to be run and have not come to
    their end, with their requirements. `left_out`: cases that the user's arguments left out, `deselected`: their
    requirements. `gave_up`: whether it stopped since nobody answers. `scripts`: by the id of a finding what shows it
    again; no part of the record. `own`: the requirements of the user's own that its cases name.
    """

    opened: bool = False
    url: str = ""
    requests: int = 0
    statuses: Mapping[int, int] = field(default_factory=dict)
    coverage: Tally = field(default_factory=Tally)
    latency: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    treatment: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gaps: DocumentGaps = field(default_factory=DocumentGaps)
    server_added: tuple[str, ...] = ()
    other_writers: tuple[str, ...] = ()
    credentials: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    error_bodies: Mapping[str, int] = field(default_factory=dict)
    boundaries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stored: tuple[str, ...] = ()
    failed_methods: tuple[str, ...] = ()
    judged: int = 0
    positive: Acceptance = field(default_factory=Acceptance)
    witnessed: tuple[str, ...] = ()
    planned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    deselected: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    error: str = ""
    error_kinds: tuple[str, ...] = ()
    gave_up: bool = False
    certificates: tuple[str, ...] = ()
    reported_version: Mapping[str, str] = field(default_factory=dict)
    object_under_test: str = ""
    dropped: tuple[str, ...] = ()
    scripts: Mapping[str, str] = field(default_factory=dict)
    own: OwnRequirements = field(default_factory=OwnRequirements)


def merge(parts: Iterable[PartialResult]) -> PartialResult:
    """All parts of a run as one."""
    return reduce(add, parts, PartialResult())


def add(one: Any, other: Any) -> Any:
    """Two values of one type as one: numbers are added, maps and dataclasses merged key by key, lists united in order.

    Of flags one that is set counts, of texts the first that is not empty.
    """
    if is_dataclass(one) and not isinstance(one, type):
        return type(one)(**{part.name: add(getattr(one, part.name), getattr(other, part.name)) for part in fields(one)})
    if isinstance(one, Mapping):
        return {**one, **{key: add(one[key], value) if key in one else value for key, value in other.items()}}
    if isinstance(one, tuple):
        return tuple(sorted({*one, *other}))
    return one + other if type(one) is int else one or other
