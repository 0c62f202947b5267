"""What a request of a case was answered with, and soft expectations: each that does not hold becomes a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.client.exchange import Exchange
from contracts.jsonvalue import layout, paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.judge import rules
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.run.trial import Trial

if TYPE_CHECKING:
    from contracts.casekit.job import Job

LONGEST_MESSAGE = 160


class Reply:
    """The response to one request; `trial` where it was a replacement of the object under test.

    An expectation that does not hold is a finding against the case's first requirement, or the one that is named; the
    case goes on. `about` says which of several things was sent.
    """

    def __init__(self, job: Job, exchange: Exchange, trial: Trial | None = None, about: str = "") -> None:
        self.job = job
        self.exchange = exchange
        self.trial = trial
        self.about = about

    @property
    def status(self) -> int:
        """The status of the response."""
        return self.exchange.response.status

    @property
    def accepted(self) -> bool:
        """Whether the target answered 2xx."""
        return self.exchange.response.accepted

    @property
    def refused(self) -> bool:
        """Whether the target answered 4xx."""
        return self.exchange.response.refused

    @property
    def value(self) -> Json:
        """The JSON value of the response's body, or `MISSING`."""
        return self.exchange.response.value

    @property
    def stored(self) -> Json:
        """The object as it was read after the request, or `MISSING`."""
        return self.trial.replacement.after if self.trial else MISSING

    @property
    def changed(self) -> bool:
        """Whether the replacement was accepted and the object is another one since."""
        return self.accepted and self.trial is not None and rules.changed(self.job.run.scope, self.trial.replacement)

    def found(self, *prefixes: str) -> list[Finding]:
        """What the rules found in this exchange against requirements or families of these names."""
        chosen = self.trial.findings if self.trial else ()
        return [one for one in chosen if {one.requirement, self.job.family(one.requirement)} & set(prefixes)]

    def expect_status(self, *statuses: int, requirement: str = "", field: str = "") -> None:
        """One of these statuses is answered."""
        if self.status not in statuses:
            self._add_finding(Expected(Demand.STATUS, statuses), self._said(), paths.parse(field), requirement)

    def expect_accepted(self, requirement: str = "", field: str = "") -> bool:
        """The request is accepted (2xx); whether it was."""
        if not self.accepted:
            self.expect_status(200, requirement=requirement, field=field)
        return self.accepted

    def expect_refused(self, *statuses: int, requirement: str = "", field: str = "") -> None:
        """The request is refused with one of these statuses, or if none is named with any 4xx."""
        if statuses:
            self.expect_status(*statuses, requirement=requirement, field=field)
        elif not self.refused:
            self._add_finding(Expected(Demand.STATUS_CLASS, (4,)), self._said(), paths.parse(field), requirement)

    def expect_unchanged(self, requirement: str = "") -> None:
        """The object is stored as it was before, what the server and controllers write aside."""
        if self.trial is None or self.stored is MISSING:
            return
        for change in paths.differences(self.trial.replacement.before, self.stored, spared=self.job.volatile):
            observed = Observed(Seen.STORED, self.status, change.after)
            self._add_finding(Expected(Demand.UNCHANGED, (change.before,)), observed, change.path, requirement)

    def expect_answered(self, field: str, *allowed: Json, requirement: str = "") -> None:
        """The response shows one of the allowed values in a field; `MISSING`: none."""
        path = paths.parse(field)
        shown = paths.get(self.value, path)
        if not any(paths.same(shown, value) for value in allowed):
            observed = Observed(Seen.ANSWERED, self.status, shown)
            self._add_finding(Expected(Demand.ANSWERED, allowed), observed, path, requirement)

    def expect_same_as(self, other: Reply, requirement: str = "") -> None:
        """The response shows the same object as another one; of what others write meanwhile only that it is there."""
        left, right = (paths.without(one.value, self.job.volatile) for one in (other, self))
        for change in paths.differences(left, right):
            self._differs(change.path, change.before, change.after, requirement)
        for path in self.job.server_owned:
            there, here = (paths.get(one.value, path) for one in (other, self))
            if there is not MISSING and here is MISSING:
                self._differs(path, there, MISSING, requirement)

    def _differs(self, path: Path, expected: Json, shown: Json, requirement: str) -> None:
        observed = Observed(Seen.ANSWERED, self.status, shown)
        self._add_finding(Expected(Demand.ANSWERED, (expected,)), observed, path, requirement)

    def expect_object(self, requirement: str = "") -> None:
        """The body of an accepted request is a JSON object."""
        if self.accepted and not isinstance(self.value, dict):
            observed = Observed(Seen.NOTE, self.status, note=self.exchange.response.decoded[1])
            self._add_finding(Expected(Demand.OBJECT), observed, (), requirement)

    def expect_compact(self, requirement: str = "") -> None:
        """The body of an accepted request is not pretty-printed."""
        if self.accepted and layout.is_pretty(self.exchange.response.body.decode(errors="replace")):
            self._add_finding(
                Expected(Demand.COMPACT), Observed(Seen.NOTE, self.status, note="pretty"), (), requirement
            )

    def expect_no_findings(self, *prefixes: str, requirement: str = "") -> None:
        """The rules found nothing here against requirements or families of these names."""
        for one in self.found(*prefixes):
            self._add_finding(one.expected, one.observed, one.path, requirement)

    def _said(self) -> Observed:
        message = self.value.get("message", "") if isinstance(self.value, dict) else ""
        note = str(message or self.exchange.response.defect)[:LONGEST_MESSAGE]
        return Observed(Seen.NOTE if note else Seen.STATUS, self.status, note=note)

    def _add_finding(self, expected: Expected, observed: Observed, path: Path, requirement: str) -> None:
        self.job.add_finding(expected, observed, path, requirement, self)
