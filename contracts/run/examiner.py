"""Has every replacement judged, tells the target's doing from others', keeps findings, repairs the object."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from contracts.client.client import Client
from contracts.client.errors import TargetUnavailable
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.judge import attribution, harmless, rules
from contracts.judge.model import Exchange, Scope
from contracts.judge.mutations import stable_path
from contracts.judge.versions import VersionMemory
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.resource.adoption_guard import HarmfulReplacement
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.resource.stored_object import Unreadable, uid_of
from contracts.run.additions import ServerAdditions
from contracts.run.carried import CarriedMetadata
from contracts.run.evidence import Evidence, EvidenceStore
from contracts.run.replacer import Replacer
from contracts.run.stored_later import StoredLater
from contracts.run.trial import MadeOf, OtherWriters, Send, Trial, assign, lost_to_another
from contracts.spec.fields import VERSION

ROUNDS: Final = 12
# Seconds: how much longer a replacement is tried while somebody else writes.
CONTENTION_LIMIT: Final = 20.0
CONFIRMATIONS: Final = 2
# How often the same is asked where the server fails, and of how many requests that always fail.
ASKED: Final = 3
MOST_FAILING: Final = 10


class Examiner:
    """Sends the replacements of all cases, so that each is judged by every rule."""

    def __init__(self, scope: Scope, target: Client, job: ResourceUnderTest, evidence: EvidenceStore) -> None:
        self.scope = scope
        self.contract = scope.contract
        self.target = target
        self.job = job
        self.evidence = evidence
        self._replacer = Replacer(scope, target, job, evidence)
        self._others = OtherWriters(self.live)
        self._failing = self._exchanged = 0
        self._stored_later = StoredLater(self._replacer, self._others)
        self._additions = ServerAdditions(self._replacer)
        self._versions = VersionMemory(scope)
        self._carried = CarriedMetadata(scope, job)

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

    def _readable(self, read: Callable[[], Json]) -> Json:
        try:
            return read()
        except Unreadable as error:
            self.judge_response(error.exchange)
            raise

    def about_to_send(self, wanted: Json, made_of: Json = MISSING) -> None:
        """Note what a case is about to send by itself; `made_of`: the object that it has changed, as it was told."""
        self._replacer.about_to_send(wanted, made_of)

    def replace(self, send: Send, *, retry: bool = True) -> Trial:
        """Replace the object, read back and judge.

        A replacement that lost its version to a controller (409, and the stored version has moved on) is made again
        from the object as it is then. `retry=False` sends once, for the cases in which 409 is the subject. Raises
        `TargetUnavailable` where somebody else was faster each time: 409 is then no answer to what was asked.
        """
        first = self._additions.first_write()
        if first is not None:
            with suppress(HarmfulReplacement):
                self._replaced(first, self._additions.learn)
        return self._replaced(send, self._additions.spared, retry=retry)

    def _replaced(self, send: Send, spared: Callable[[Trial], Trial], *, retry: bool = True) -> Trial:
        """The replacement, made and judged; `spared`: without findings about what the server itself adds."""
        try:
            trial = self._undisturbed(send) if retry else self._replacer.once(send)
            trial = self._answered_at_last(send, trial)
            trial = self._same_object(send, trial)
            trial = self._without_others(send, trial)
            trial = spared(trial)
            trial = self._confirmed(send, trial)
        except Unreadable as error:
            self.judge_response(error.exchange)
            raise
        for finding in trial.findings:
            self.keep_finding(finding, trial.exchange, trial.change, trial.made_of)
        for finding in self._versions.findings(trial.replacement):
            self.keep_finding(finding, trial.exchange, trial.change)
        self.note_failures()
        self._observe(trial)
        if not trial.replacement.disturbed:
            self.check_carried(trial.replacement.sent, trial.replacement.after, trial.exchange, trial.change)
        self._repair(trial)
        self._keep_stored_later()
        return trial

    def look_late(self) -> None:
        """Wait for what the target stores some time after its last answers, and keep what it may not.

        Nothing is done on an adopted object: what comes to stand there later would be taken for another writer's.
        """
        if not self.job.adopted:
            self._stored_later.wait()
            self._keep_stored_later()

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
        if self.scope.judges(finding.requirement):
            keys = self._replacer.chosen.keys(self.scope.replaceable)
            kept = replace(finding, path=stable_path(finding.path, keys, self.job.original))
            told = kept, exchange, change, self.target.requests, time.monotonic()
            self.evidence.add(Evidence(*told, made_of=made_of))

    def judge_response(self, exchange: Exchange) -> None:
        """Judge a response that says nothing about the object under test: its status, media type and error body."""
        self.evidence.judged += 1
        for finding in rules.judge_response(self.scope, exchange.response):
            self.keep_finding(finding, exchange)

    def keep_failure(self, exchange: Exchange) -> None:
        """Keep that the server failed at a request that was answered properly when it was repeated."""
        value = exchange.response.value
        is_status = isinstance(value, dict) and value.get("kind") == "Status"
        requirement = "status.500" if is_status else "status.only-documented"
        observed = Observed(Seen.STATUS, exchange.response.status)
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

    def others_write(self, path: Path) -> bool:
        """Whether somebody else was seen to write what stands at a path."""
        return paths.render(path) in self.evidence.other_writers

    def _undisturbed(self, send: Send) -> Trial:
        """The first trial that lost its version to nobody; the last one where nobody else is seen to write."""
        rounds, until = 0, None
        while lost_to_another(trial := self._replacer.once(send)):
            self._replacer.contested = True
            rounds += 1
            if rounds < ROUNDS:
                continue
            if until is None and not self._others.at_work():
                return trial
            until = until or time.monotonic() + CONTENTION_LIMIT
            if time.monotonic() > until:
                raise TargetUnavailable(f"{self.job.path}: somebody else replaces the object faster than this run can")
        return trial

    def _answered_at_last(self, send: Send, trial: Trial) -> Trial:
        """The trial that was answered, where the server fails now and then; the last one where it always does.

        What a failed request has changed though it may not is kept in either case.
        """
        failed: list[Trial] = []
        while trial.exchange.response.failed and len(failed) < (ASKED - 1 if self._failing < MOST_FAILING else 0):
            failed.append(trial)
            self._take_back(trial)
            trial = self._undisturbed(send)
        if not failed:
            return trial
        stored = {one.key: one for each in failed for one in each.findings if attribution.is_about_the_store(one)}
        if trial.exchange.response.failed:
            self._failing += 1
        else:
            for each in failed:
                self.keep_failure(each.exchange)
        known = {one.key for one in trial.findings}
        return replace(trial, findings=(*trial.findings, *(one for key, one in stored.items() if key not in known)))

    def _same_object(self, send: Send, trial: Trial) -> Trial:
        """The trial without the finding that the object is gone, or another one, unless that recurs.

        Of a replaceable field by which a controller ends objects it may be the controller's doing. One that is there
        with another uid than was sent was once exchanged by somebody else; a second time it is the target's doing.
        """
        before, after = trial.replacement.before, trial.replacement.after
        sent = trial.replacement.sent
        if before is MISSING or (after is not MISSING and uid_of(after) in (uid_of(before), uid_of(sent))):
            return trial
        acting = tuple(limit for limit in self.job.acting if limit.path in self.scope.replaceable)
        if not self.job.adopted and isinstance(sent, dict) and harmless.harmful(acting, sent, before):
            kept = tuple(one for one in trial.findings if not attribution.is_about_the_store(one))
            return replace(trial, findings=kept, doubtful=(), unlikely=())
        if after is not MISSING and trial.exchange.response.accepted:
            self._exchanged += 1
            if self._exchanged > 1:
                return trial
        return self._undisturbed(send)

    def _without_others(self, send: Send, trial: Trial) -> Trial:
        """The trial with what recurs of the findings that may be another writer's doing.

        What is stored as it was never sent counts only while nobody is seen to write when nothing is sent. It is not
        taken back before it is tried again: a controller may answer any write with one of its own, also that one.
        """
        votes = [trial]
        while (trial.doubtful or trial.unlikely) and len(votes) <= CONFIRMATIONS:
            if not trial.doubtful:
                self._replacer.forget_read()
            elif not self._take_back(trial):  # it stands there, and nobody but the target can have put it there
                return replace(trial, findings=(*trial.findings, *trial.doubtful), doubtful=(), unlikely=())
            trial = self._undisturbed(send)
            if not trial.replacement.disturbed:
                return trial
            votes.append(trial)
        if len(votes) == 1:
            return trial
        first = votes[0]
        seen = Counter(one.key for each in votes for one in {one.key: one for one in _in_doubt(each)}.values())
        recurring = [one for one in _in_doubt(first) if seen[one.key] > 1]
        quiet = all(not self._others.seen_within(first.exchange.seconds) for _ in range(CONFIRMATIONS + 1))
        kept = [one for one in recurring if quiet or one in first.doubtful]
        return replace(first, findings=(*first.findings, *kept), doubtful=(), unlikely=())

    def _confirmed(self, send: Send, trial: Trial) -> Trial:
        """The trial without findings about what a controller may have written just then, unless they recur.

        A target that has stored what it should not have is given the old value first, or nothing could recur. Where it
        does not take that either, the client's value standing there still is confirmation enough.
        """
        doubtful = {finding.key: finding for finding in trial.findings if self._is_controllers(finding)}
        for _ in range(CONFIRMATIONS if doubtful else 0):
            stuck = self._give_back(trial.replacement.before, doubtful.values())
            again = self._replacer.once(send)
            recurring = {finding.key for finding in (*again.findings, *again.doubtful)}
            doubtful = {key: one for key, one in doubtful.items() if key in recurring or key in stuck}
        if doubtful:
            self._give_back(trial.replacement.before, ())
        kept = tuple(one for one in trial.findings if one.key in doubtful or not self._is_controllers(one))
        return replace(trial, findings=kept)

    def _give_back(self, before: Json, doubtful: Iterable[Finding]) -> set[tuple[str, str, Path]]:
        """Send what controllers own as it was before; the findings whose field still is what it was found to be."""
        self.live()
        owned = [path for path in self.scope.server_owned if path != VERSION]
        with suppress(HarmfulReplacement):  # what a controller has written of an adopted object since stays
            self._replacer.once(Send(assign({paths.render(path): paths.get(before, path) for path in owned})))
        now = self.live()
        return {one.key for one in doubtful if paths.same(paths.get(now, one.path), one.observed.value)}

    def _take_back(self, trial: Trial) -> bool:
        """Give the object back what it was before a trial that is to be repeated; whether it stands so."""
        self._replacer.forget_read()
        before, sent = trial.replacement.before, trial.replacement.sent
        with suppress(HarmfulReplacement):
            if before is MISSING or self.job.undo(before, sent):
                return True
        if not self.job.adopted:
            self.job.reset()
        return not self.job.adopted

    def _is_immutability(self, finding: Finding) -> bool:
        return finding.requirement.startswith("immutable.")

    def _is_controllers(self, finding: Finding) -> bool:
        return self._is_immutability(finding) and paths.starts_with(finding.path, self.scope.server_owned)

    def note_failures(self) -> None:
        """Keep what reads have met: servers that failed, and answers from before what was written."""
        while self.target.failures:
            self.keep_failure(self.target.failures.pop())
        while self.job.late_reads:
            exchange = self.job.late_reads.pop()
            seen = paths.get(exchange.response.value, VERSION)
            observed = Observed(Seen.ANSWERED, exchange.response.status, seen)
            expected = Expected(Demand.LAST_WRITE)
            finding = Finding("concurrency.read-after-write", expected, observed, VERSION, "read-after-write")
            self.keep_finding(finding, exchange)

    def _observe(self, trial: Trial) -> None:
        response, mutation = trial.exchange.response, trial.replacement.mutation
        if response.status in self.contract.convention_statuses:
            self.evidence.gap_statuses.add(response.status)
        if mutation is None or any(map(self._is_immutability, trial.findings)):
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
        if self.job.adopted:
            if self.job.repair(trial.replacement.before, after):
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
                self.job.forget(paths.render(path))
                self._replacer.forget_read()
        if any(self._is_immutability(one) and not self._is_controllers(one) for one in trial.findings):
            self._replacer.forget_read()
            self.job.reset()


def _in_doubt(trial: Trial) -> tuple[Finding, ...]:
    return (*trial.findings, *trial.doubtful, *trial.unlikely)
