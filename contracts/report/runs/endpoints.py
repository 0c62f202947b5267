"""The newest records of many endpoints, from anywhere, a row each. Pure.

A fleet of a thousand is more than a table with a column an endpoint can show: of each record only a row is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from contracts.report.error_kinds import ErrorKind
from contracts.report.model import Outcome, Report, Verdict
from contracts.report.outcomes import ERROR, counted, worst

# The worst first, as in the exit status.
VERDICTS: Final = (Verdict.ERROR, Verdict.NONCONFORMANT, Verdict.PARTIAL, Verdict.CONFORMANT)
# Options under which an endpoint is judged by something else.
JUDGED_BY: Final = ("spec", "operation")
NO_RECORD: Final = "there is no record of it"


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept of a record. `name`: what its run was told that the endpoint is called, else the URL.

    `by`: the specification and the operation that were named to judge by. `failed`: the ids of requirements. `words`:
    what is to be known beside the numbers. `file`: where the record is.
    """

    name: str
    url: str
    namespace: str
    profile: str
    by: tuple[str, ...]
    verdict: Verdict
    status: int
    passed: int
    failed: tuple[str, ...]
    requests: int
    seconds: float
    started_at: datetime
    words: str
    file: str

    @property
    def endpoint(self) -> tuple[str, ...]:
        """What two records have in common that are of the same endpoint, judged by the same."""
        return self.name, self.url, self.namespace, self.profile, *self.by


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint with its newest record, if there is any; `older`: how many others of it are left out."""

    name: str
    record: Record | None = None
    older: int = 0

    @property
    def verdict(self) -> Verdict:
        """The record's verdict; an error where there is no record."""
        return self.record.verdict if self.record else Verdict.ERROR

    @property
    def status(self) -> int:
        """The exit status of the run; that of an error where there is no record."""
        return self.record.status if self.record else ERROR

    @property
    def words(self) -> str:
        """What is to be known beside the numbers."""
        return self.record.words if self.record else NO_RECORD

    @property
    def failed(self) -> tuple[str, ...]:
        """The ids of the requirements that fail."""
        return self.record.failed if self.record else ()


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The endpoints, the worst first; `left_out`: a line for each record that cannot be read or was changed.

    `too_old`: how many records were not looked at since they are older than was asked for.
    """

    rows: tuple[Endpoint, ...]
    now: datetime
    left_out: tuple[str, ...] = ()
    too_old: int = 0

    @property
    def status(self) -> int:
        """The exit status: the worst of all, an error also where a record is left out."""
        return worst([row.status for row in self.rows] + [ERROR] * bool(self.left_out))

    @property
    def failing(self) -> Mapping[str, tuple[str, ...]]:
        """By requirement the names of the endpoints on which it fails, the most first."""
        found: dict[str, list[str]] = {}
        for row in self.rows:
            for requirement in row.failed:
                found.setdefault(requirement, []).append(row.name)
        return {name: tuple(found[name]) for name in sorted(found, key=lambda name: (-len(found[name]), name))}

    def age(self, record: Record) -> str:
        """How long ago its run began, in the unit that fits."""
        minutes = max(0, int((self.now - record.started_at).total_seconds() // 60))
        if minutes < 120:
            return f"{minutes} min"
        return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"

    @property
    def headline(self) -> str:
        """In one line how many endpoints have which verdict, what it took, and what was left out."""
        numbers = {verdict: sum(row.verdict is verdict for row in self.rows) for verdict in VERDICTS}
        said = ", ".join(f"{number} {verdict}" for verdict, number in numbers.items() if number) or "no record"
        requests = sum(row.record.requests for row in self.rows if row.record)
        older = sum(row.older for row in self.rows)
        parts = [f"{counted(len(self.rows), 'endpoint')}: {said}", counted(requests, "request")]
        parts += [f"{counted(older, 'older record')} left out"] * bool(older)
        parts += [f"{counted(self.too_old, 'record')} too old (--max-age)"] * bool(self.too_old)
        parts += [f"{counted(len(self.left_out), 'record')} not counted"] * bool(self.left_out)
        return "; ".join(parts)


def of_report(report: Report, file: str) -> Record:
    """What is kept of a report that lies in this file."""
    kind = f"{report.error_kind}: " if report.error_kind not in ("", ErrorKind.UNKNOWN) else ""
    by = tuple(f"{one.name} {one.value}" for one in report.configuration if one.name in JUDGED_BY)
    said = [kind + report.error] if report.error else [*report.waiver_problems, *report.weakened]
    return Record(
        name=report.endpoint or report.target.url,
        url=report.target.url,
        namespace=report.target.namespace,
        profile=report.profile,
        by=by,
        verdict=report.verdict,
        status=report.exit_status,
        passed=len(report.having(Outcome.PASSED)),
        failed=tuple(one.id for one in report.having(Outcome.FAILED)),
        requests=report.requests,
        seconds=report.duration_seconds,
        started_at=report.started_at,
        words="; ".join([*by, *said]),
        file=file,
    )


def side_by_side(
    records: Iterable[Record],
    left_out: Sequence[str],
    now: datetime,
    names: Sequence[str] = (),
    max_age: timedelta | None = None,
) -> Endpoints:
    """The newest record of each endpoint.

    `names`: endpoints that must be there; one without a record is an error. `max_age`: what was begun longer ago than
    that (or, by another clock, will be) counts as if it were not there.
    """
    found: dict[tuple[str, ...], list[Record]] = {}
    too_old = 0
    for one in records:
        if max_age is not None and abs(now - one.started_at) > max_age:
            too_old += 1
        else:
            found.setdefault(one.endpoint, []).append(one)
    rows = [_newest(several) for several in found.values()]
    known = {one.name for one in rows}
    rows += [Endpoint(name) for name in names if name not in known]
    rows.sort(key=lambda one: (VERDICTS.index(one.verdict), one.record.endpoint if one.record else (one.name,)))
    return Endpoints(tuple(rows), now, tuple(left_out), too_old)


def _newest(several: Sequence[Record]) -> Endpoint:
    chosen = max(several, key=lambda one: (one.started_at, one.file))
    return Endpoint(chosen.name, chosen, len(several) - 1)
