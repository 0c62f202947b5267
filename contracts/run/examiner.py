"""Sends replacements to the object under test, reads back, has every one of them judged, and keeps the findings."""

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from contracts.client.client import Client
from contracts.client.errors import TargetBusy, TargetUnavailable
from contracts.client.pace import LOST_ANSWERS
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.judge import rules
from contracts.judge.model import Exchange, Replacement, Scope
from contracts.judge.mutations import stable_path
from contracts.judge.versions import VersionMemory
from contracts.report.finding import Finding
from contracts.resource.adoption_guard import HarmfulReplacement
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.resource.stored_object import JSON, UnreadableObject
from contracts.run.evidence import Evidence, EvidenceStore
from contracts.run.trial import OtherWriters, Send, Trial, assign, lost_to_another, moved_on
from contracts.spec.fields import VERSION

ROUNDS: Final = 12
# Seconds: how much longer a replacement is tried while somebody else writes.
CONTENTION_LIMIT: Final = 20.0
CONFIRMATIONS: Final = 2


class Examiner:
    """Sends the replacements of all cases, so that each is judged by every rule."""

    def __init__(self, scope: Scope, target: Client, job: ResourceUnderTest, evidence: EvidenceStore) -> None:
        self.scope = scope
        self.contract = scope.contract
        self.target = target
        self.job = job
        self.evidence = evidence
        self._read: Json = MISSING
        self._read_at = 0
        self._contested = False
        self._others = OtherWriters(self.live)
        self._versions = VersionMemory(scope)
        self._sent_keys: dict[Path, set[str]] = {}

    def live(self) -> Json:
        """The object as it is stored now; created anew when a fault made it disappear."""
        live = self.job.read()
        if live is MISSING and not self.job.adopted:
            self.job.start()
            live = self.job.read()
        if live is MISSING:
            self.job.check_foreign_change(MISSING, live)
        self.job.check_since(live)
        self._note_read(live)
        return live

    def _note_read(self, value: Json) -> None:
        self._read, self._read_at = value, self.target.requests
        self.job.note_state(value)

    def replace(self, send: Send, *, retry: bool = True) -> Trial:
        """Replace the object, read back and judge.

        A replacement that lost its version to a controller (409, and the stored version has moved on) is made again
        from the object as it is then. `retry=False` sends once, for the cases in which 409 is the subject. Raises
        `TargetUnavailable` where somebody else was faster each time: 409 is then no answer to what was asked.
        """
        trial = self._undisturbed(send) if retry else self._once(send)
        if trial.replacement.after is MISSING and trial.replacement.before is not MISSING:
            # A deletion that does not recur was somebody else's.
            again = self._once(send)
            trial = trial if again.replacement.after is MISSING else again
        trial = self._confirmed(send, trial)
        for finding in (*trial.findings, *self._versions.findings(trial.replacement)):
            self.keep_finding(finding, trial.exchange, trial.change)
        self._observe(trial)
        self._repair(trial)
        return trial

    def keep_finding(
        self, finding: Finding, exchange: Exchange | None = None, change: tuple[dict[str, Json], ...] = ()
    ) -> None:
        """Keep a finding, if the profile judges its requirement.

        `exchange` shows it; `change`: what was sent otherwise than stored, as JSON Patch.
        """
        if self.scope.judges(finding.requirement):
            kept = replace(finding, path=stable_path(finding.path, self._sent_keys, self.job.original))
            self.evidence.add(Evidence(kept, exchange, change, self.target.requests, time.monotonic()))

    def about_to_send(self, wanted: Json, live: Json = MISSING) -> None:
        """Note what is about to be sent: in the journal, so that it can be undone, and the keys that are the run's.

        `live`: the object that it is made of, as it was read last where none is given.
        """
        self.job.about_to_send(wanted, self._read if live is MISSING else live)
        for path in self.scope.replaceable:
            value = paths.get(wanted, path)
            if isinstance(value, dict):
                self._sent_keys.setdefault(path, set()).update(value)

    def judge_response(self, exchange: Exchange) -> None:
        """Judge a response that says nothing about the object under test: its status, media type and error body."""
        self.evidence.judged += 1
        for finding in rules.judge_response(self.scope, exchange.response):
            self.keep_finding(finding, exchange)

    def _undisturbed(self, send: Send) -> Trial:
        """The first trial that lost its version to nobody; the last one where nobody else is seen to write."""
        rounds, until = 0, None
        while lost_to_another(trial := self._once(send)):
            self._contested = True
            rounds += 1
            if rounds < ROUNDS:
                continue
            if until is None and not self._others.at_work():
                return trial
            until = until or time.monotonic() + CONTENTION_LIMIT
            if time.monotonic() > until:
                raise TargetUnavailable(f"{self.job.path}: somebody else replaces the object faster than this run can")
        return trial

    def _once(self, send: Send) -> Trial:
        before, wanted, exchange = self._answered(send)
        try:
            response, after = exchange.response, self.job.read()
        except UnreadableObject as error:
            return self._unreadable(send, before, exchange, error)
        if response.refused:
            self.job.check_foreign_change(before, after, wanted)
        elif response.accepted and moved_on(before, response.value, after):
            self.job.check_foreign_change(response.value, after, wanted)
        self._note_read(after)
        replacement = Replacement(
            before=before,
            sent=MISSING if send.raw else wanted,
            response=response,
            after=after,
            pretty=send.pretty,
            mutation=send.mutation,
            authorized=send.credential is None,
            defaults=self.job.defaults,
        )
        self.evidence.judged += 1
        if response.accepted and after is not MISSING:
            changed = rules.changed(self.scope, replacement)
            self.evidence.witnessed.update(("accepted", "changed") if changed else ("accepted",))
        return Trial(replacement, exchange, rules.judge(self.scope, replacement))

    def _unreadable(self, send: Send, before: Json, exchange: Exchange, error: UnreadableObject) -> Trial:
        """A replacement after which the object cannot be read any more, which is a finding; it is undone.

        Of the replacement only the answer is judged. Raises `error` where that does not make the object readable.
        """
        if before is MISSING or not self.job.make_readable(before, error.exchange):
            raise error
        for finding in rules.judge_response(self.scope, error.exchange.response):
            self.keep_finding(finding, error.exchange)
        after = self.live()
        replacement = Replacement(before, MISSING, exchange.response, after, authorized=send.credential is None)
        return Trial(replacement, exchange, rules.judge_response(self.scope, exchange.response))

    def _answered(self, send: Send) -> tuple[Json, Json, Exchange]:
        """The object before a replacement that was answered, the object that was sent, and the exchange.

        A replacement whose answer was lost may have been carried out, so it is not simply repeated (RFC 9110, 9.2.2):
        the object is read, given back what it was where it had changed, and only then is the question asked again.
        Where that fails, or no answer ever comes, the replacement is given up with what `Client.send` raised.
        """
        lost = 0
        while True:
            # As it was read last, unless something has been sent since.
            known = self._read_at == self.target.requests and self._read is not MISSING and not self._contested
            before = self._read if known else self.live()
            wanted = send.make(before)
            self._read = MISSING
            query = f"pretty={send.pretty}" if send.pretty is not None else send.query
            headers = {**JSON, **(send.headers or {})}
            try:
                self.about_to_send(wanted, before)
                body = strict.encode(wanted)
                sent = send.raw(body) if send.raw else body
                for said in strict.readings(sent) if send.raw and self.job.adopted else ():
                    self.job.check_harmless(said, before)
                exchange = self.target.send(
                    "PUT", self.job.path, query=query, headers=headers, body=sent, credential=send.credential
                )
                return before, wanted, exchange
            except TargetBusy:
                raise
            except TargetUnavailable:
                self._contested = True  # by our own request, which may yet be carried out
                self.job.note_state()
                lost += 1
                if lost > LOST_ANSWERS or before is MISSING or not self.job.undo(before, wanted):
                    raise

    def _confirmed(self, send: Send, trial: Trial) -> Trial:
        """The trial without findings about what a controller may have written just then, unless they recur.

        A target that has stored what it should not have is given the old value first, or nothing could recur. Where it
        does not take that either, the client's value standing there still is confirmation enough.
        """
        doubtful = {finding.key: finding for finding in trial.findings if self._is_controllers(finding)}
        for _ in range(CONFIRMATIONS if doubtful else 0):
            stuck = self._give_back(trial.replacement.before, doubtful.values())
            recurring = {finding.key for finding in self._once(send).findings}
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
            self._once(Send(assign({paths.render(path): paths.get(before, path) for path in owned})))
        now = self.live()
        return {one.key for one in doubtful if paths.same(paths.get(now, one.path), one.observed.value)}

    def _is_immutability(self, finding: Finding) -> bool:
        return self.contract.requirements[finding.requirement].family == "immutable"

    def _is_controllers(self, finding: Finding) -> bool:
        return self._is_immutability(finding) and paths.starts_with(finding.path, self.scope.server_owned)

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
            self._read = MISSING
            self.live()
            return
        if self.job.adopted:
            if self.job.repair(trial.replacement.before, after):
                self._read = MISSING
            return
        for path in self.scope.gaps:
            if not paths.starts_with(path, self.scope.server_owned) and not paths.same(
                paths.get(trial.replacement.before, path), paths.get(after, path)
            ):
                self.evidence.gap_fields.add(paths.render(path))
                self.job.forget(paths.render(path))
                self._read = MISSING
        if any(self._is_immutability(one) and not self._is_controllers(one) for one in trial.findings):
            self._read = MISSING
            self.job.reset()
