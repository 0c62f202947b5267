"""The stored objects, and what happens to them by themselves: status is written, orphans are garbage-collected.

Nothing runs in the background: whatever is due by the clock is done before the next request is served. No client
can tell the difference, and there is nothing to stop and nothing to race against.
"""

import re
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from contracts.reference.encoding import ordered
from contracts.reference.http_request import Route
from contracts.reference.objects import format_time
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Object, Resource

Clock = Callable[[], datetime]
utc_now: Clock = partial(datetime.now, UTC)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
# What a controller writes whenever it has looked at an object again; transition and start times stay.
_REFRESHED = "lastUpdateTime"


class Store:
    """Objects by their route, behind one lock that its users take for as long as they need things to stand still.

    It is its own controller and garbage collector: `settle`, `created`, `delete`.
    An object in the store is never changed, only exchanged for another, so whoever has got one may keep it.
    `due`: what others do to the objects, each called with the time before a request is served.
    `living_elsewhere`: uids of owners that live somewhere else.
    """

    def __init__(self, options: ReferenceOptions, resource: Resource, clock: Clock) -> None:
        self.lock = threading.RLock()
        self.version = 0
        self.clock = clock
        self._objects: dict[Route, Object] = {}
        self._options = options
        self._resource = resource
        self._started = clock()
        self._rounds = 0
        self._orphaned: dict[Route, datetime] = {}
        self._written: dict[Route, datetime] = {}
        self.due: list[Callable[[datetime], None]] = []
        self.living_elsewhere: set[str] = set()

    def get(self, route: Route) -> Object | None:
        """The object at a route, None without one."""
        return self._objects.get(route)

    def put(self, route: Route, value: Object, version: Callable[[int], str] = str) -> Object:
        """Stores an object under the next resourceVersion, made of the counter by `version`; gives it as stored."""
        self.version += 1
        metadata = {**value["metadata"], "resourceVersion": version(self.version)}
        stored: Object = ordered({**value, "metadata": metadata})
        self._objects[route] = stored
        self._written[route] = self.clock()
        return stored

    def written(self, route: Route) -> datetime:
        """When an object was written last."""
        return self._written.get(route, self._started)

    def remove(self, route: Route) -> None:
        """Removes an object, which is a change of the store like any other."""
        self.version += 1
        del self._objects[route]

    def items(self, namespace: str | None = None) -> list[tuple[Route, Object]]:
        """Routes and objects of a namespace, or of all, in the order of their names."""
        found = [pair for pair in self._objects.items() if namespace in (None, pair[0].namespace)]
        return sorted(found, key=lambda pair: (pair[0].namespace, str(pair[0].name)))

    def load(self, objects: Iterable[Object], version: int) -> None:
        """Exchanges all content for objects as they are, versions included; the next version follows `version`."""
        with self.lock:
            self.version = version
            self._objects = {
                Route(value["metadata"].get("namespace", ""), value["metadata"]["name"]): ordered(value)
                for value in objects
            }

    def settle(self) -> None:
        """Does what is due by now."""
        now = self.clock()
        self._control(now)
        for act in self.due:
            act(now)
        self._collect(now)

    def created(self, route: Route, stored: Object) -> None:
        """The controller has noticed a new object: it writes the first status, shaped as the documented example."""
        status = self._resource.example_status
        if status:
            renamed = self._resource.example_name, stored["metadata"]["name"]
            fresh = _first_status(status, format_time(self.clock()), *renamed)
            self.put(route, {**stored, "status": fresh})

    def delete(self, route: Route) -> Object | None:
        """Deletes an object; one that has finalizers is marked for it and given (Kubernetes concepts, finalizers)."""
        stored = self.get(route)
        if stored is None:
            return None
        metadata = stored["metadata"]
        if not metadata.get("finalizers"):
            self.remove(route)
            return None
        if "deletionTimestamp" in metadata:
            return stored
        marks = {"deletionTimestamp": format_time(self.clock()), "deletionGracePeriodSeconds": 0}
        counted = {"generation": metadata["generation"] + 1} if "generation" in metadata else {}
        marked = {**metadata, **marks, **counted}
        return self.put(route, {**stored, "metadata": marked})

    def _control(self, now: datetime) -> None:
        interval = self._options.controller_interval
        rounds = (now - self._started) // timedelta(seconds=interval) if interval else 0
        if rounds <= self._rounds:
            return
        self._rounds = rounds
        # Finer than whole seconds, so that each round really changes the object.
        time = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        for route, stored in self.items():
            self.put(route, {**stored, "status": _refreshed(stored.get("status", {}), time)})

    def _collect(self, now: datetime) -> None:
        items = self.items()
        living = {stored["metadata"]["uid"] for _, stored in items} | self.living_elsewhere
        owned = {route: stored["metadata"].get("ownerReferences") for route, stored in items}
        orphans = (route for route, owners in owned.items() if owners and living.isdisjoint(o["uid"] for o in owners))
        self._orphaned = {route: self._orphaned.get(route, now) for route in orphans}
        delay = timedelta(seconds=self._options.collection_delay)
        for route, since in self._orphaned.items():
            if now - since >= delay:
                self.delete(route)


def _first_status(value: Any, time: str, example_name: str, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _first_status(item, time, example_name, name) for key, item in value.items()}
    if isinstance(value, list):
        return [_first_status(item, time, example_name, name) for item in value]
    if isinstance(value, str):
        return time if _TIME.fullmatch(value) else value.replace(example_name, name)
    return value


def _refreshed(status: dict[str, Any], time: str) -> dict[str, Any]:
    """The status with its conditions' update time, or its own where there is none, set to `time`."""
    conditions = status.get("conditions")
    if not conditions or not all(_REFRESHED in condition for condition in conditions):
        return {**status, "lastReconcileTime": time}
    return {**status, "conditions": [{**condition, _REFRESHED: time} for condition in conditions]}
