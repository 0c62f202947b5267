"""Tells by repetition what a trial does not tell by itself: a server that fails, a controller, another writer."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from contracts.client.errors import TargetUnavailable
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.judge import attribution, harmless
from contracts.report.finding import Finding
from contracts.resource.adoption_guard import HarmfulReplacement
from contracts.resource.stored_object import uid_of
from contracts.run.trial import OtherWriters, Send, Trial, assign, lost_to_another
from contracts.spec.fields import VERSION

if TYPE_CHECKING:
    from contracts.judge.model import Exchange, Scope
    from contracts.run.replacer import Replacer

ROUNDS: Final = 12
# Seconds: how much longer a replacement is tried while somebody else writes.
CONTENTION_LIMIT: Final = 20.0
CONFIRMATIONS: Final = 2
# How often it is waited for the end of somebody's burst of writes that does not end, and how many seconds: of different
# lengths, as bursts may come at regular times.
MOST_VAIN_WAITS: Final = 3
PAUSES: Final = (0.3, 0.7, 1.1)
# How often the same is asked where the server fails, and of how many requests that always fail.
ASKED: Final = 3
MOST_FAILING: Final = 10


class Confirmation:
    """Makes a replacement again as often as it takes to say whose doing it is what was found.

    `live`: reads the object. `keep_failure`: is told of a request at which the server failed once.
    """

    def __init__(
        self,
        replacer: Replacer,
        others: OtherWriters,
        live: Callable[[], Json],
        keep_failure: Callable[[Exchange], None],
    ) -> None:
        self.scope = replacer.scope
        self.resource = replacer.resource
        self.live = live
        self.keep_failure = keep_failure
        self._replacer = replacer
        self._others = others
        self._failing = self._exchanged = self._vain_waits = 0

    def confirmed(self, send: Send, spared: Callable[[Trial], Trial], *, retry: bool) -> Trial:
        """The trial of a replacement with what is the target's doing alone; `retry=False` takes 409 for an answer.

        `spared`: without findings about what the server itself adds.
        """
        trial = self._undisturbed(send) if retry else self._replacer.once(send)
        trial = self._answered_at_last(send, trial)
        trial = self._same_object(send, trial)
        trial = self._without_others(send, trial)
        first, *others = (self._recurring(send, spared(one)) for one in (trial, *trial.others))
        return replace(first, others=tuple(others))

    def _undisturbed(self, send: Send) -> Trial:
        """Repeat what was refused with 409 while another writer is seen; without one, 409 is the answer."""
        rounds, until = 0, None
        while lost_to_another(trial := self._replacer.once(send)):
            self._replacer.contested = True
            rounds += 1
            if rounds < ROUNDS:
                continue
            if until is None and not self._others.at_work():
                return self._behind_a_burst(send, trial)
            until = until or time.monotonic() + CONTENTION_LIMIT
            if time.monotonic() > until:
                raise TargetUnavailable(
                    f"{self.resource.path}: somebody else replaces the object faster than this run can"
                )
        return trial

    def _behind_a_burst(self, send: Send, lost: Trial) -> Trial:
        """The trial once a burst of somebody else's writes is over, of which nothing is seen by then."""
        if self._vain_waits >= MOST_VAIN_WAITS:
            return lost
        for pause in PAUSES:
            time.sleep(pause)
            trial = self._replacer.once(send)
            if not lost_to_another(trial):
                self._vain_waits = 0
                return trial
        self._vain_waits += 1
        return trial

    def _answered_at_last(self, send: Send, trial: Trial) -> Trial:
        """The trial that was answered, where the server fails now and then; the last one where it always does.

        What a failed request has changed though it may not is kept in either case.
        """
        failed: list[Trial] = []
        while _is_failure(trial) and len(failed) < (ASKED - 1 if self._failing < MOST_FAILING else 0):
            failed.append(trial)
            self._take_back(trial)
            trial = self._undisturbed(send)
        if not failed:
            return trial
        stored = {one.key: one for each in failed for one in each.findings if attribution.is_about_the_store(one)}
        if _is_failure(trial):
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
        acting = tuple(limit for limit in self.resource.acting if limit.path in self.scope.replaceable)
        if not self.resource.adopted and isinstance(sent, dict) and harmless.harmful(acting, sent, before):
            kept = tuple(one for one in trial.findings if not attribution.is_about_the_store(one))
            return replace(trial, findings=kept, doubtful=(), unlikely=())
        if after is not MISSING and trial.exchange.response.accepted:
            self._exchanged += 1
            if self._exchanged > 1:
                return trial
        return self._undisturbed(send)

    def _without_others(self, send: Send, trial: Trial) -> Trial:
        """The trial, and its `others`, with what recurs of the findings that may be another writer's doing.

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
            if not trial.replacement.disturbed and not trial.doubtful:
                return trial
            votes.append(trial)
        if len(votes) == 1:
            return trial
        quiet = all(not self._others.seen_within(votes[0].exchange.seconds) for _ in range(CONFIRMATIONS + 1))
        return agreed(votes, quiet=quiet)

    def _recurring(self, send: Send, trial: Trial) -> Trial:
        """The trial without findings about what a controller may have written just then, unless they recur.

        A target that has stored what it should not have is given the old value first, or nothing could recur. Where it
        does not take that either, the client's value standing there still is confirmation enough.
        """
        doubtful = {finding.key: finding for finding in trial.findings if is_controllers(self.scope, finding)}
        for _ in range(CONFIRMATIONS if doubtful else 0):
            stuck = self._give_back(trial.replacement.before, doubtful.values())
            again = self._replacer.once(send)
            recurring = {finding.key for finding in (*again.findings, *again.doubtful)}
            doubtful = {key: one for key, one in doubtful.items() if key in recurring or key in stuck}
        if doubtful:
            self._give_back(trial.replacement.before, ())
        kept = tuple(one for one in trial.findings if one.key in doubtful or not is_controllers(self.scope, one))
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
            if before is MISSING or self.resource.undo(before, sent):
                return True
        if not self.resource.adopted:
            self.resource.reset()
        return not self.resource.adopted


def agreed(votes: Sequence[Trial], *, quiet: bool) -> Trial:
    """The first of some trials of one replacement, with what at least two of them have found, and with `others`.

    What the first is certain of stays. What was never sent (`unlikely`) counts where it is `quiet`. Each finding is
    kept once, with the trial that showed it first.
    """
    seen = Counter(key for vote in votes for key in {one.key for one in _in_doubt(vote)})
    known = {one.key for one in votes[0].findings}
    kept: list[list[Finding]] = [[] for _ in votes]
    for place, vote in enumerate(votes):
        for one in (*vote.findings, *vote.doubtful, *(vote.unlikely if quiet else ())):
            if seen[one.key] > 1 and one.key not in known:
                known.add(one.key)
                kept[place].append(one)
    kept[0][:0] = votes[0].findings
    first, *others = (
        replace(vote, findings=tuple(found), doubtful=(), unlikely=()) for vote, found in zip(votes, kept, strict=True)
    )
    return replace(first, others=tuple(one for one in others if one.findings))


def _is_failure(trial: Trial) -> bool:
    return trial.exchange.response.failed or trial.exchange.response.foreign


def is_immutability(finding: Finding) -> bool:
    """Whether a finding says that something changed which may not."""
    return finding.requirement.startswith("immutable.")


def is_controllers(scope: Scope, finding: Finding) -> bool:
    """Whether a finding of immutability is about what controllers may write at any moment."""
    return is_immutability(finding) and paths.starts_with(finding.path, scope.server_owned)


def _in_doubt(trial: Trial) -> tuple[Finding, ...]:
    return (*trial.findings, *trial.doubtful, *trial.unlikely)
