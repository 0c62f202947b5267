"""Requests of which is only asked whether they were carried out: no rule judges the form of their answers.

A gateway may answer for an unusual URL or body in its own words, or drop the connection: that says nothing about the
operation. What was sent and is stored afterwards does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import pytest

from contracts.casekit.job import Job
from contracts.casekit.reply import Reply
from contracts.client.credentials import Credential
from contracts.client.errors import AnswerCut, CertificateRequired, ConnectionDropped, TargetBusy, TargetUnavailable
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Difference, Json, Mutation
from contracts.judge import rules
from contracts.judge.attempts import attempts
from contracts.judge.attribution import is_disturbed
from contracts.judge.kept import kept
from contracts.judge.model import NO_HTTP, Exchange, Replacement, Response
from contracts.judge.mutations import schema_at
from contracts.report.finding import Demand, Expected, Observed, Seen
from contracts.resource.adoption_guard import HarmfulReplacement, ObjectDamaged
from contracts.run.trial import MadeOf, Make, is_conflict
from contracts.spec.fields import CREATED, NAME, STATUS, VERSION

# How often a replacement is made again that lost its version to another writer.
ROUNDS: Final = 12
# How often the same is asked before a server error, or a connection that is dropped, is this request's doing.
CONFIRMATIONS: Final = 3
CONFLICT: Final = 409


@dataclass(frozen=True, eq=False)
class How:
    """How a request is sent otherwise than usual: to which path and query, with which headers, body and credential."""

    path: str = ""
    query: str = ""
    headers: Mapping[str, str] | None = None
    encode: Callable[[bytes], bytes] = bytes
    credential: Credential | None = None


@dataclass(frozen=True, eq=False)
class Probe:
    """A request, and the object as it was read before and after it.

    `disturbed`: whether another writer may have come between the request and the read after it.
    """

    exchange: Exchange
    before: Json
    sent: Json
    after: Json
    made_of: MadeOf | None = None
    disturbed: bool = False

    @property
    def outrun(self) -> bool:
        """Whether it was refused since another writer was faster, so that nothing is known of the request itself."""
        moved = not paths.same(paths.get(self.before, VERSION), paths.get(self.after, VERSION))
        return self.exchange.response.status == 409 and moved

    @property
    def stored(self) -> list[Difference]:
        """What was sent otherwise than it stood before, and stands so now; what others have written is none of it."""
        return [one for one in paths.differences(self.before, self.sent) if self._stands(one)]

    @property
    def lost(self) -> list[Difference]:
        """What was sent otherwise than it stood before, and does not stand so now; keys that are there again aside."""
        changed = paths.differences(self.before, self.sent)
        return [one for one in changed if MISSING is not one.after and not self._stands(one)]

    def _stands(self, change: Difference) -> bool:
        return paths.same(paths.get(self.after, change.path), change.after)


def is_failure(exchange: Exchange, allowed: Collection[int] = ()) -> bool:
    """Whether an exchange ended in a server error, but for those `allowed`, or in a dropped connection."""
    status = exchange.response.status
    return not 0 < status < 500 and status not in allowed


class Prober:
    """Sends probes for a case, to an object of which a replacement was judged before."""

    def __init__(self, job: Job) -> None:
        self._job = job
        job.judge_first()

    def carried_out(self, exchange: Exchange) -> bool:
        """Whether an answer says that a replacement was made: 2xx with an object, not some page for every URL."""
        value = exchange.response.value
        return exchange.response.accepted and isinstance(value, dict) and value.get("kind") == self._job.contract.kind

    def may_read(self, credential: Credential) -> bool:
        """Whether another credential may read the object; skips the case where the target wants a certificate too."""
        try:
            exchange = self._job.run.target.send("GET", self._job.run.resource.path, credential=credential)
        except CertificateRequired as error:
            pytest.skip(str(error))
        return exchange.response.accepted

    def send(self, wanted: Json, how: How, before: Json = MISSING) -> Exchange:
        """Send an object, once, without reading back; a connection that is dropped is an answer of status `NO_HTTP`.

        `before`: the object at the path as it is stored, by default the one that was read last. Raises
        `TargetUnavailable` where there was no connection, or no answer in time: an outage says nothing of the request.
        """
        job, target = self._job, self._job.run.target
        job.run.evidence.judged += 1
        wanted = kept(job.run.resource.keep, job.run.resource.original, wanted)
        write = job.contract.write
        body = write.body(job.run.examiner.last_read if before is MISSING else before, wanted)
        path, headers = how.path or job.run.resource.path, {**write.headers, **(how.headers or {})}
        try:
            job.run.examiner.about_to_send(wanted, before)
        except HarmfulReplacement as error:
            raise job.not_tried(str(error), *error.fields) from None
        try:
            exchange = target.send(
                write.method, path, query=how.query, headers=headers, body=how.encode(body), credential=how.credential
            )
            if how.path:
                job.run.resource.leftovers.note_answer(path, exchange.response)
            if paths.get(exchange.response.value, NAME) in (MISSING, job.run.resource.name) or not how.path:
                job.run.resource.note_write(exchange)  # one of another object says nothing of this one
                job.run.resource.note_answer(exchange.response.value)
        except CertificateRequired as error:
            pytest.skip(str(error))
        except TargetBusy:
            raise
        except TargetUnavailable as error:
            job.run.examiner.note_no_answer()
            if not isinstance(error, ConnectionDropped | AnswerCut):
                raise
            url, answer = target.mask(target.public_url + path), Response(NO_HTTP, {}, b"", str(error), dropped=True)
            return Exchange(write.method, url, headers, how.encode(body), answer, 0.0)
        job.check_expiry(exchange, how.credential)
        return exchange

    def probe(self, make: Make, how: How) -> Probe:
        """Send what `make` makes of the object, and read it before and after; again where another writer was faster."""
        for _ in range(ROUNDS):
            before = self._job.known()
            sent = self._job.contract.write.meant(before, make(before))
            exchange = self.send(sent, how)
            if is_conflict(exchange.response.status, before, sent):
                self._job.look_past(before)
            probe = self._read_back(before, sent, how, exchange)
            if not probe.outrun:
                break
        return probe

    def unread(self, allowed: Make, attempt: Mutation) -> Probe | None:
        """Send an allowed change, and then its answer with the attempt made on it, with no read between the two.

        None where the allowed change is not answered with the object.
        """
        write = self._job.contract.write
        for _ in range(ROUNDS):
            before = self._job.known()
            first = self.send(write.meant(before, allowed(before)), How(), before)
            answered = first.response.value
            if first.response.status != CONFLICT and not self.carried_out(first):
                return None
            if first.response.status == CONFLICT:
                continue
            sent = write.meant(answered, attempt.apply(answered))
            probe = self._read_back(answered, sent, How(), self.send(sent, How(), answered))
            if not probe.outrun:
                return replace(probe, made_of=None)  # it takes both requests
        return None

    def _read_back(self, before: Json, sent: Json, how: How, exchange: Exchange) -> Probe:
        versions = self._job.run.resource.versions
        mark, answer = versions.mark(), exchange.response
        after = self._job.live()
        told = before, sent, answer.value, after
        new, ordered = versions.is_new(after, mark), versions.ordered
        disturbed = is_disturbed(*told, accepted=answer.accepted, new=new, ordered=ordered)
        made_of = MadeOf(before, sent if how.encode is bytes else MISSING, how.credential)
        probe = Probe(exchange, before, sent, after, made_of, disturbed)
        self._expect_no_losses(probe)
        return probe

    def _expect_no_losses(self, probe: Probe) -> None:
        """What a probe has lost of what may not change, and did not ask for, is a finding, and given back."""
        job, answer = self._job, probe.exchange.response
        if probe.disturbed or not answer.accepted or probe.after is MISSING:
            return
        replacement = Replacement(probe.before, probe.sent, answer, probe.after, added=job.run.resource.added)
        asked = [one.path for one in probe.stored]
        lost = [one for one in rules.losses(job.run.scope, replacement) if not paths.starts_with(one.path, asked)]
        for finding in lost:
            job.run.examiner.keep_finding(finding, probe.exchange, made_of=probe.made_of)
        if lost and job.adopted:
            self.undo(probe.before, probe.after, probe.exchange)

    def judge_answer(self, probe: Probe) -> None:
        """Have the answer to a replacement that was accepted judged as that to any other one is."""
        job, answer = self._job, probe.exchange.response
        replacement = Replacement(
            probe.before, MISSING, answer, probe.after, added=job.run.resource.added, disturbed=probe.disturbed
        )
        for finding in rules.judge_answer(job.run.scope, replacement):
            job.run.examiner.keep_finding(finding, probe.exchange, made_of=probe.made_of)

    def answered(self, wanted: Json, how: How, *, allowed: Collection[int] = ()) -> Exchange:
        """The first of several exchanges that ends in no server error; the very first where all do.

        `allowed`: server errors that say nothing, and are answers. Raises `TargetUnavailable` where nothing else is
        answered either.
        """
        exchanges: list[Exchange] = []
        for _ in range(CONFIRMATIONS):
            exchanges.append(self.send(wanted, how))
            if not is_failure(exchanges[-1], allowed):
                return exchanges[-1]
        self._job.live()
        return exchanges[0]

    def bypassed(self, attempt: Mutation, how: How, about: str) -> Probe:
        """Send an immutable change so; a finding where it is stored and the plain request does not get it stored."""
        probe = self.probe(attempt.apply, how)
        self.expect_kept(probe, attempt, about)
        return probe

    def expect_kept(self, probe: Probe, attempt: Mutation, about: str) -> None:
        """An immutable change of a probe is not stored; else it is undone, and blamed as `blame_undone` says."""
        if self.immutable(probe):
            self.blame_undone(probe, attempt, about)

    def immutable(self, probe: Probe) -> list[Difference]:
        """What was sent and is stored though it may not be replaced."""
        return [one for one in probe.stored if not paths.starts_with(one.path, self._job.run.scope.replaceable)]

    def blame_undone(self, probe: Probe, attempt: Mutation, about: str) -> None:
        """As `blame`, the change undone before; a finding, too, where it cannot be, and so nothing more may be sent."""
        try:
            self.undo(probe.before, probe.after, probe.exchange, probe.sent)
        except ObjectDamaged:
            self._blame(probe, attempt, about)
            raise
        self.blame(probe, attempt, about)

    def blame(self, probe: Probe, attempt: Mutation, about: str) -> None:
        """A finding if a probe has changed what is immutable, and the plain request does not."""
        if self.immutable(probe) and not self._job.replace(attempt).found("immutable"):
            self._blame(probe, attempt, about)

    def _blame(self, probe: Probe, attempt: Mutation, about: str) -> None:
        change = self.immutable(probe)[0]
        expected = Expected(Demand.REFUSED_OR_UNCHANGED, (change.before,))
        seen = Observed(Seen.STORED, probe.exchange.response.status, change.after)
        reply = Reply(self._job, probe.exchange, about=about, made_of=probe.made_of)
        told = expected, seen, change.path, "immutable.no-bypass", reply
        self._job.add_finding(*told, attempt=attempt, alone=True)

    def failing(self, wanted: Json, how: How, *, allowed: Collection[int] = ()) -> Exchange | None:
        """The first of several exchanges if all end in a server error or a dropped connection, else None.

        `allowed`: server errors that say nothing, so that one of them is enough for None.
        """
        exchange = self.answered(wanted, how, allowed=allowed)
        return exchange if is_failure(exchange, allowed) else None

    def undo(self, before: Json, after: Json, done: Exchange | None = None, sent: Json = MISSING) -> None:
        """Give the object back what it was `before`, as far as no replacement may change it.

        `done`: what has changed it; `sent`: what that asked for, where some of it is known to be stored.
        """
        job = self._job.run.resource
        if job.adopted:
            job.repair(before, after, sent, done)
        else:
            job.reset()


def servers_own_changes(job: Job) -> list[Mutation]:
    """A change of what only the server writes, of identity and of status: values that nobody else would write."""
    found = [one for one in attempts(job.contract, job.known(), adopted=job.adopted) if one.way in ("change", "add")]
    chosen: dict[str, Mutation] = {}
    for one in sorted(found, key=lambda attempt: (attempt.way, len(attempt.path))):
        named = isinstance(one.new, str) and "enum" not in schema_at(job.contract.resource_schema, one.path)
        own = one.path in (CREATED, STATUS) or (one.path[:1] == STATUS and named)
        if own and not job.harms(one):
            chosen[str(one.path[0])] = one
    return list(chosen.values())


def deepest_changes(job: Job) -> Iterator[Mutation]:
    """For each requirement about something in spec the deepest value to change, or a member to add."""
    deepest: dict[str, Mutation] = {}
    found = [one for one in attempts(job.contract, job.known(), adopted=job.adopted) if one.way in ("change", "add")]
    for one in sorted(found, key=lambda attempt: (attempt.way, len(attempt.path))):
        if one.path[0] in job.contract.desired and len(one.path) > 1 and not job.harms(one):
            deepest[job.contract.owner(one.path, "immutable")] = one
    yield from deepest.values()
