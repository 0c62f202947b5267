"""The object under test as a case sees it: what a case sends is judged by every rule, and what it expects is kept."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import cycle, islice
from typing import Final

import pytest

from contracts.casekit.asked_again import asked_again
from contracts.casekit.at_once import at_once
from contracts.casekit.markers import NothingToTry, rule_of
from contracts.casekit.reply import Reply
from contracts.casekit.under_test import Change, UnderTest, made_by
from contracts.client.credentials import Credential
from contracts.client.errors import CertificateRequired, ConnectionDropped, TargetUnavailable
from contracts.jsonvalue import merge_patch, paths
from contracts.jsonvalue.paths import MISSING, Json, Mutation, Path
from contracts.judge import failures, values
from contracts.judge.kept import kept
from contracts.judge.model import Exchange
from contracts.judge.response_rules import INVALID
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.resource.adoption_guard import HarmfulReplacement
from contracts.resource.stored_object import uid_of
from contracts.resource.versions import version_of
from contracts.run.replacer import unanswered
from contracts.run.trial import Send
from contracts.spec.fields import NAME, NAMESPACE, STATUS, UID, VERSION

# So many attempts at most are read back by one read.
READ_TOGETHER: Final = 20


class Job(UnderTest):
    """What a case does with the object under test; `job` in a case's arguments is one of these."""

    def replace(
        self,
        change: Change,
        *,
        pretty: str | None = None,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        credential: Credential | Mapping[str, str] | None = None,
        raw: Callable[[bytes], bytes] | None = None,
        retry: bool = True,
        attempt: Mutation | None = None,
        about: str = "",
        alone: bool = True,
    ) -> Reply:
        """Replace the object by the live one with a change, read it back, and have the exchange judged by every rule.

        `change`: values by dotted field (`MISSING` leaves one out), a function that makes the object to send of the
        live one, or a mutation of an immutable field. `raw`: makes the bytes that are sent of the encoded body.
        `retry=False`: 409 is an answer, not a reason to ask again. `attempt`: the mutation that a function makes.
        `about`: what is sent, for the finding; `alone`: whether that needs nothing sent before it. Skips the case where
        the target wants the client certificate too.
        """
        self.run.evidence.check_enough()
        attempt = change if isinstance(change, Mutation) else attempt
        send = Send(made_by(change), attempt, pretty, query, headers, credential, raw, alone)
        try:
            trial = self.run.examiner.replace(send, retry=retry)
        except CertificateRequired as error:
            pytest.skip(str(error))
        except HarmfulReplacement as error:
            raise self.not_tried(str(error), *error.fields) from None
        self.check_expiry(trial.exchange, credential)
        return Reply(self, trial.exchange, trial, about)

    def replace_each(self, attempts: Iterable[Mutation]) -> Iterator[Reply]:
        """The replies to attempts, as of `replace`; those that change nothing are read back together."""
        left = iter(attempts)
        while some := list(islice(left, READ_TOGETHER)):
            self.run.evidence.check_enough()
            trials = self.run.examiner.replace_together([Send(one.apply, one) for one in some])
            yield from (Reply(self, trial.exchange, trial) for trial in trials) if trials else map(self.replace, some)

    def judge_first(self) -> None:
        """Have replacements of one field and of all of them judged by every rule, if none of the object was yet.

        What a target loses of an object with the first write of a kind would else be gone before anybody looks.
        """
        if not self.run.examiner.has_judged:
            for change in (self.marked("first"), self.fresh_values()):
                with suppress(NothingToTry):
                    self.replace(change)

    def patch(self, make: Callable[[Json], Json], about: str) -> Reply:
        """Update the object by the merge patch that `make` makes of the live one; read it back, and have it judged.

        Raises what skips the case where that would change what is to stay as it is.
        """
        self.run.evidence.check_enough()
        live = self.live()
        wanted = merge_patch.apply(live, make(live))
        if self.harms(lambda _: wanted) or not paths.same(
            kept(self.run.resource.keep, self.run.resource.original, wanted), wanted
        ):
            raise self.not_tried("the patch would change what is to stay as it is", about)
        send = Send(lambda before: merge_patch.apply(before, make(before)), patch=make)
        trial = self.run.examiner.replace(send)
        return Reply(self, trial.exchange, trial, about)

    def send(
        self, body: Json, *, headers: Mapping[str, str] | None = None, about: str = "", made_of: Json = MISSING
    ) -> Reply:
        """Send an object as it is, once, without reading back; the case itself says what is expected.

        `made_of`: the object that was changed to make it, where that is not the one that was read last.
        """
        wanted = self.announced(body, made_of)
        before = self.run.examiner.last_read if made_of is MISSING else made_of
        return self._write(self.contract.write.body(before, wanted), self.run.resource.path, headers, about=about)

    def race(
        self,
        bodies: Sequence[Json],
        *,
        pinned: bool = True,
        queries: Sequence[str] = ("",),
        headers: Sequence[Mapping[str, str]] = ({},),
        credentials: Sequence[Credential | None] = (None,),
    ) -> list[Reply]:
        """Send all objects at once, each on a connection of its own; the replies in the same order.

        `queries`, `headers`, `credentials`: what they are sent with, by turns; None is the target's own credential.
        `pinned`: a patch names the version that it was made from, too, as a replacement always does.
        Where a connection was closed instead of an answer, nobody knows what became of the request (`is_unanswered`).
        """
        bodies, before = [self.announced(body) for body in bodies], self.run.examiner.last_read
        how = self.contract.write

        def write(encoded: bytes, query: str, more: Mapping[str, str], credential: Credential | None) -> Reply:
            try:
                return Reply(self, self.run.resource.write(encoded, query=query, headers=more, credential=credential))
            except ConnectionDropped:
                return Reply(self, unanswered(how.method, self.run.resource.url, encoded, how.headers))

        encoded = [how.body(before, body, pinned=pinned) for body in bodies]
        ways = zip(encoded, cycle(queries), cycle(headers), cycle(credentials), strict=False)
        try:
            replies = at_once(self.run.target.sessions, [partial(write, *one) for one in ways])
        except CertificateRequired as error:
            pytest.skip(str(error))
        for reply in replies:
            self.run.resource.note_answer(reply.value)
        for body, reply in zip(bodies, replies, strict=True):
            self.run.examiner.check_carried(body, reply.value, reply.exchange)
        return replies

    def announced(self, body: Json, made_of: Json = MISSING) -> Json:
        """The object as it is to be sent, with what is to be kept, of which the examiner was told."""
        self.run.evidence.check_enough()
        wanted = kept(self.run.resource.keep, self.run.resource.original, body)
        try:
            self.run.examiner.about_to_send(wanted, made_of)
        except HarmfulReplacement as error:
            raise self.not_tried(str(error), *error.fields) from None
        return wanted

    def _write(self, body: bytes, path: str, headers: Mapping[str, str] | None = None, *, about: str = "") -> Reply:
        """Send a body; again where the server fails or closes the connection, since it may do so now and then.

        Raises `ConnectionDropped` where the object is another one behind a closed connection: what was sent may have
        been carried out, and is not asked again.
        """
        own, write = path == self.run.resource.path, self.contract.write
        headers = {**write.headers, **(headers or {})}

        def ask() -> Exchange:
            known = self.run.resource.versions.latest
            try:
                if own:
                    return self.run.resource.write(body, headers=headers)
                return self.run.target.send(write.method, path, body=body, headers=headers)
            except ConnectionDropped:
                if version_of(self.run.resource.read()) != known and own:
                    raise
                return unanswered(write.method, self.run.target.public_url.rstrip("/") + path, body, headers)

        exchange, failed = asked_again(ask, lambda one: one.response.failed or one.response.dropped)
        if own:
            self.run.resource.note_answer(exchange.response.value)
        else:
            self.run.resource.leftovers.note_answer(path, exchange.response)
        if exchange.response.dropped:
            self.run.examiner.judge_response(exchange)
        for one in failed:
            self.run.examiner.keep_failure(one)
        return Reply(self, exchange, about=about)

    def judge(self, reply: Reply) -> None:
        """Have a response judged by the rules that need nothing else: status, media type, error body."""
        self.run.examiner.judge_response(reply.exchange)

    def send_elsewhere(self, *, name: str = "", namespace: str = "") -> Reply:
        """Send the object without version, uid and status to another name or namespace; judge the response alone.

        In place of an adopted one, of which nobody wants a copy, the documented example, under a name of the run's own.
        What a target creates of it in another namespace is deleted again; under a name of `new_name` it stays.
        """
        own = f"contract-{self.run.resource.run_id}-new" if self.adopted else self.run.resource.name
        name, namespace = name or own, namespace or self.run.namespace
        example = self.run.resource.new_object() if self.adopted else self.live()
        wanted = paths.without(example, [VERSION, UID, STATUS])
        wanted = paths.put(wanted, NAME, name)
        wanted = paths.put(wanted, NAMESPACE, namespace) if namespace else wanted
        body = self.contract.write.body(MISSING, wanted)
        path, leftovers = self.contract.item_path.format(namespace=namespace, name=name), self.run.resource.leftovers
        if path != self.run.resource.path:
            leftovers.may_create(name, namespace)
        reply = self._write(body, path)
        self.judge(reply)
        if namespace != self.run.namespace and self.run.resource.run_id in name:
            with suppress(TargetUnavailable):  # it is deleted in the end
                leftovers.discard(name, namespace)
        return reply

    def note_boundary(self, field: str, value: Json, reply: Reply) -> None:
        """Note what became of a value of which no source says whether the field can take it."""
        if reply.accepted or reply.refused:
            treated = "accepted" if reply.accepted else "refused"
            self.run.evidence.boundaries[f"{field}: {paths.show(value)}"].add(treated)

    def about_syntax(self, reply: Reply, *sent: Json) -> str:
        """The requirement about the syntax of keys and values where a refusal may be about that; "" elsewhere."""
        strict = reply.refused and any(map(values.is_unusual, sent))
        return INVALID if strict else ""

    def expect_stored(
        self,
        wanted: Mapping[str, Json],
        history: tuple[dict[str, Json], ...] = (),
        uid: str | None = None,
        foreign: int | None = None,
        *,
        patient: bool = False,
    ) -> bool:
        """Each field is stored with the value that was sent last; `history`: what was sent, as JSON Patch.

        `uid`: of the object that it was sent to; nothing is expected of another one, made when a controller deleted it.
        `foreign`: how many versions of other writers had been read (`foreign_writes`) before anything was sent. Where
        there are more by now, `patient` expects nothing; otherwise only what was sent can be wrong. Whether it could be
        expected.
        """
        stored = self.live()
        shown = Reply(self, self.run.resource.last_read_exchange)
        if uid and uid_of(stored) != uid:
            return True
        disturbed = foreign is not None and self.foreign_writes != foreign
        if disturbed and patient:
            return False
        for field, value in wanted.items():
            for change in self.deviations(field, value, stored):
                if self.run.examiner.is_others(change.path, change.after, disturbed=disturbed):
                    continue
                found = Observed(Seen.STORED, None, change.after)
                expected = Expected(Demand.STORED, (change.before,))
                self.add_finding(expected, found, change.path, reply=shown, change=history)
        return True

    def expect_no_failures(self, failed: Sequence[Reply], of: int) -> None:
        """Of so many requests at once no more are answered with 5xx than of those that come one after the other.

        `failed`: one reply of each race in which the server failed; a single one says nothing.
        """
        statuses = self.run.target.statuses
        elsewhere = sum(count for status, count in statuses.items() if status >= 500) - len(failed)
        if len(failed) > 1 and failures.are_more(len(failed), of, elsewhere, statuses.total() - of):
            failed[0].expect_status(409)
        else:
            for reply in failed:
                self.run.examiner.keep_failure(reply.exchange)

    def add_finding(
        self,
        expected: Expected,
        observed: Observed,
        path: Path = (),
        requirement: str = "",
        reply: Reply | None = None,
        *,
        attempt: Mutation | None = None,
        change: tuple[dict[str, Json], ...] = (),
        alone: bool = False,
    ) -> None:
        """Keep a finding against a requirement, by default the case's first; the case goes on.

        `reply` shows it (`alone`: by itself), or, where it takes several requests, `change` in words of JSON Patch.
        """
        trial, exchange = (reply.trial, reply.exchange) if reply else (None, None)
        subject = reply.about if reply and reply.about else self.subject
        broken, rule = requirement or self.requirements[0], rule_of(self._item, subject)
        finding = Finding(broken, expected, observed, path, rule, attempt, self.sentence, subject)
        made_of = reply.made_of if reply and alone else None
        self.run.examiner.keep_finding(finding, exchange, trial.change if trial else change, made_of)
