"""The object under test as a case sees it: what a case sends is judged by every rule, and what it expects is kept."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from itertools import count
from threading import Barrier
from typing import Any, Final

import pytest

from contracts.casekit.markers import NothingToTry, requirements_of, rule_of, sentence_of, subject_of
from contracts.casekit.reply import Reply
from contracts.client.credentials import ANONYMOUS, NONE, Credential, Token, Variant
from contracts.client.errors import CertificateRequired, ConnectionDropped
from contracts.client.foreign_credentials import foreign_credentials
from contracts.jsonvalue import merge_patch, paths
from contracts.jsonvalue.paths import MISSING, Difference, Json, Mutation, Path
from contracts.judge import failures, harmless, values
from contracts.judge.kept import kept
from contracts.judge.model import Exchange
from contracts.judge.stored import deviations
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.resource.adoption_guard import HarmfulReplacement
from contracts.resource.denied_credential import has_expired, option_of
from contracts.resource.stored_object import uid_of
from contracts.resource.versions import version_of
from contracts.run.examiner import ASKED
from contracts.run.replacer import unanswered
from contracts.run.run import Run
from contracts.run.trial import Make, Send, assign
from contracts.spec.contract import Requirement
from contracts.spec.fields import NAME, NAMESPACE, STATUS, UID, VERSION

_MARKS: Final = count(1)
LABELS: Final = "metadata.labels"
# Seconds until all threads of a race stand ready.
READY: Final = 30
MARK: Final = "contract-sent"
LONGEST_MARK: Final = 40
SYNTAX: Final = "replaceable.invalid-refused"

Change = Mapping[str, Any] | Make | Mutation


class Job:
    """What a case does with the object under test; `job` in a case's arguments is one of these.

    `fields`: those that can be replaced. `sendable`: the contract for who makes values to send. `adopted`: whether the
    object is somebody's, which the run puts back as it was. `server_owned`: what the server and controllers may write
    at any moment. `sentence`: what the case says that must hold. `subject`: which of its parameters the case has.
    """

    def __init__(self, run: Run, item: pytest.Item) -> None:
        self.run = run
        self.contract = run.contract
        self.sendable = run.job.sendable
        self.profile = run.settings.profile
        self.fields = run.contract.replaceable
        self.adopted = run.job.adopted
        self.server_owned = run.scope.server_owned
        self.requirements = requirements_of(item)
        self.sentence = sentence_of(item)
        self.subject = subject_of(item)
        self._item = item

    def live(self) -> Json:
        """The object as it is stored now; created anew when a fault made it disappear."""
        self.run.evidence.check_enough()
        return self.run.examiner.live()

    def known(self) -> Json:
        """As `live`, but not read anew where this run has sent nothing since it was read last, and nobody else writes.

        It saves a request in cases that change the object by no other way than this `job`.
        """
        self.run.evidence.check_enough()
        return self.run.examiner.known()

    def version(self) -> Json:
        """The resourceVersion of the object as it is stored now."""
        return paths.get(self.live(), VERSION)

    def look_past(self, before: Json) -> bool:
        """Whether the object has another version than `before`, of which a write was refused with 409.

        What a lag may hide is waited for.
        """
        now = self.run.job.read_past(before)
        return not paths.same(*(paths.get(value, VERSION) for value in (before, now)))

    @property
    def foreign_writes(self) -> int:
        """How many versions of the object have been read that no answer to this run has shown: other writers' ones."""
        return self.run.job.versions.foreign

    def read(self, pretty: str) -> Json:
        """What a read with another value of pretty shows of the object, `MISSING` where that is no object."""
        value = self.run.target.send("GET", self.run.job.path, query=f"pretty={pretty}").response.value
        return value if isinstance(value, dict) else MISSING

    def uid(self) -> str | None:
        """The uid of the object as it is stored now, None where it has none."""
        return uid_of(self.live())

    def fields_of(self, replaceable: Requirement) -> tuple[str, ...]:
        """The fields of a requirement; raises what skips the case where no source tells a value that they can take."""
        if not any(values.has_values(self.contract, field) for field in replaceable.fields):
            raise self.nothing_to_try(f"no source tells a value that {', '.join(replaceable.fields)} can take")
        return replaceable.fields

    def fresh_values(self) -> dict[str, Json]:
        """A valid value for every replaceable field, other ones than any that were given before."""
        return values.assignments(self.sendable, next(_MARKS))

    def marked(self, text: str, field: str = LABELS) -> dict[str, Json]:
        """An allowed change by which it can be told later whether a request was carried out: a key with this text.

        In `field`, or in another map of texts where that cannot be replaced; without any, fresh values.
        """
        maps = [one for one in self.fields if values.is_map_of_texts(values.schema_of(self.sendable, one))]
        chosen = field if field in maps else next(iter(maps), "")
        word = "".join(character for character in text if character.isalnum())[:LONGEST_MARK]
        return {chosen: {MARK: word}} if chosen else self.fresh_values()

    def nothing(self) -> dict[str, Json]:
        """Every replaceable field left out, but for one without which a controller could harm an adopted object."""
        return values.cleared(self.sendable)

    def harms(self, change: Change) -> bool:
        """Whether a change is not to be sent: a controller could end an adopted object, or --keep forbids it."""
        original, limits = self.run.job.original, self.run.job.limits
        if not limits:
            return False
        wanted = kept(self.run.job.keep, original, _make(change)(original))
        harm = harmless.harmful(limits, wanted, original)
        self.leave_out(*harm)
        return bool(harm)

    def deviations(self, field: str, value: Json, shown: Json) -> list[Difference]:
        """How an object differs from one in which a field was sent with a value, or `MISSING` for left out.

        What the target adds by itself is no difference.
        """
        path = paths.parse(field)
        sent = paths.put(paths.put({}, path, {}), path, self._with_kept(field, value))
        return list(deviations(path, sent, MISSING, shown, self.run.job.added))

    def _with_kept(self, field: str, value: Json) -> Json:
        """What is sent of a value, with what is to be kept (`--keep`)."""
        original, path = self.run.job.original, paths.parse(field)
        return paths.get(kept(self.run.job.keep, original, paths.put(original, path, value)), path)

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
        send = Send(_make(change), attempt, pretty, query, headers, credential, raw, alone)
        try:
            trial = self.run.examiner.replace(send, retry=retry)
        except CertificateRequired as error:
            pytest.skip(str(error))
        except HarmfulReplacement as error:
            raise self.not_tried(str(error), *error.fields) from None
        self.check_expiry(trial.exchange, credential)
        return Reply(self, trial.exchange, trial, about)

    def check_expiry(self, exchange: Exchange, shown: Credential | Mapping[str, str] | None) -> None:
        """Skip the case where the credential that may not replace the object has been `shown`, and is not valid now.

        Its 401 is right then, and says nothing of 403.
        """
        denied = self.run.denied_credential
        if denied is None or shown is not denied or exchange.response.status != HTTPStatus.UNAUTHORIZED:
            return
        if has_expired(self.run.target, self.run.job.path, denied):
            what = "the credential that may not replace the object is not valid any more"
            pytest.skip(f"{what}, it is refused for reading, too: 401 ({option_of(denied)})")

    def patch(self, make: Callable[[Json], Json], about: str) -> Reply:
        """Update the object by the merge patch that `make` makes of the live one; read it back, and have it judged.

        Raises what skips the case where that would change what is to stay as it is.
        """
        self.run.evidence.check_enough()
        live = self.live()
        wanted = merge_patch.apply(live, make(live))
        if self.harms(lambda _: wanted) or not paths.same(
            kept(self.run.job.keep, self.run.job.original, wanted), wanted
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
        wanted = self._announced(body, made_of)
        before = self.run.examiner.last_read if made_of is MISSING else made_of
        return self._write(self.contract.write.body(before, wanted), self.run.job.path, headers, about=about)

    def race(self, bodies: Sequence[Json]) -> list[Reply]:
        """Send all objects at once, each on a connection of its own; the replies in the same order.

        Where a connection was closed instead of an answer, nobody knows what became of the request (`is_unanswered`).
        """
        barrier = Barrier(len(bodies))
        bodies, before = [self._announced(body) for body in bodies], self.run.examiner.last_read

        def write(body: Json) -> Reply:
            encoded = self.contract.write.body(before, body, pinned=True)
            barrier.wait(timeout=READY)
            try:
                return Reply(self, self.run.job.write(encoded))
            except ConnectionDropped:
                how = self.contract.write
                return Reply(self, unanswered(how.method, self.run.job.url, encoded, how.headers))

        with ThreadPoolExecutor(len(bodies)) as pool:
            replies = list(pool.map(write, bodies))
        for reply in replies:
            self.run.job.note_answer(reply.value)
        for body, reply in zip(bodies, replies, strict=True):
            self.run.examiner.check_carried(body, reply.value, reply.exchange)
        return replies

    def _announced(self, body: Json, made_of: Json = MISSING) -> Json:
        """The object as it is sent, of which the examiner was told."""
        self.run.evidence.check_enough()
        wanted = kept(self.run.job.keep, self.run.job.original, body)
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
        own, write = path == self.run.job.path, self.contract.write
        headers = {**write.headers, **(headers or {})}
        failed: list[Exchange] = []
        for _ in range(ASKED):
            known = self.run.job.versions.latest
            try:
                if own:
                    exchange = self.run.job.write(body, headers=headers)
                else:
                    exchange = self.run.target.send(write.method, path, body=body, headers=headers)
            except ConnectionDropped:
                if version_of(self.run.job.read()) != known and own:
                    raise
                exchange = unanswered(write.method, self.run.target.public_url.rstrip("/") + path, body, headers)
                continue
            if not exchange.response.failed:
                break
            failed.append(exchange)
        if own:
            self.run.job.note_answer(exchange.response.value)
        if exchange.response.dropped:
            self.run.examiner.judge_response(exchange)
        elif not exchange.response.failed:
            for one in failed:
                self.run.examiner.keep_failure(one)
        return Reply(self, exchange, about=about)

    def judge(self, reply: Reply) -> None:
        """Have a response judged by the rules that need nothing else: status, media type, error body."""
        self.run.examiner.judge_response(reply.exchange)

    def send_elsewhere(self, *, name: str = "", namespace: str = "") -> Reply:
        """Send the object without version, uid and status to another name or namespace; judge the response alone.

        In place of an adopted one, of which nobody wants a copy, the documented example, under a name of the run's own.
        """
        own = f"contract-{self.run.job.run_id}-new" if self.adopted else self.run.job.name
        name, namespace = name or own, namespace or self.run.namespace
        example = self.run.job.new_object() if self.adopted else self.live()
        wanted = paths.without(example, [VERSION, UID, STATUS])
        wanted = paths.put(wanted, NAME, name)
        wanted = paths.put(wanted, NAMESPACE, namespace) if namespace else wanted
        body = self.contract.write.body(MISSING, wanted)
        reply = self._write(body, self.contract.item_path.format(namespace=namespace, name=name))
        self.judge(reply)
        return reply

    def new_name(self) -> str:
        """A name of which no object exists; what comes to exist under it is deleted in the end."""
        name = f"contract-{self.run.job.run_id}-new"
        self.run.job.leftovers.may_create(name)
        return name

    def discard(self, name: str) -> bool:
        """Delete an object of a name that `new_name` gave; whether there was one."""
        return self.run.job.leftovers.discard(name)

    def credential_variants(self) -> Iterator[tuple[str, Variant]]:
        """What else may be shown in place of the valid credential, by names that do not show it; nothing at first."""
        yield "no credential", Variant(NONE, ANONYMOUS)
        yield from self.run.target.authority.variants().items()
        yield from foreign_credentials().items()

    def wrong_credential(self) -> Credential:
        """A credential in the target's own form that is not the valid one; none where there is no such form."""
        variants = self.run.target.authority.variants().values()
        return next((one.credential for one in variants if one.refusals == (401,) and not one.valid), NONE)

    def token(self, value: str) -> Credential:
        """Another user's token, in the form in which the target takes tokens; nothing that is written shows it."""
        self.run.secrets.add(value)
        return Token(value, self.run.settings.auth_header)

    def denied_credential(self) -> Credential:
        """The credential that may not replace the object; skips the case where none was given."""
        if self.run.denied_credential is None:
            pytest.skip("no credential was given that may not replace the object (--denied-token-file)")
        return self.run.denied_credential

    def note_credential(self, name: str, reply: Reply) -> None:
        """Note how a request was answered that showed no valid credential, or the valid one in another form."""
        self.run.evidence.credentials[name].add(reply.status)

    def note_boundary(self, field: str, value: Json, reply: Reply) -> None:
        """Note what became of a value of which no source says whether the field can take it."""
        if reply.accepted or reply.refused:
            treated = "accepted" if reply.accepted else "refused"
            self.run.evidence.boundaries[f"{field}: {paths.show(value)}"].add(treated)

    def about_syntax(self, reply: Reply, *sent: Json) -> str:
        """The requirement about the syntax of keys and values where a refusal may be about that; "" elsewhere."""
        strict = reply.refused and any(map(values.is_unusual, sent))
        return SYNTAX if strict else ""

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
        shown = Reply(self, self.run.job.last_read)
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

    def witness(self, name: str) -> None:
        """Note that something was seen without which a requirement cannot be said to hold (requirements.yaml)."""
        self.run.evidence.witnessed.add(name)

    def nothing_to_try(self, reason: str) -> NothingToTry:
        """To be raised where the object gives the case nothing to try: the requirement is judged without it."""
        return NothingToTry(reason)

    def not_tried(self, reason: str, *what: str) -> NothingToTry:
        """To be raised where `what` the case would try is not tried on an adopted object: the record says so."""
        self.leave_out(*what)
        return self.nothing_to_try(reason)

    def leave_out(self, *what: str) -> None:
        """Note what the case does not try on an adopted object; what is to be kept (`--keep`) is left out of any."""
        kept_ones = {one.field for one in self.run.job.limits if one.kept}
        self.run.evidence.not_tried.update(one for one in what if self.adopted and one not in kept_ones)


def _make(change: Change) -> Make:
    """What makes the object to send of the live one."""
    if isinstance(change, Mutation):
        return change.apply
    return assign(change) if isinstance(change, Mapping) else change
