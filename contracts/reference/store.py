"""The stored objects and the counter of their versions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from contracts.reference.encoding import ordered
from contracts.reference.http_request import Route
from contracts.reference.resource import Object


class Store:
    """Objects by their route, behind one lock that its users take for as long as they need things to stand still.

    An object in the store is never changed, only exchanged for another, so whoever has got one may keep it.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.version = 0
        self._objects: dict[Route, Object] = {}

    def get(self, route: Route) -> Object | None:
        """The object at a route, None without one."""
        return self._objects.get(route)

    def put(self, route: Route, value: Object, version: Callable[[int], str] = str) -> Object:
        """Stores an object under the next resourceVersion, made of the counter by `version`; gives it as stored."""
        self.version += 1
        metadata = {**value["metadata"], "resourceVersion": version(self.version)}
        stored: Object = ordered({**value, "metadata": metadata})
        self._objects[route] = stored
        return stored

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
                Route(value["metadata"]["namespace"], value["metadata"]["name"]): ordered(value) for value in objects
            }
