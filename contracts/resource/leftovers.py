"""Leftovers: objects that a lenient target created for requests with other names or namespaces; found and deleted."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from contracts.client.errors import TargetUnavailable
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import Json
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


@dataclass(frozen=True)
class Leftovers:
    """The objects of one run beside the one under test; only names that hold the run's id are ever deleted."""

    contract: Contract
    target: Client
    namespace: str
    run_id: str
    _announced: set[str] = field(default_factory=set)
    _made: set[str] = field(default_factory=set)
    _deleted: dict[str, float] = field(default_factory=dict)

    def note_answer(self, path: str, answer: Response) -> None:
        """Remember that the target may have created what is at a path, which a read may not show yet."""
        if answer.accepted:
            self._made.add(path.rpartition("/")[2])

    def may_create(self, name: str) -> None:
        """Remember that a request is about to be sent that may create an object of this name, to discard it."""
        self._announced.add(name)

    def discard(self, name: str, namespace: str | None = None, patience: float = 0) -> bool:
        """Delete what a request of the run may have created under another name; whether there was something.

        What is not let go of in five attempts, nor within `patience` seconds, is to be discarded again later, and so is
        what waits for its controllers, which have `CONTROLLERS_TIME` from its first deletion on. Raises `ValueError`
        for a name that other runs or people may have given: it does not hold the run's id.
        """
        if not self._is_ours(name):
            raise ValueError(f"{name} may be somebody else's")
        path = self.contract.item_path.format(namespace=namespace or self.namespace, name=name)
        first: Json = None
        began, asked, hidden = time.monotonic(), 0, name in self._made
        awaited: list[str] = []
        while asked < MOST_DELETIONS or time.monotonic() - began < patience + (CONTROLLERS_TIME if awaited else 0):
            value = self.target.send("GET", path).response.value
            if not isinstance(value, dict) or paths.get(value, NAME) != name:
                return self._gone(name, found=first is not None or (hidden and self._delete_unseen(path)))
            first = first or value
            if uid_of(value) != uid_of(first):
                return self._gone(name, found=True)  # by now there is another one of its name
            waited = time.monotonic() - self._deleted.setdefault(str(uid_of(value)), time.monotonic())
            awaited = finalizers.awaited(value, waited)
            with suppress(TargetUnavailable):  # the next look tells whether it was carried out
                if finalizers.to_be_taken(value, waited):
                    finalizers.tell_taken(path, tuple(finalizers.others(value)), waited)
                    body = strict.encode(paths.put({}, FINALIZERS, awaited or None))
                    self.target.send("PATCH", path, headers=MERGE_PATCH, body=body)
                deleted(self.target, path, value)
            asked += not awaited
            if awaited and not patience:
                break
            if awaited or asked >= MOST_DELETIONS:
                self.target.sleep(DELETION_INTERVAL)
            hidden = False
        self._announced.add(name)
        return True

    def _delete_unseen(self, path: str) -> bool:
        """Delete what no read shows yet; whether it was there."""
        with suppress(TargetUnavailable):
            return deleted(self.target, path, None).accepted
        return False

    def _gone(self, name: str, *, found: bool) -> bool:
        self._announced.discard(name)
        self._made.discard(name)
        return found

    def discard_announced(self) -> list[str]:
        """Delete what was announced by `may_create` and not discarded since; the names of what does not go."""
        began = time.monotonic()
        for name in sorted(self._announced):
            self.discard(name, patience=max(LEAST, DELETION_TIMEOUT - (time.monotonic() - began)))
        return sorted(self._announced)

    def discard_listed(self) -> list[str]:
        """Delete what a list of the namespace shows of this run, whoever announced it; the names of what does not go.

        A target that does not list shows nothing.
        """
        collection = self.contract.collection_path.format(namespace=self.namespace)
        listed = self.target.send("GET", collection).response.value
        items = listed.get("items") if isinstance(listed, dict) else None
        names = (paths.get(item, NAME) for item in items or ())
        self._announced.update(name for name in names if isinstance(name, str) and self._is_ours(name))
        return self.discard_announced()

    def discard_neighbours(self, name: str) -> None:
        """Delete what replacements under other names and namespaces than those of the object `name` may have left."""
        for other in (f"{name}-x", name.swapcase(), f"contract-{self.run_id}-new"):
            if self._is_ours(other):
                self.discard(other)
        if self.namespace and self._is_ours(name):
            self.discard(name, f"{self.namespace}-x")

    def _is_ours(self, name: str) -> bool:
        """Whether a name can only have been given by this run, whatever a target did to its capitals."""
        return self.run_id in name.lower()
