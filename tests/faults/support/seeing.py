"""For faults that look at the store, at the body as it was sent, or that let strangers in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from contracts.reference.behaviour import Behaviour
from contracts.reference.checks import FULL_USER
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
        """The object at a route, None without one."""
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


def letting(endpoint: Endpoint, lets: Callable[[Request], bool]) -> Behaviour:
    """Steps that take who has no valid credential for the full user where `lets` says so of a replacement."""
    steps = endpoint.steps

    def authenticate(request: Request) -> str:
        try:
            return steps.authenticate(request)
        except Refusal:
            if request.is_judged and lets(request):
                return FULL_USER
            raise

    return replace(steps, authenticate=authenticate)
