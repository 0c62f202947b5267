"""Leftovers: objects that a lenient target created for requests with other names or namespaces; found and deleted."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from contracts.client.errors import TargetError, TargetUnavailable
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.judge.stored import NOTHING
from contracts.resource import finalizers
from contracts.resource.finalizers import CONTROLLERS_TIME, DELETION_INTERVAL, DELETION_TIMEOUT
from contracts.resource.stored_object import MERGE_PATCH, deleted, uid_of
from contracts.spec.fields import FINALIZERS, NAME

if TYPE_CHECKING:
    from contracts.client.client import Client
    from contracts.judge.model import Response
    from contracts.spec.contract import Contract

MOST_DELETIONS: Final = 5
# Seconds: so much patience is some, however many objects are to go.
LEAST: Final = 0.001
# What a list holds that goes on elsewhere.
CONTINUE: Final[Path] = ("metadata", "continue")
# Refusals that say nothing of what was asked: an earlier attempt may have been carried out, a later one may be.
OF_THE_MOMENT: Final = (408, 409, 429)

# Namespace and name.
Place = tuple[str, str]


@dataclass(frozen=True)
class Leftovers:
    """The objects of one run beside the one under test; only names that hold the run's id are ever deleted.

    `absent`: the statuses by which the target says that an object is not there. `note_elsewhere` is told what may have
    been created in other namespaces, before it is asked for and once it is gone.
    """

    contract: Contract
    target: Client
    namespace: str
    run_id: str
    absent: set[HTTPStatus] = field(default_factory=lambda: {HTTPStatus.NOT_FOUND})
    note_elsewhere: Callable[[tuple[Place, ...]], None] = lambda _places: None
    _announced: set[Place] = field(default_factory=set)
    _made: set[str] = field(default_factory=set)
    _refused: set[str] = field(default_factory=set)
    _deleted: dict[str, float] = field(default_factory=dict)

    def may_create(self, name: str, namespace: str | None = None) -> None:
        """Remember that a request is about to be sent that may create an object of this name, to discard it.

        A name that others may have given is never deleted, and so not remembered.
        """
        if self._is_ours(name):
            place = (namespace or self.namespace, name)
            self._refused.discard(self._path(place))
            self._announce(place)

    def note_answer(self, path: str, answer: Response) -> None:
        """Remember whether the target has said that it created what is at a path, or that it did not.

        A read may not show it yet, or not be allowed there.
        """
        if answer.accepted:
            self._made.add(path)
        elif answer.refused and answer.status not in OF_THE_MOMENT:
            self._refused.add(path)

    def discard(self, name: str, namespace: str | None = None, patience: float = 0) -> bool:
        """Delete what a request of the run may have created under another name; whether there was something.

        What is not let go of in five attempts, nor within `patience` seconds, is to be discarded again later, and so is
        what waits for its controllers, which have `CONTROLLERS_TIME` from its first deletion on, and what no answer
        tells to be gone. Raises `ValueError` for a name that other runs or people may have given: it does not hold the
        run's id.
        """
        if not self._is_ours(name):
            raise ValueError(f"{name} may be somebody else's")
        place, gone = (namespace or self.namespace, name), False
        try:
            gone, found = self._deleted_by_now(place, patience)
        finally:
            with suppress(TargetError):  # a journal that cannot be written keeps nothing from being deleted
                (self._forget if gone else self._announce)(place)
        return found

    def _deleted_by_now(self, place: Place, patience: float) -> tuple[bool, bool]:
        """Whether what may be at a place is gone, once it was tried to be deleted; and whether there was something."""
        path, first, found = self._path(place), None, False
        began, asked, awaited = time.monotonic(), 0, list[str]()
        while asked < MOST_DELETIONS or time.monotonic() - began < patience + (CONTROLLERS_TIME if awaited else 0):
            shown = self.target.send("GET", path).response
            if paths.get(shown.value, NAME) == place[1]:
                found, first = True, first or shown.value
                if uid_of(shown.value) != uid_of(first):
                    return True, True  # by now there is another one of its name
                awaited = self._delete_shown(path, shown.value)
            else:
                awaited, gone = [], self._is_gone(place, shown)
                if gone and (found or path not in self._made):
                    return True, found
                answer = self._delete_unseen(path)
                found |= answer is not None and answer.accepted
                if answer is not None and (self._is_absent(answer) or (gone and answer.accepted)):
                    return True, found
            asked += not awaited
            if awaited and not patience:
                break
            if awaited or asked >= MOST_DELETIONS:
                self.target.sleep(DELETION_INTERVAL)
        return False, found

    def _delete_shown(self, path: str, value: Json) -> list[str]:
        """Delete an object as a read shows it; its finalizers that are still left to their controllers."""
        waited = time.monotonic() - self._deleted.setdefault(str(uid_of(value)), time.monotonic())
        awaited = finalizers.awaited(value, waited)
        with suppress(TargetUnavailable):  # the next look tells whether it was carried out
            if finalizers.to_be_taken(value, waited):
                finalizers.tell_taken(path, tuple(finalizers.others(value)), waited)
                body = strict.encode(paths.put({}, FINALIZERS, awaited or None))
                self.target.send("PATCH", path, headers=MERGE_PATCH, body=body)
            deleted(self.target, path, value)
        return awaited

    def _delete_unseen(self, path: str) -> Response | None:
        """How the deletion of what no read shows was answered; None where it was not."""
        with suppress(TargetUnavailable):
            return deleted(self.target, path, None)
        return None

    def _is_gone(self, place: Place, shown: Response) -> bool:
        """Whether a read that does not show the object of a place tells that there is none.

        Who was refused what would have created it (403), or has asked for nothing there, need not be allowed to read.
        """
        if paths.get(shown.value, NAME) is not MISSING or self._is_absent(shown):
            return True  # an object of another name is none of this one
        path = self._path(place)
        asked_for = place in self._announced or path in self._made
        if shown.refused and shown.status != HTTPStatus.UNAUTHORIZED:
            return path in self._refused or not asked_for
        return not asked_for and self._is_unlisted(place)

    def _is_absent(self, answer: Response) -> bool:
        """Whether an answer says that an object is not there, and comes from the API."""
        if answer.foreign:
            return answer.status in self.absent and self._is_reached()
        bad = answer.status == HTTPStatus.BAD_REQUEST and isinstance(answer.value, dict)
        if bad and answer.status not in self.absent:
            # a target that keeps to the page's statuses, which say nothing of absence, answers so to any name
            nobody = self._path((self.namespace, f"contract-{self.run_id}-nobody"))
            if self.target.send("GET", nobody).response.status == HTTPStatus.BAD_REQUEST:
                self.absent.add(HTTPStatus.BAD_REQUEST)
        return answer.status in self.absent

    def _is_reached(self) -> bool:
        """Whether the API itself answers, whose 404 need not be JSON."""
        collection = self.contract.collection_path.format(namespace=self.namespace)
        return not self.target.send("GET", collection).response.foreign

    def discard_announced(self) -> list[str]:
        """Delete what was announced by `may_create`, and what was not seen to be gone; as `announced` what stays."""
        began, unreachable = time.monotonic(), False
        for namespace, name in sorted(self._announced):
            left = DELETION_TIMEOUT - (time.monotonic() - began)
            if unreachable and left <= 0:
                break
            try:
                self.discard(name, namespace, max(LEAST, left))
            except TargetError:  # one that cannot be asked for keeps no other from being deleted
                unreachable = True
        return self.announced()

    def announced(self) -> list[str]:
        """The names of what may still be there, with the namespace of what is in another one than the run's."""
        places = sorted(self._announced)
        return [name if namespace == self.namespace else f"{namespace}/{name}" for namespace, name in places]

    def discard_listed(self) -> list[str]:
        """Delete what a list of the namespace shows of this run, whoever announced it; the names of what does not go.

        A target that does not list shows nothing.
        """
        for name in self._listed(self.namespace) or ():
            self.may_create(name)
        return self.discard_announced()

    def _listed(self, namespace: str) -> set[str] | None:
        """The names that a list of a namespace shows; None where it does not tell all."""
        answer = self.target.send("GET", self.contract.collection_path.format(namespace=namespace)).response
        items = paths.get(answer.value, ("items",))
        if (
            not answer.accepted
            or not isinstance(items, list)
            or paths.get(answer.value, CONTINUE) not in (*NOTHING, "")
        ):
            return None
        return {name for one in items if isinstance(name := paths.get(one, NAME), str)}

    def _is_unlisted(self, place: Place) -> bool:
        """Whether a list of its namespace tells that an object is not there."""
        with suppress(TargetError):
            names = self._listed(place[0])
            return names is not None and place[1] not in names
        return False

    def discard_neighbours(self, name: str) -> None:
        """Delete what replacements under other names and namespaces than those of the object `name` may have left.

        What cannot be deleted, or not be told to be gone, `discard_announced` tries again.
        """
        places = [(self.namespace, one) for one in (f"{name}-x", name.swapcase(), f"contract-{self.run_id}-new")]
        places += [(f"{self.namespace}-x", name)] * bool(self.namespace)
        for place in places if self._is_ours(name) else places[2:3]:
            asked_for = place in self._announced
            try:
                self.discard(place[1], place[0])
            except TargetError:
                if not asked_for and self._is_unlisted(place):
                    self._forget(place)

    def _announce(self, place: Place) -> None:
        if place not in self._announced:
            self._announced.add(place)
            self._tell(place)

    def _forget(self, place: Place) -> None:
        path = self._path(place)
        self._made.discard(path)
        self._refused.discard(path)
        if place in self._announced:
            self._announced.remove(place)
            self._tell(place)

    def _tell(self, place: Place) -> None:
        if place[0] != self.namespace:
            self.note_elsewhere(tuple(sorted(one for one in self._announced if one[0] != self.namespace)))

    def _path(self, place: Place) -> str:
        return self.contract.item_path.format(namespace=place[0], name=place[1])

    def _is_ours(self, name: str) -> bool:
        """Whether a name can only have been given by this run, whatever a target did to its capitals."""
        return self.run_id in name.lower()
