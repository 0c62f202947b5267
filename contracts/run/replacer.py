"""Sends one replacement, reads back, and has it judged: the object before and after, and who else may have written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from contracts.client.client import Client
from contracts.client.errors import ConnectionDropped, TargetBusy, TargetUnavailable
from contracts.client.pace import LOST_ANSWERS, delays, retry_after
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Difference, Json, Path
from contracts.judge import attribution, rules
from contracts.judge.kept import kept
from contracts.judge.model import NO_HTTP, Exchange, Replacement, Response, Scope
from contracts.report.finding import Finding
from contracts.resource.adoption_guard import StoredLate
from contracts.resource.stored_object import Unreadable, uid_of
from contracts.run.evidence import EvidenceStore
from contracts.run.late_values import LateValues
from contracts.run.trial import MadeOf, Send, Trial, is_conflict, moved_on
from contracts.spec.fields import GENERATION, VERSION

if TYPE_CHECKING:
    from contracts.resource.lifecycle import ResourceUnderTest

DROPPED: Final = "the connection was closed without an answer, each time that this was sent"


def unanswered(method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Exchange:
    """What was sent and met a closed connection each time, which is the target's answer then."""
    return Exchange(method, url, headers, body, Response(NO_HTTP, {}, b"", DROPPED, dropped=True), 0.0)


class Replacer:
    """Makes replacements of the live object, and knows what was read last and what the run has chosen to send.

    `last_read`: the object as it was read last. `left_out`: replaceable fields that an accepted replacement did not
    have and that were not stored after it.
    `damage`: what an adopted object came to hold later, each with the replacement that had sent it.
    `late`: what came to stand some time after it had been sent.
    """

    def __init__(self, scope: Scope, target: Client, job: ResourceUnderTest, evidence: EvidenceStore) -> None:
        self.scope = scope
        self.target = target
        self.resource = job
        self.evidence = evidence
        self.chosen = attribution.Chosen()
        self.contested = False
        self.left_out: set[Path] = set()
        self.late = LateValues(scope, self.chosen)
        self.damage: list[tuple[Finding, Trial]] = []
        job.was_chosen = self.chosen.holds
        job.added = replace(job.added, chosen=self.chosen)
        self._trials: dict[Path, Trial] = {}
        self._read: Json = MISSING
        self.last_read: Json = MISSING
        self._read_at = 0

    def live(self) -> Json:
        """The object as it is stored now; created anew when a fault made it disappear."""
        live = self.resource.read()
        if live is MISSING and not self.resource.adopted:
            self.resource.start()
            live = self.resource.read()
        if live is MISSING:
            self.resource.check_foreign_change(MISSING, live)
        with self._late_ones():
            self.resource.check_since(live)
        self.late.note_read(self.last_read, live)
        self.note_read(live)
        return live

    def known(self) -> Json:
        """The object as it was read last; read anew only where something was sent since, or somebody else writes."""
        is_known = self._read_at == self.target.requests and self._read is not MISSING and not self.contested
        return self._read if is_known else self.live()

    def note_read(self, value: Json) -> None:
        """Note what was read just now."""
        if isinstance(self.last_read, dict) and uid_of(self.last_read) == uid_of(value):
            self.chosen.note_read(self.last_read, value)
        self._read, self._read_at = value, self.target.requests
        self.last_read = value
        self.resource.note_state(value)

    def forget_read(self) -> None:
        """What was read last does not stand any more."""
        self._read = self.last_read = MISSING

    def note_unchanged(self, send: Send, before: Json) -> None:
        """Take what was read last for what still stands, as the answer to a replacement says."""
        self.late.note_sent(send)
        self.evidence.judged += 1
        self._read, self._read_at = before, self.target.requests

    def note_no_answer(self) -> None:
        """The last write may have been carried out: what is known is read anew."""
        self.resource.reads.note_no_answer()
        self._read = MISSING

    def about_to_send(self, wanted: Json, live: Json = MISSING) -> None:
        """Note what is about to be sent: in the journal, so that it can be undone, and what of it the run has chosen.

        `live`: the object that it is made of, as it was read last where none is given.
        """
        live = self._read if live is MISSING else live
        self.resource.about_to_send(wanted, live)
        self.chosen.note(self.resource.original if live is MISSING else live, wanted)

    def once(self, send: Send) -> Trial:
        """The replacement, sent once, read back and judged. Raises `TargetUnavailable` where it is never answered."""
        before, wanted, exchange = self.answered(send)
        trial = self._read_back(send, before, wanted, exchange)
        made_of = MadeOf(before, MISSING if send.raw else wanted, send.credential)
        return replace(trial, made_of=made_of) if send.alone else trial

    def _read_back(self, send: Send, before: Json, wanted: Json, exchange: Exchange) -> Trial:
        self.late.note_sent(send)
        response, mark = exchange.response, self.resource.versions.mark()
        try:
            after = self._after(before, wanted, response)
        except Unreadable as error:
            return self._unreadable(send, before, exchange, error)
        with self._late_ones():
            if response.refused:
                self.resource.check_foreign_change(
                    before, after, self._asked_for(send, before, wanted, after, exchange)
                )
            elif response.accepted and moved_on(before, response.value, after):
                self.resource.check_foreign_change(response.value, after, wanted)
        self.late.note_read(before, after, wanted, send)
        self.note_read(after)
        replacement = Replacement(
            before=before,
            sent=MISSING if send.raw else wanted,
            response=response,
            after=after,
            pretty=send.asked_pretty,
            mutation=send.mutation,
            authorized=send.credential is None,
            added=self.resource.added,
            disturbed=attribution.is_disturbed(
                before,
                wanted,
                response.value,
                after,
                accepted=response.accepted,
                new=self.resource.versions.is_new(after, mark),
                ordered=self.resource.versions.ordered,
            ),
        )
        self.evidence.judged += 1
        if response.accepted and after is not MISSING:
            changed = rules.changed(self.scope, replacement)
            self.evidence.witnessed.update(("accepted", "changed") if changed else ("accepted",))
            if changed and paths.get(before, GENERATION) is not MISSING:
                self.evidence.witnessed.add("counted")
            self._note_stored(before, after)
            self.left_out.update(
                path for path in self.scope.replaceable if MISSING is paths.get(wanted, path) is paths.get(after, path)
            )
        trial = self.judged(replacement, exchange)
        if send.mutation is not None and self.resource.adopted:
            self._trials[send.mutation.path] = trial
        return trial

    @contextmanager
    def _late_ones(self) -> Iterator[None]:
        """Keep what an adopted object came to hold later: it is not asked again, but nobody else sends such values."""
        try:
            yield
        except StoredLate as error:
            for change in error.changes:
                trial = self._trials.get(change.path) or self._last_sent(change)
                found = rules.stored_later(self.scope, trial.replacement, change) if trial else ()
                self.damage += [(finding, trial) for finding in found if trial]
            raise

    def _last_sent(self, change: Difference) -> Trial | None:
        """The last write, of which nothing was read back, as that which has sent what came to stand later."""
        exchange, before = self.resource.last_write, self.last_read
        if exchange is None or not isinstance(before, dict):
            return None
        sent = paths.put(before, change.path, change.after)
        return Trial(Replacement(before, sent, exchange.response, before), exchange, ())

    def _after(self, before: Json, wanted: Json, response: Response) -> Json:
        """The object as it is read after a replacement; what a lag may hide behind a 409 is waited for."""
        means_another = wanted is not MISSING and uid_of(wanted) not in (None, uid_of(before))
        if means_another or before is MISSING or not is_conflict(response.status, before, wanted):
            return self.resource.read()
        changed = paths.differences(before, wanted, spared=self.scope.replaceable)
        return self.resource.reads.past(before, correct=not changed)

    def _note_stored(self, before: Json, after: Json) -> None:
        """Keep which replaceable fields an accepted replacement has changed."""
        for path in self.scope.replaceable:
            name = paths.render(path)
            if name not in self.evidence.stored and not paths.same(paths.get(before, path), paths.get(after, path)):
                self.evidence.stored.add(name)

    def _unreadable(self, send: Send, before: Json, exchange: Exchange, error: Unreadable) -> Trial:
        """A replacement after which the object cannot be read any more, which is a finding; it is undone.

        Of the replacement only the answer is judged. Raises `error` where that does not make the object readable.
        """
        if before is MISSING or not self.resource.make_readable(before, error.exchange):
            raise error
        after, authorized = self.live(), send.credential is None
        replacement = Replacement(before, MISSING, exchange.response, after, authorized=authorized)
        found = rules.judge_response(self.scope, exchange.response)
        unreadable = rules.judge_response(self.scope, error.exchange.response)
        return Trial(replacement, exchange, (*found, *unreadable))

    def judged(self, replacement: Replacement, exchange: Exchange) -> Trial:
        """What happened, judged; what another writer may have done stands apart."""
        found = rules.judge(self.scope, replacement)
        if not replacement.disturbed:
            return self._shown_otherwise(Trial(replacement, exchange, found))
        changes = paths.differences(replacement.before, replacement.after, spared=self.scope.volatile)
        foreign = [one.path for one in changes if not self.chosen.is_path(one.path)]
        self.evidence.other_writers.update(map(paths.render, foreign))
        stored = [one for one in found if attribution.is_about_the_store(one)]
        ours, others = attribution.split(stored, replacement.sent, self.chosen)
        kept = tuple(one for one in found if not attribution.is_about_the_store(one))
        before, sent, after = replacement.before, replacement.sent, replacement.after
        # where it was repeated, an earlier attempt may have been carried out
        refused = replacement.response.status == 409 and not exchange.repeated
        if refused and attribution.holds_what_was_sent(before, sent, after):
            return Trial(replacement, exchange, (*kept, *ours))
        # nobody but another writer that writes whenever it likes has an effect on a request that was refused
        unlikely = others if replacement.response.refused else []
        return Trial(replacement, exchange, kept, tuple(ours), tuple(unlikely))

    def _shown_otherwise(self, trial: Trial) -> Trial:
        """The trial with what a refused request may not have written apart: never sent, and shown under one version.

        A schema that gets another default shows that in each object from then on, which is not written for it.
        """
        before, after = (paths.get(one, VERSION) for one in (trial.replacement.before, trial.replacement.after))
        if not trial.replacement.response.refused or before is MISSING or not paths.same(before, after):
            return trial
        stored = [one for one in trial.findings if attribution.is_about_the_store(one)]
        ours, others = attribution.split(stored, trial.replacement.sent, self.chosen)
        kept = (one for one in trial.findings if not attribution.is_about_the_store(one))
        return replace(trial, findings=(*kept, *ours), doubtful=tuple(others)) if others else trial

    def answered(self, send: Send) -> tuple[Json, Json, Exchange]:
        """The object before a replacement that was answered, the object that was sent, and the exchange.

        A replacement whose answer was lost may have been carried out, so it is not simply repeated (RFC 9110, 9.2.2):
        the object is read, given back what it was where it had changed, and only then is the question asked again.
        Where that fails, or no answer ever comes, the replacement is given up with what `Client.send` raised, unless
        the connection was closed each time though other requests were answered: that is the target's answer then.
        """
        lost, dropped, waits = 0, 0, delays()
        while True:
            before = self.known()
            write = self.resource.contract.write
            wanted = write.meant(before, kept(self.resource.keep, before, send.make(before)))
            self._read = MISSING
            headers, body = {**write.headers, **(send.headers or {})}, write.body(before, wanted)
            body = strict.encode(send.patch(before)) if send.patch else body
            body = send.raw(body) if send.raw else body
            self.about_to_send(wanted, before)
            for asked in self._readings(send, before, body):
                self.resource.about_to_send(asked, before)
            try:
                query = f"pretty={send.pretty}" if send.pretty is not None else send.query
                exchange = self.resource.write(body, query=query, headers=headers, credential=send.credential)
                if not (exchange.response.put_off and exchange.response.status == 504):
                    return before, wanted, exchange
                delay = next(waits)
                if not self.target.waited(delay and retry_after(exchange.response.headers, delay)):
                    raise TargetBusy(f"{write.method} {exchange.url}: the target keeps answering 504")
                self._take_back(before, wanted)
            except TargetBusy:
                raise
            except TargetUnavailable as error:
                lost, dropped = lost + 1, dropped + isinstance(error, ConnectionDropped)
                if not self._take_back(before, wanted):
                    raise
                if lost > LOST_ANSWERS:
                    if dropped < lost:
                        raise
                    return before, wanted, unanswered(write.method, self.resource.url, body, headers)

    def _readings(self, send: Send, before: Json, body: bytes) -> list[Json]:
        """The objects that a body of its own kind may ask for, where a job is adopted that may come to hold them."""
        found = strict.readings(body) if send.raw and self.resource.adopted else ()
        return [self.resource.contract.write.asked_for(before, said) for said in found]

    def _asked_for(self, send: Send, before: Json, wanted: Json, after: Json, exchange: Exchange) -> Json:
        """The object that a request has asked for: of those as which its body may be read the one that is stored."""
        asked = [*self._readings(send, before, exchange.body or b""), wanted]

        def is_stored(one: Json) -> bool:
            return all(paths.same(paths.get(one, path), paths.get(after, path)) for path in self.scope.replaceable)

        return next(filter(is_stored, asked), asked[0])

    def _take_back(self, before: Json, wanted: Json) -> bool:
        """Give the object back what it was before a request that may have been carried out; whether it stands so."""
        self.contested = True  # by our own request, which may yet be carried out
        self.resource.note_state()
        return before is not MISSING and self.resource.undo(before, wanted)
