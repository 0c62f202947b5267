"""The life of the object under test: created under a unique name and deleted, or adopted and put back as it was.

stored_object.StoredObject      reads, writes, deletes; `_replace` until it stands so
└── guarded.GuardedObject       tells what somebody else changes of an adopted one; notes it in the journal
    │                           overrides `make_readable` (by a merge patch)
    └── returned.ReturnedObject     `_put_back`: values, what was stored late, field ownership
        │                           overrides `_as_answered`, `note_write` (whose fields are the run's)
        └── adopted.AdoptedObject       limits of what it is sent; undoes what harms it; has the `leftovers`
            │                           overrides `about_to_send` (the limits), `_is_reached`
            └── ResourceUnderTest           `start` and `finish`, created or adopted
                                            overrides `_as_known` (what it deletes unseen), `make_readable`
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from contracts.client.errors import CredentialUnusable, LeftBehind, TargetError, TargetMisconfigured, TargetUnavailable
from contracts.client.pace import LOST_ANSWERS
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import harmless, kept
from contracts.judge.stored import lost_status
from contracts.report.error_kinds import ErrorKind, first
from contracts.resource import hints
from contracts.resource.adopted import AdoptedObject
from contracts.resource.as_created import NO_MATTER_OF_CONTENT, CreationRefused, dropped, seen_added
from contracts.resource.journal import Entry, Journal
from contracts.resource.lagging_reads import LONGEST_LAG
from contracts.resource.new_object import NewObject
from contracts.resource.stored_object import JSON, Unreadable, uid_of
from contracts.spec.fields import DELETED, LABELS, UID, VERSION

if TYPE_CHECKING:
    from contracts.client.client import Client
    from contracts.judge.model import Exchange, Scope

RUN_LABEL: Final = "pytorchjob-contract/run"
STATUS_TIMEOUT: Final = 0.3
STATUS_INTERVAL: Final = 0.02


class ResourceUnderTest(AdoptedObject):
    """One object on the target, from its creation or adoption to the end.

    `created_from`: what a created one was sent with. `dropped`: what of it is not stored, as dotted paths.
    `examples_refused`: how many examples the target refused to create it from, and `refused_because` what it said to
    the last of them.
    """

    def __init__(
        self,
        scope: Scope,
        target: Client,
        namespace: str,
        name: str | None = None,
        state: Path | None = None,
        run_id: str = "",
        new: NewObject | None = None,
    ) -> None:
        run_id = run_id or secrets.token_hex(5)
        super().__init__(scope, target, namespace, name or f"contract-{run_id}", run_id, adopted=name is not None)
        self.new = new or NewObject()
        self.keep = self.new.keep
        self.dropped: tuple[str, ...] = ()
        self.examples_refused = 0
        self.refused_because = ""
        self.created_from: Json = MISSING
        self._answered: Json = MISSING
        self._unidentified = True
        if state is not None:
            spec = scope.contract.spec.file
            entry = Entry(run_id, target.public_url, namespace, self.name, self.adopted, spec=spec)
            self._journal = Journal(state, entry)

    def start(self) -> None:
        """Create the object, or read the one that is adopted.

        One that cannot be read is taken to be as its creation was answered. Raises `TargetError`: not reachable,
        credential refused, object not there, an answer that is no such object.
        """
        if self.adopted:
            self.adopt()
            self._keep_fields()
            return
        sent = self.created_from = self.create()
        try:
            self.original = self._settled()
        except Unreadable:
            if not isinstance(self._answered, dict):
                raise
            self.original = self._answered
        self._unidentified = False
        self._note(uid=uid_of(self.original))
        self.note_acting()
        self.added = seen_added(self.added, self.scope.replaceable, sent, self.original)
        self.dropped = dropped(sent, self.original)
        self._keep_fields()

    def _keep_fields(self) -> None:
        """Let nothing change what is to be kept; raises `TargetMisconfigured` where an adopted object lacks it."""
        absent = [path for path in self.keep if paths.get(self.original, path) is MISSING]
        if absent and self.adopted:
            raise TargetMisconfigured(f"--keep: {self.path} has no {paths.render(absent[0])}")
        others = tuple(one for one in self.limits if not one.kept)
        self.limits = (*others, *kept.limits(self.keep, self.original))
        self.sendable = harmless.narrowed(self.contract, self.limits)

    def create(self) -> Json:
        """Create the object from the first example that the target takes, without a look at what becomes of it.

        Gives what was sent. Raises as `start` does.
        """
        self._note(uid=None)
        self._unidentified = True
        examples = self.new.examples(self.contract)
        for example in examples[self.examples_refused :]:
            sent = self.new_object(example)
            self._may_exist = True
            try:
                self._create(sent)
                break
            except (CreationRefused, Unreadable) as error:
                if example is examples[-1] or not _may_be_its_content(error):
                    raise
                if isinstance(error, Unreadable):
                    self._delete(self._is_ours)
                self.examples_refused += 1
                self.refused_because = str(error)
        return sent

    def _create(self, sent: Json) -> None:
        """Create the object, which may have been done by an earlier attempt; raises `CreationRefused`."""
        exchange = self._asked_to_create(sent)
        if exchange is None:
            return
        if exchange.response.accepted:
            self._object_in(exchange, "--target")
            self._answered = exchange.response.value
            self.versions.answered(self._answered)
            return
        if exchange.response.status == HTTPStatus.CONFLICT:
            if self.is_labelled(live := self._stored()):
                return  # made by an earlier attempt, which was answered with nothing or by somebody between (503)
            if self._is_ours(live):  # it was taken for gone, and has lost its label since it was made
                self._delete(self._is_ours)
                self._create(sent)
                return
        self._may_exist = False
        if exchange.response.value is MISSING:
            self._object_in(exchange, "--target")
        what = f"no {self.contract.kind} can be created{f' in {self.namespace}' if self.namespace else ''}"
        raise CreationRefused(self._refusal(exchange, what, creating=True), exchange.response.status)

    def _asked_to_create(self, sent: Json) -> Exchange | None:
        """How a creation was answered; None where no answer came, or none of the API, and the object is there."""
        for lost in range(LOST_ANSWERS + 1):
            try:
                exchange = self.target.send("POST", self.collection, headers=JSON, body=strict.encode(sent))
                answer = exchange.response
                if not (answer.failed or answer.foreign) or lost == LOST_ANSWERS:
                    return exchange
            except TargetUnavailable:
                if lost == LOST_ANSWERS and not self.is_labelled(self._stored()):
                    raise
            if self.is_labelled(self._stored()):
                break
        return None

    def preflight(self) -> None:
        """Ask, before anything is judged, whether the target can be judged at all.

        Raises `TargetError` with one line: not reachable, credential refused, no JSON answered, no such object.
        """
        exchange = self.target.send("GET", self.path)
        answer = exchange.response
        if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            if hints.is_of_the_request(answer.status, self._said(exchange)):
                raise TargetMisconfigured(self._refusal(exchange, "the request is refused"))
            if not self.target.has_credential:
                said = "a credential is asked for, and none was given"
            elif answer.status == HTTPStatus.FORBIDDEN:
                said = "the credential is not permitted to read there"
            else:
                said = "the credential is refused"
            raise CredentialUnusable(self._refusal(exchange, said))
        if answer.status == HTTPStatus.NOT_FOUND and not self.adopted:
            return
        if answer.status == HTTPStatus.BAD_REQUEST and not self.adopted and isinstance(answer.value, dict):
            # a target that keeps to the page's statuses, which say nothing of absence; creating the object decides
            self._absent.add(HTTPStatus.BAD_REQUEST)
            return
        value = self._object_in(exchange, "--name, --namespace")
        if value.get("kind") != self.contract.kind:
            found = paths.show(value.get("kind", MISSING), 40)
            raise TargetError(f"GET {exchange.url}: the answer's kind is {found}, not {self.contract.kind} (--target)")
        if paths.get(value, DELETED) not in (MISSING, None):
            raise TargetError(f"{self.path} is being deleted: it cannot be adopted (--name)")

    def reset(self) -> None:
        """Bring everything but the replaceable fields back to where it was in the beginning.

        Where the target does not take the old values back, or its status is lost, which no client writes, the created
        object is deleted and created anew.
        """
        if not self.bring_back(self.original) or lost_status(self.original, self.read()):
            self.renew()

    def renew(self) -> None:
        """Delete the created object and create it anew."""
        if self._may_exist:
            self._delete(self._is_ours)
            self.leftovers.discard_neighbours(self.name)
        self.start()

    def make_readable(self, before: Json, unreadable: Exchange) -> bool:
        """As ever; an object of the run's own that cannot be made so is made anew."""
        if super().make_readable(before, unreadable):
            return True
        if not self.adopted:
            self.renew()
        return not self.adopted

    def bring_back(self, before: Json) -> bool:
        """Give the object back what it was `before`, but for its replaceable fields; whether it stands so now."""

        def graft(live: Json) -> Json:
            wanted = before
            for path in (VERSION, *self.scope.replaceable):
                wanted = paths.put(wanted, path, paths.get(live, path))
            return wanted

        return self._replace(graft)

    def finish(self) -> None:
        """Leave the target as it was found: delete the created object, put the adopted one's fields back.

        Raises `TargetError` when that cannot be done; the message names what is left, and the journal knows of it.
        """
        wrong, lost, existed = list[TargetError](), list[str](), self._may_exist
        try:
            if self.adopted:
                lost = self._put_back() if self.original is not MISSING else []
            elif existed:
                self._delete(self._is_ours)
                self._may_exist = False
        except TargetError as error:
            wrong.append(error)
        unreachable = any(one.kind in (ErrorKind.UNREACHABLE, ErrorKind.CREDENTIAL) for one in wrong)
        left = self.leftovers.announced() if unreachable else self._discard_leftovers(neighbours=existed)
        try:
            if not wrong:
                self._note_undone(wholly=not left)
        except TargetError as error:
            wrong.append(error)
        if lost:
            wrong.append(TargetError(f"{self.path} is not as it was, and cannot be put back: {', '.join(lost)}"))
        if left:
            problem = TargetUnavailable if unreachable else LeftBehind
            wrong.append(problem(f"{self.collection}: {', '.join(left)} could not be deleted"))
        if wrong:
            raise together(wrong)

    def _discard_leftovers(self, *, neighbours: bool) -> list[str]:
        """Delete what the run has made beside its object; the names of what stays."""
        if neighbours:
            self.leftovers.discard_neighbours(self.name)
        return self.leftovers.discard_announced()

    @property
    def made_from(self) -> str:
        """What a created object was made from, and why from nothing more realistic; empty for an adopted one."""
        if self.adopted:
            return ""
        if self.new.content is not None:
            return "the object that was given (--object)"
        if self.contract.examples[self.examples_refused] is self.contract.realistic_example:
            return "a realistic example"
        return f"the documented example{f' ({self.refused_because})' if self.refused_because else ''}"

    def is_labelled(self, live: Json) -> bool:
        """Whether an object carries the label of this run."""
        return bool(paths.get(live, (*LABELS, RUN_LABEL)) == self.run_id)

    def delete_uid(self, uid: str) -> None:
        """Delete the object, provided that it has this uid; raises `TargetError` when it does not go.

        Another uid is another object, whatever its name, and stays.
        """
        self.original, self._unidentified = {"metadata": {"uid": uid}}, False
        self._delete(self._is_ours)

    def new_object(self, example: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A new object with the run's name and label: no status, none of the fields whose defaults are to be seen.

        `example`: what it is made of, by default the documented one, or what was given instead.
        """
        place = {"namespace": self.namespace} if self.namespace else {}
        metadata = {"name": self.name, **place, "labels": {RUN_LABEL: self.run_id}}
        return self.new.made(self.contract, metadata, example)

    def _settled(self) -> Json:
        """The object once a controller has written its first status, or after a moment if none does.

        Where none did to the first object, none is waited for when the object has to be made anew.
        """
        live = self._present()
        again = self.original is not MISSING and not self.original.get("status")
        deadline = time.monotonic() + (0 if again else STATUS_TIMEOUT)
        while live is not MISSING and not live.get("status") and time.monotonic() < deadline:
            self.target.sleep(STATUS_INTERVAL)
            live = self.read()
        if live is MISSING:
            raise TargetError(f"{self.path} was created and is not there (--target)")
        return live

    def _present(self) -> Json:
        """The object that was created, once it can be read, or `MISSING` after `LONGEST_LAG`."""
        until = time.monotonic() + LONGEST_LAG
        late: list[Exchange] = []
        while (live := self.read()) is MISSING and time.monotonic() < until:
            late.append(self.last_read_exchange)
            self.target.sleep(STATUS_INTERVAL)
        self.reads.late += late[:1] if live is not MISSING else []
        return live

    def _as_known(self) -> Json:
        """What is known of the created object where it cannot be read: its name is the run's own."""
        known = {"name": self.name, "labels": {RUN_LABEL: self.run_id}}
        uid = uid_of(self.original)
        return {"metadata": known if uid is None else {**known, "uid": uid}}

    def _is_ours(self, live: Json) -> bool:
        known = {*self._uids, *(() if self.original is MISSING else (str(paths.get(self.original, UID)),))}
        return str(paths.get(live, UID)) in known or (self._unidentified and self.is_labelled(live))


def _may_be_its_content(error: CreationRefused | Unreadable) -> bool:
    """Whether a plainer object may be created where this one was not, or was shown as JSON that is none.

    As by a target that cuts an answer by its letters beyond ASCII. Whatever has answered with no JSON is no API.
    """
    if isinstance(error, CreationRefused):
        return error.status not in NO_MATTER_OF_CONTENT
    answer = error.exchange.response
    return answer.value is MISSING and "json" in answer.media_type


def together(errors: Sequence[TargetError]) -> TargetError:
    """Several things that could not be done as one; of a single one that itself."""
    if len(errors) == 1:
        return errors[0]
    found = LeftBehind("; ".join(map(str, errors)))
    found.kind = first(one.kind for one in errors)
    return found
