"""What a request of a case was answered with, and soft expectations: each that does not hold becomes a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.jsonvalue import layout, paths
from contracts.jsonvalue.paths import MISSING, Difference, Json, Mutation, Path
from contracts.judge import rules
from contracts.judge.model import Exchange
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.run.trial import MadeOf, Trial
from contracts.spec.fields import UID, VERSION

if TYPE_CHECKING:
    from contracts.casekit.job import Job

LONGEST_MESSAGE = 160


class Reply:
    """The response to one request; `trial` where it was a replacement of the object under test.

    `status`, `accepted` (2xx), `refused` (4xx), `value` (the body's JSON value, or `MISSING`): what was answered.
    `stored`: the object as it was read after the request, or `MISSING`. `about`: which of several things was sent.
    `made_of`: what it was made of, where it needs nothing sent before it.

    An expectation that does not hold is a finding against the case's first requirement, or the one that is named; the
    case goes on.
    """

    def __init__(
        self, job: Job, exchange: Exchange, trial: Trial | None = None, about: str = "", made_of: MadeOf | None = None
    ) -> None:
        self.job = job
        self.exchange = exchange
        self.trial = trial
        self.about = about
        self.made_of = trial.made_of if trial else made_of
        self.status = exchange.response.status
        self.accepted = exchange.response.accepted
        self.refused = exchange.response.refused
        self.value = exchange.response.value
        self.stored: Json = trial.replacement.after if trial else MISSING

    @property
    def _volatile(self) -> tuple[Path, ...]:
        return (*self.job.run.scope.volatile, *self.job.run.resource.added.paths)

    @property
    def attempt(self) -> Mutation | None:
        """What was tried on the immutable part of the object, if anything."""
        return self.trial.replacement.mutation if self.trial else None

    @property
    def is_unanswered(self) -> bool:
        """Whether the connection was closed instead of an answer."""
        return self.exchange.response.dropped

    @property
    def is_disturbed(self) -> bool:
        """Whether another writer may have come between the replacement and the read after it."""
        return self.trial is not None and self.trial.replacement.disturbed

    def is_outdated(self, shown: Json) -> bool:
        """Whether an object is of the version from before the replacement, or of none."""
        before = self.trial.replacement.before if self.trial else MISSING
        return paths.get(shown, VERSION) in (MISSING, paths.get(before, VERSION))

    @property
    def changed(self) -> bool:
        """Whether the replacement was accepted and the object is another one since."""
        return self.accepted and self.trial is not None and rules.changed(self.job.run.scope, self.trial.replacement)

    def found(self, *prefixes: str) -> list[Finding]:
        """What the rules found in this exchange against requirements or families of these names."""
        known = self.job.contract.requirements
        chosen = self.trial.found if self.trial else ()
        return [one for one in chosen if {one.requirement, known[one.requirement].family} & set(prefixes)]

    def expect_status(self, *statuses: int, requirement: str = "", field: str = "") -> None:
        """One of these statuses is answered."""
        if self.status not in statuses:
            self._wrong_status(Expected(Demand.STATUS, statuses), requirement, field)

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
            self._wrong_status(Expected(Demand.STATUS_CLASS, (4,)), requirement, field)

    def _wrong_status(self, expected: Expected, requirement: str, field: str) -> None:
        message = self.value.get("message", "") if isinstance(self.value, dict) else ""
        note = str(message or self.exchange.response.defect)[:LONGEST_MESSAGE]
        self._add(expected, Seen.NOTE if note else Seen.STATUS, requirement, paths.parse(field), note=note)

    def expect_unchanged(self, requirement: str = "") -> None:
        """The object is stored as it was before, what the server and controllers write aside."""
        if self.trial is None or self.stored is MISSING:
            return
        before, sent = self.trial.replacement.before, self.trial.replacement.sent
        for change in paths.differences(before, self.stored, spared=self._volatile):
            if self.is_disturbed and not paths.same(change.after, paths.get(sent, change.path)):
                continue  # another writer's
            expected = Expected(Demand.UNCHANGED, (change.before,))
            self._add(expected, Seen.STORED, requirement, change.path, change.after)

    def expect_answered(self, field: str, value: Json, requirement: str = "") -> None:
        """The response shows a field as it is stored where it was sent with a value; `MISSING`: where it was not."""
        for change in self.job.deviations(field, value, self.value):
            self._add(
                Expected(Demand.ANSWERED, (change.before,)), Seen.ANSWERED, requirement, change.path, change.after
            )

    def expect_same_as(self, other: Reply, requirement: str = "") -> None:
        """The response shows the same object as another one; of what others write meanwhile only that it is there.

        Nothing is expected where a controller has deleted the object in between, and another one was made.
        """
        if paths.get(other.value, UID) != paths.get(self.value, UID) and not self.found("immutable"):
            return
        wrong = [*paths.differences(other.value, self.value, spared=self._volatile)]
        for path in self.job.server_owned:
            there, here = (paths.get(one.value, path) for one in (other, self))
            if there is not MISSING and here is MISSING:
                wrong.append(Difference(path, there, MISSING))
        for change in wrong:
            if self.job.run.examiner.others_write(change.path):
                continue
            if self.shows_what_stood(change.path) and other.shows_what_stood(change.path):
                continue  # somebody else has written between the two
            expected = Expected(Demand.ANSWERED, (change.before,))
            seen = Observed(Seen.ANSWERED, self.status, change.after)
            self.job.add_finding(expected, seen, change.path, requirement, self)

    def shows_what_stood(self, path: Path) -> bool:
        """Whether the answer to a replacement shows at a path what the object had there before it."""
        before = self.trial.replacement.before if self.trial else MISSING
        return before is not MISSING and paths.same(paths.get(before, path), paths.get(self.value, path))

    def expect_object(self, requirement: str = "") -> None:
        """The body of an accepted request is a JSON object."""
        if self.accepted and not isinstance(self.value, dict):
            self._add(Expected(Demand.OBJECT), Seen.NOTE, requirement, note=self.exchange.response.decoded[1])

    def expect_compact(self, requirement: str = "") -> None:
        """The body of an accepted request is not pretty-printed."""
        if self.accepted and layout.is_pretty(self.exchange.response.body.decode(errors="replace")):
            self._add(Expected(Demand.COMPACT), Seen.NOTE, requirement, note="pretty")

    def expect_pretty(self, requirement: str = "") -> None:
        """The body of an accepted request is pretty-printed."""
        problem = layout.defect(self.exchange.response.body.decode(errors="replace"))
        if self.accepted and problem:
            self._add(Expected(Demand.PRETTY), Seen.NOTE, requirement, note=problem)

    def expect_no_findings(self, *prefixes: str, requirement: str = "") -> None:
        """The rules found nothing here against requirements or families of these names."""
        for one in self.found(*prefixes):
            self.job.add_finding(one.expected, one.observed, one.path, requirement, self, alone=True)

    def _add(
        self, expected: Expected, seen: Seen, requirement: str, path: Path = (), value: Json = MISSING, note: str = ""
    ) -> None:
        self.job.add_finding(expected, Observed(seen, self.status, value, note), path, requirement, self, alone=True)
