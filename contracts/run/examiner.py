"""Has every replacement judged, tells the target's doing from others', keeps findings, repairs the object."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from contracts.client.client import Client
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.judge import rules
from contracts.judge.model import Exchange, Scope
from contracts.judge.mutations import stable_path
from contracts.judge.versions import VersionMemory
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.resource.adoption_guard import HarmfulReplacement
from contracts.resource.stored_object import Unreadable, uid_of
from contracts.run import reversibility
from contracts.run.additions import ServerAdditions
from contracts.run.carried import CarriedMetadata
from contracts.run.confirmation import Confirmation, is_controllers, is_immutability
from contracts.run.evidence import Evidence, EvidenceStore
from contracts.run.read_together import ReadTogether
from contracts.run.recovery import Recovery
from contracts.run.replacer import Replacer
from contracts.run.shown_by_turns import ShownByTurns
from contracts.run.stored_later import LATEST, LONG_LOOK, StoredLater
from contracts.run.trial import MadeOf, OtherWriters, Send, Trial
from contracts.spec.fields import VERSION

if TYPE_CHECKING:
    from contracts.resource.lifecycle import ResourceUnderTest

T = TypeVar("T")


class Examiner:
    """Sends the replacements of all cases, so that each is judged by every rule."""

    def __init__(self, scope: Scope, target: Client, job: ResourceUnderTest, evidence: EvidenceStore) -> None:
        self.scope = scope
        self.contract = scope.contract
        self.target = target
        self.resource = job
        self.evidence = evidence
        self._replacer = Replacer(scope, target, job, evidence)
        self._others = OtherWriters(self.live)
        self._confirmation = Confirmation(self._replacer, self._others, self.live, self.keep_failure)
        self._stored_later = StoredLater(self._replacer, self._others)
        self._recovery = Recovery(self._replacer)
        self._additions = ServerAdditions(self._replacer)
        self._by_turns = ShownByTurns(self._replacer)
        self._together = ReadTogether(self._replacer)
        self._versions = VersionMemory(scope)
        self._carried = CarriedMetadata(scope, job)
        self._judged: set[str | None] = set()

    @property
    def last_read(self) -> Json:
        """The object as it was read last, `MISSING` where it is known not to stand so any more."""
        return self._replacer.last_read

    def live(self) -> Json:
        """The object as it is stored now; created anew when a fault made it disappear.

        A read that is answered with something else is judged, as it is all that there is to judge.
        """
        return self._readable(self._replacer.live)

    def known(self) -> Json:
        """As `live`, but read anew only where something was sent since it was read last, or somebody else writes."""
        return self._readable(self._replacer.known)

    def _readable(self, read: Callable[[], T]) -> T:
        try:
            return read()
        except Unreadable as error:
            self.judge_response(error.exchange)
            self._recovery.recover()
            raise
        finally:
            self._keep_damage()

    def is_written_within(self, seconds: float) -> bool:
        """Whether the version moves within so many seconds in which nothing is sent but reads."""
        return self._others.seen_within(seconds)

    def about_to_send(self, wanted: Json, made_of: Json = MISSING) -> None:
        """Note what a case is about to send by itself; `made_of`: the object that it has changed, as it was told."""
        self._replacer.about_to_send(wanted, made_of)
        self._replacer.late.forget(self._replacer.last_read if made_of is MISSING else made_of, wanted)

    def note_no_answer(self) -> None:
        """Note that a case's write was not answered, so that what was read before it may not stand any more."""
        self._replacer.note_no_answer()

    def replace(self, send: Send, *, retry: bool = True) -> Trial:
        """Replace the object, read back and judge.

        A replacement that lost its version to a controller (409, and the stored version has moved on) is made again
        from the object as it is then. `retry=False` sends once, for the cases in which 409 is the subject. Raises
        `TargetUnavailable` where somebody else was faster each time: 409 is then no answer to what was asked.
        """
        first = self._additions.first_write()
        if first is not None:
            self._begin_adopted(first)
        trial = self._replaced(send, self._additions.spared, retry=retry)
        self._judged.add(uid_of(trial.replacement.before))
        return trial

    def replace_together(self, sends: Sequence[Send]) -> list[Trial]:
        """The trials of replacements that are read back together, none of which breaks anything; empty otherwise.

        Then nothing was judged, and each is to be made by itself.
        """
        trials = self._readable(lambda: self._together.trials(sends))
        self.note_failures()
        for trial in trials:
            self._observe(trial)
        return trials

    @property
    def reads_together(self) -> bool:
        """Whether it is worth it to have replacements read back together."""
        return self._together.is_worth_it

    def _begin_adopted(self, first: Send) -> None:
        """Before all other replacements of an adopted object: what the server adds, what can be undone, what is stored.

        Raises `ObjectDamaged` where one of them shows that a run would do harm.
        """
        with suppress(HarmfulReplacement):
            self._replaced(first, self._additions.learn)
        reversibility.check(
            self.scope, self.resource, lambda send: self._replaced(send, self._additions.spared), self._check_returned
        )
        for attempt in reversibility.mildest(self.scope, self.live()):
            with suppress(HarmfulReplacement):
                self._replaced(Send(attempt.apply, mutation=attempt), self._additions.spared)

    def _check_returned(self) -> None:
        """Judge what a write that gives something back has lost of what it carried."""
        self._replacer.forget_read()
        if self.resource.last_write is not None:
            self.check_carried(self.resource.original, self.live(), self.resource.last_write)

    @property
    def has_judged(self) -> bool:
        """Whether some replacement of the object that is there now was judged."""
        return uid_of(self.known()) in self._judged

    def forget_judged(self) -> None:
        """Take no replacement so far for one that was judged: the next case that asks for one makes it."""
        self._judged.clear()

    def _replaced(self, send: Send, spared: Callable[[Trial], Trial], *, retry: bool = True) -> Trial:
        """The replacement, made and judged; `spared`: without findings about what the server itself adds."""
        try:
            trial = self._confirmation.confirmed(send, lambda one: spared(self._by_turns.spared(one)), retry=retry)
        except Unreadable as error:
            self.judge_response(error.exchange)
            self._recovery.recover()
            raise
        finally:
            self._keep_damage()
        for one in (trial, *trial.others):
            for finding in one.findings:
                self.keep_finding(finding, one.exchange, one.change, one.made_of)
        for finding in self._versions.findings(trial.replacement):
            self.keep_finding(finding, trial.exchange, trial.change)
        self.note_failures()
        self._observe(trial)
        if not trial.replacement.disturbed:
            self.check_carried(trial.replacement.sent, trial.replacement.after, trial.exchange, trial.change)
        self._repair(trial)
        self._keep_stored_later()
        return trial

    def watch(self, seconds: float = LATEST) -> None:
        """Read the object for as long as the target may take to store something after its answer, whoever writes it."""
        self._stored_later.wait(seconds)

    def look_late(self) -> None:
        """Wait for what the target stores some time after its last answers, and keep what it may not.

        Nothing is done on an adopted object: what comes to stand there later would be taken for another writer's.
        """
        if not self.resource.adopted:
            self.watch(LONG_LOOK)
            self._keep_stored_later()

    def _keep_damage(self) -> None:
        """Keep what an adopted object came to hold some time after it was sent and not stored."""
        while self._replacer.damage:
            finding, trial = self._replacer.damage.pop(0)
            self.keep_finding(finding, trial.exchange, trial.change)

    def _keep_stored_later(self) -> None:
        for finding, late in self._stored_later.found():
            self.keep_finding(finding, late.exchange, late.change)

    def check_carried(
        self, sent: Json, shown: Json, exchange: Exchange, change: tuple[dict[str, Json], ...] = ()
    ) -> None:
        """Keep what an accepted replacement has lost of an adopted object's metadata, and give it back.

        `shown`: the object as the replacement left it. Raises `ObjectDamaged` where it cannot be given back.
        """
        if exchange.response.accepted and self._carried.lost(sent, shown):
            self._replacer.forget_read()
            for finding in self._carried.findings(sent, shown, exchange.response.status):
                self.keep_finding(finding, exchange, change)

    def keep_finding(
        self,
        finding: Finding,
        exchange: Exchange | None = None,
        change: tuple[dict[str, Json], ...] = (),
        made_of: MadeOf | None = None,
    ) -> None:
        """Keep a finding, if the profile judges its requirement.

        `exchange` shows it; `change`: what was sent otherwise than stored, as JSON Patch. `made_of`: what that was made
        of, where nothing else is needed to show the finding.
        """
        if self.scope.judges(finding.requirement) and not self._by_turns.shows(finding):
            keys = self._replacer.chosen.keys(self.scope.replaceable)
            kept = replace(finding, path=stable_path(finding.path, keys, self.resource.original))
            requests, at = self.target.requests, time.monotonic()
            self.evidence.add(Evidence(kept, exchange, change, requests=requests, at=at, made_of=made_of))

    def judge_response(self, exchange: Exchange) -> None:
        """Judge a response that says nothing about the object under test: its status, media type and error body."""
        self.evidence.judged += 1
        for finding in rules.judge_response(self.scope, exchange.response):
            self.keep_finding(finding, exchange)

    def keep_failure(self, exchange: Exchange) -> None:
        """Keep that the server failed, or refused its own credential, at what was answered when it was repeated."""
        value, status = exchange.response.value, exchange.response.status
        if status == 401:
            refused = Expected(Demand.OTHER_STATUS, (401,)), Observed(Seen.STATUS, 401)
            self.keep_finding(Finding("status.401", *refused, rule="valid-credential"), exchange)
            return
        is_status = isinstance(value, dict) and value.get("kind") == "Status"
        requirement = "status.500" if is_status else "status.only-documented"
        observed = Observed(Seen.STATUS, status)
        finding = Finding(requirement, Expected(Demand.NO_FAILURE), observed, rule="sporadic-failure")
        self.evidence.failed_methods.add(exchange.method)
        self.keep_finding(finding, exchange)

    def is_others(self, path: Path, value: Json, *, disturbed: bool = False) -> bool:
        """Whether what stands at a path may be somebody else's, since the run has never sent it there.

        `disturbed`: whether somebody else was seen to write since; whoever that was may have removed it, too.
        """
        if value is MISSING:
            return disturbed
        return not self._replacer.chosen.holds(path, value) and (disturbed or self.others_write(path))

    def has_sent(self, path: Path) -> bool:
        """Whether the run has ever sent a value there by its own choice, which to leave one out is not."""
        return self._replacer.chosen.has_value(path)

    def others_write(self, path: Path) -> bool:
        """Whether somebody else was seen to write what stands at a path."""
        return paths.render(path) in self.evidence.other_writers

    def note_failures(self) -> None:
        """Keep what reads have met: servers that failed, and answers from before what was written."""
        while self.target.failures:
            self.keep_failure(self.target.failures.pop())
        while self.resource.reads.late:
            exchange = self.resource.reads.late.pop()
            seen = paths.get(exchange.response.value, VERSION)
            observed = Observed(Seen.ANSWERED, exchange.response.status, seen)
            expected = Expected(Demand.LAST_WRITE)
            finding = Finding("concurrency.read-after-write", expected, observed, VERSION, "read-after-write")
            self.keep_finding(finding, exchange)

    def _observe(self, trial: Trial) -> None:
        response, mutation = trial.exchange.response, trial.replacement.mutation
        if response.status in self.contract.convention_statuses:
            self.evidence.gap_statuses.add(response.status)
        if mutation is None or any(map(is_immutability, trial.found)):
            return
        if response.accepted or response.refused:
            group = self.contract.field_group(mutation.path, "immutable")
            self.evidence.treatment[group].add("refused" if response.refused else "ignored")

    def _repair(self, trial: Trial) -> None:
        """Undo what a lenient or faulty target has stored, before it can do harm or hide the next fault."""
        after = trial.replacement.after
        if after is MISSING:
            self._replacer.forget_read()
            self.live()
            return
        if self.resource.adopted:
            of_status = any(is_controllers(self.scope, one) for one in trial.found)
            sent = trial.replacement.sent if of_status else MISSING
            if self.resource.repair(trial.replacement.before, after, sent, trial.exchange):
                self._replacer.forget_read()
            return
        for path in self.scope.gaps:
            before, sent, stored = (
                paths.get(one, path) for one in (trial.replacement.before, trial.replacement.sent, after)
            )
            if paths.starts_with(path, self.scope.server_owned) or paths.same(before, stored):
                continue
            if not paths.same(before, sent):
                self.evidence.gap_fields.add(paths.render(path))
                self.resource.forget(paths.render(path))
                self._replacer.forget_read()
        if any(is_immutability(one) and not is_controllers(self.scope, one) for one in trial.found):
            self._replacer.forget_read()
            self.resource.reset()
