"""For faults that look at the store, or at the body as it was sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from contracts.reference.http_request import Request, Route
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal
from contracts.reference.store import Store
from tests.faults.catalogue import Endpoint


@dataclass
class Seen:
    """The store, once it was seen."""

    store: Store | None = None

    def get(self, route: Route) -> Object | None:
        return self.store.get(route) if self.store else None


def seeing(endpoint: Endpoint) -> tuple[Endpoint, Seen]:
    """The endpoint, and the store that it will have seen before the first request is answered."""
    steps, seen = endpoint.steps, Seen()

    def later(store: Store) -> None:
        seen.store = store
        steps.later(store)

    return replace(endpoint, steps=replace(steps, later=later)), seen


def route_of(endpoint: Endpoint, request: Request) -> Route | None:
    """The object that a request is about."""
    try:
        return endpoint.steps.find_route(request)
    except Refusal:
        return None


def body(request: Request) -> Any:
    """The JSON value of a request's body, an empty object where it is none."""
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
