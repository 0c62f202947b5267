"""One object as the target stores it: read from an answer, replaced until it stands so, deleted."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from contracts.client.errors import LeftBehind, TargetBusy, TargetError, TargetUnavailable
from contracts.client.pace import LOST_ANSWERS
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.stored import NOTHING_ADDED
from contracts.resource import finalizers, hints
from contracts.resource.finalizers import DELETION_INTERVAL
from contracts.resource.lagging_reads import LaggingReads
from contracts.resource.versions import Versions, version_in
from contracts.spec.fields import FINALIZERS, GENERATION, NAME, UID, VERSION

if TYPE_CHECKING:
    from contracts.client.client import Client
    from contracts.judge.model import Exchange, Response, Scope
    from contracts.spec.contract import Contract

JSON: Final = {"Content-Type": "application/json"}
MERGE_PATCH: Final = {"Content-Type": "application/merge-patch+json"}
REPLACE_ATTEMPTS: Final = 10
DONE: Final = ("200", "202")
# How a body is refused that a request may not have (RFC 9110, 9.3.5: content of DELETE has no defined semantics).
WITHOUT_BODY: Final = (400, 411, 413, 415, 422, 501)


class Unreadable(TargetError):
    """A read was answered with something that is not the object; `exchange` shows it."""

    def __init__(self, message: str, exchange: Exchange) -> None:
        super().__init__(message)
        self.exchange = exchange


class StoredObject:
    """One object on the target; what may be done to it is decided by who derives from it.

    `added`: what the server is known to add to whatever is sent.
    """

    def __init__(self, scope: Scope, target: Client, namespace: str, name: str) -> None:
        self.scope = scope
        self.contract: Contract = scope.contract
        self.target = target
        self.namespace = namespace
        self.name = name
        self._absent = {HTTPStatus.NOT_FOUND}
        self._may_exist = False
        self._uids: set[Json] = set()
        self._writes = 0
        self.added = NOTHING_ADDED
        self.versions = Versions()
        self.reads = LaggingReads(self._looked, target.sleep, self.versions)
        self._answer: Json = MISSING
        self.last_write: Exchange | None = None

    @property
    def path(self) -> str:
        """The object's path on the target."""
        return self.contract.item_path.format(namespace=self.namespace, name=self.name)

    @property
    def url(self) -> str:
        """The object's URL, without credentials."""
        return self.target.public_url.rstrip("/") + self.path

    @property
    def collection(self) -> str:
        """The path of the objects of the namespace."""
        return self.contract.collection_path.format(namespace=self.namespace)

    def read(self) -> Json:
        """The object as it is stored now, or `MISSING`; a read that lags is waited for.

        Raises `TargetError` when the target answers neither with the object nor with 404.
        """
        value = self.reads.caught_up()
        if self._may_exist and value is not MISSING and self.target.accepted_writes != self._writes:
            # a faulty target may give the object another uid with every write; it still is the one made here
            self._uids.add(str(paths.get(value, UID)))
        self._writes = self.target.accepted_writes
        return value

    def _looked(self) -> tuple[Json, Exchange]:
        value = self._stored()
        return value, self.last_read_exchange

    def _stored(self) -> Json:
        exchange = self.last_read_exchange = self.target.send("GET", self.path)
        answer = exchange.response
        if answer.foreign and not self._is_reached():
            found = f"{answer.status}, a body that is {answer.media_type or 'of no media type'}, no JSON object"
            raise TargetUnavailable(f"GET {exchange.url}: {found}: somebody between may have answered (--target)")
        return MISSING if answer.status in self._absent else self._object_in(exchange, "--target")

    def _is_reached(self) -> bool:
        """Whether a read that is not answered as an API does comes from one all the same, as another answer shows."""
        return not self.target.send("GET", self.collection).response.foreign

    def write(self, body: bytes, *, headers: Mapping[str, str] | None = None, **how: Any) -> Exchange:
        """Send the documented operation on the object; `how` as `Client.send` takes it."""
        write = self.contract.write
        headers = {**write.headers, **(headers or {})}
        try:
            exchange = self.target.send(write.method, self.path, body=body, headers=headers, **how)
        except TargetUnavailable:
            self.reads.note_no_answer()
            raise
        self.note_write(exchange)
        return exchange

    def note_write(self, exchange: Exchange) -> None:
        """Note how a write was answered: of an accepted one the version, if the answer is this object."""
        self.last_write = exchange
        if exchange.response.failed or exchange.response.put_off:
            self.reads.note_no_answer()
        elif exchange.response.accepted:
            value = exchange.response.value
            self._answer = value if paths.get(value, NAME) == self.name else MISSING
            self.versions.answered(self._answer, version_in(exchange.body or b""))
            self.reads.note_answer()

    def about_to_send(self, value: Json, live: Json = MISSING) -> None:
        """Called with each replacement, and the object it is made of, before it is sent; raises what keeps it back."""

    def make_readable(self, before: Json, unreadable: Exchange) -> bool:
        """Give an object that cannot be read any more what it was `before`; whether it can be read now.

        The version is looked for in what came of it: not every target takes a replacement without one.
        """
        wanted = paths.put(before, VERSION, version_in(unreadable.response.body) or MISSING)
        self.write(self.contract.write.body(MISSING, wanted))
        try:
            return self.read() is not MISSING
        except Unreadable:
            return False

    def forget(self, field: str) -> bool:
        """Take a field away again that the target stored though no page lists it; whether it is gone."""
        path = paths.parse(field)
        if self._replace(lambda live: paths.remove(live, path)):
            return True
        self._patch(paths.put({}, path, None))
        return paths.get(self.read(), path) is MISSING

    def _patch(self, patch: Json) -> None:
        """Send a merge patch (RFC 7396), for which the object need not be readable."""
        self.note_write(self.target.send("PATCH", self.path, headers=MERGE_PATCH, body=strict.encode(patch)))

    def _replace(self, make: Callable[[Json], Json], *, all_of_it: bool = False) -> bool:
        """Replace the object by what `make` makes of the stored one, again while another writer is faster.

        Whether it stands so in the end: with `all_of_it` everything that the server does not own, else all but the
        replaceable fields, and `about_to_send` is asked. A read that is in doubt shows nothing: then it is made of what
        was answered last and of what was read by turns, and whether that was the stored one its version decides.
        """
        lost = 0
        for attempt in range(REPLACE_ATTEMPTS):
            live = self.read()
            if live is MISSING:
                return False
            in_doubt = self.reads.is_in_doubt(live)
            live = self._as_answered(live) if in_doubt and attempt % 2 == 0 else live
            wanted = make(live)
            if not in_doubt and self._alike(live, wanted, all_of_it=all_of_it):
                return True
            if not all_of_it:  # the original is in the journal, and has to be put back on a full disk too
                self.about_to_send(wanted, live)
            try:
                answer = self.write(self.contract.write.body(live, wanted, pinned=True)).response
            except TargetBusy:
                raise
            except TargetUnavailable:
                lost += 1
                if lost > LOST_ANSWERS:
                    raise
                continue  # the next look at the object tells whether it was carried out
            if answer.status == HTTPStatus.CONFLICT:
                self.versions.outdated(live)
            elif not answer.failed:
                break
        live = self.read()
        seen = live is not MISSING and not self.reads.is_in_doubt(live)
        return seen and self._alike(live, make(live), all_of_it=all_of_it)

    def _as_answered(self, live: Json) -> Json:
        """The object as the last write was answered, to be taken for one that was read."""
        return live if self._answer is MISSING else self._answer

    def _alike(self, left: Json, right: Json, *, all_of_it: bool) -> bool:
        spared = (
            *self.scope.server_owned,
            GENERATION,
            *self.added.paths,
            *(() if all_of_it else self.scope.replaceable),
        )
        return paths.same(paths.without(left, spared), paths.without(right, spared))

    def _delete(self, is_ours: Callable[[Json], bool]) -> None:
        """Delete the object while `is_ours` says so of it, and wait until it is gone.

        Finalizers of others are left to their controllers for a while, and then taken. An object that cannot be read is
        deleted by its uid all the same.
        """
        began, limit = time.monotonic(), 0.0
        while True:
            blind = False
            try:
                live = self._stored()
            except Unreadable:
                live, blind = self._as_known(), True
            if live is MISSING or not is_ours(live):
                return
            said, problem, waited = "no answer", TargetUnavailable, time.monotonic() - began
            try:
                self._take_finalizers(live, waited)
                answer = deleted(self.target, self.path, live)
                absent = answer.status == HTTPStatus.NOT_FOUND and not answer.foreign
                if absent or (answer.status == HTTPStatus.CONFLICT and blind):
                    return  # gone, or by now an object of another uid
                if blind:
                    live = answer.value
                    self._take_finalizers(live, waited, blind=True)
                said, problem = str(answer.status), LeftBehind
            except TargetUnavailable as error:
                said, problem = str(error), TargetUnavailable
            limit = max(limit, finalizers.patience(live))
            if waited > limit:
                raise problem(
                    f"{self.path} could not be deleted: {said}; delete it by hand, or with a credential that may"
                )
            if said not in DONE or finalizers.awaited(live, waited) or waited >= finalizers.CONTROLLERS_TIME:
                self.target.sleep(DELETION_INTERVAL)

    def _take_finalizers(self, live: Json, waited: float, *, blind: bool = False) -> None:
        """Take from an object that is to be deleted the finalizers for which it is not waited, or no longer."""
        if not finalizers.to_be_taken(live, waited):
            return
        finalizers.tell_taken(self.path, tuple(finalizers.others(live)), waited)

        def graft(value: Json) -> Json:
            return paths.put(value, FINALIZERS, finalizers.awaited(value, waited) or MISSING)

        if blind or not self._replace(graft, all_of_it=True):  # what it may be sent is no matter for what goes
            self._patch(paths.put({}, FINALIZERS, finalizers.awaited(live, waited) or None))

    def _as_known(self) -> Json:
        """What is known of an object that cannot be read: only its uid is needed to delete it."""
        return MISSING

    def _object_in(self, exchange: Exchange, option: str) -> Json:
        """The object in an answer.

        Raises `TargetError` when there is none: no JSON object at all (--target), or a refusal, which names `option`.
        """
        answer = exchange.response
        value = answer.value if answer.value is not MISSING else strict.decode_leniently(answer.body)
        if not isinstance(value, dict):
            found = f"{answer.status}, a body that is {answer.media_type or 'of no media type'}, no JSON object"
            said = f"{exchange.method} {exchange.url}: this is no Kubernetes-style API: {found} (--target)"
            raise Unreadable(said, exchange)
        if not answer.accepted:
            raise Unreadable(self._refusal(exchange, "the object cannot be read", option), exchange)
        return value

    def _said(self, exchange: Exchange) -> str:
        """What an answer says in words: its message, or in another form of error its texts."""
        value = exchange.response.value
        found = value.get("message") if isinstance(value, dict) else None
        if isinstance(value, dict) and (not found or not isinstance(found, str)):
            return "; ".join(text for _, text in paths.walk(value) if isinstance(text, str))
        return found if isinstance(found, str) else ""

    def _refusal(self, exchange: Exchange, what: str, option: str = "--namespace", *, creating: bool = False) -> str:
        """One line: what was asked, what could not be done, how it was refused, and the options that may be wrong."""
        answer, message = exchange.response, self._said(exchange)
        said = f" {self.target.mask(paths.show(message, 200))}" if message else ""
        given_by = self.target.authority.option
        helps = hints.options(answer.status, message, option, creating=creating, credential=given_by)
        return f"{exchange.method} {exchange.url}: {what}: {answer.status}{said} ({helps})"


def uid_of(value: Json) -> str | None:
    """The uid of an object, None where it has none that is a text."""
    uid = paths.get(value, UID)
    return uid if isinstance(uid, str) else None


def deleted(target: Client, path: str, live: Json) -> Response:
    """The answer to the deletion of an object as it is known; without a body where a gateway takes none with DELETE.

    That without a body only for what has a name of the run's own: nobody else's is deleted then either. Where an
    endpoint no longer knows a uid that it shows, the version that was read with it says which object is meant.
    """
    answer = _deleted(target, path, {"uid": uid_of(live)})
    version = paths.get(live, VERSION)
    if answer.status == HTTPStatus.CONFLICT and isinstance(version, str) and version:
        answer = _deleted(target, path, {"resourceVersion": version})
    return target.send("DELETE", path).response if answer.status in WITHOUT_BODY else answer


def _deleted(target: Client, path: str, preconditions: Mapping[str, str | None]) -> Response:
    """The answer to a DeleteOptions body that deletes one object and no later one of its name, as far as told."""
    known = {key: value for key, value in preconditions.items() if value}
    body = {"apiVersion": "v1", "kind": "DeleteOptions", **({"preconditions": known} if known else {})}
    return target.send("DELETE", path, headers=JSON, body=strict.encode(body)).response
