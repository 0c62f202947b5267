"""An endpoint without a server that stands in conditions of real environments."""

from __future__ import annotations

import copy
import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.jsonvalue import paths
from contracts.reference.application import Application
from contracts.reference.behaviour import conformant
from contracts.reference.conditions.admission import TEAM
from contracts.reference.http_request import Response
from contracts.reference.options import Immutability
from tests.unit.faults.world import CONTRACT, OPTIONS, RESOURCE, World

FIRST = Immutability.REFUSE_403
START = datetime(2026, 1, 1, tzinfo=UTC)
ANNOTATIONS = ("metadata", "annotations")
GOOD_IMAGE = "registry.example.com/pytorch:v1"


class Conditioned(World):
    """An endpoint without a server that stands in conditions, with a clock of its own and one job that it created."""

    def __init__(self, *names: str, image: str = GOOD_IMAGE, **options: Any) -> None:
        super().__init__(None, OPTIONS)
        self.now, self.names = START, names
        chosen = dataclasses.replace(OPTIONS, conditions=frozenset(names), **options)
        self.application = Application(RESOURCE, conformant(RESOURCE, chosen), chosen, lambda: self.now)
        self.store = self.application.store
        self.image = image
        if "starting" in names:
            self.ask("GET")
            self.pass_time(4)
        if "create-forbidden" in names:
            example = paths.put(copy.deepcopy(CONTRACT.example_request), ("metadata", "namespace"), chosen.namespace)
            self.store.load([example], 1)
            return
        created = self.create(str(self.route.name))
        assert created.status == 201, created.value

    def create(self, name: str, **more: Any) -> Response:
        value = {key: copy.deepcopy(CONTRACT.example_request[key]) for key in ("apiVersion", "kind", "spec")}
        for path, _ in list(paths.walk(value)):
            if path[-1] == "image":
                value = paths.put(value, path, self.image)
            if path[-1] == "template":
                value = paths.put(value, (*path, "spec", "nodeSelector"), {"pool": "a"})
        metadata = {"name": name, **({"labels": {TEAM: "a"}} if "required-label" in self.names else {})}
        return self.ask("POST", {**value, "metadata": metadata}, path=self.collection, **more)

    def ask(self, method: str, value: Any = None, **more: Any) -> Response:
        demanded = {"tenant": "t1"} if "tenant-query" in self.names else {}
        query = {**demanded, **more.pop("query", {})}
        headers = {"authorization": f"Bearer {OPTIONS.token}", "x-project-id": "p1", **more.pop("headers", {})}
        for _ in range(3):
            request = self.request(method, value, query=query, headers=headers, **more)
            response = self.application.respond(request)
            if response.status not in (429, 502, 503, 504) and (response.status != 500):
                return response
        return response

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def read(self) -> Any:
        return self.ask("GET").value

    def replaced(self, *path: str | int, to: Any) -> Any:
        """The job after a replacement that is accepted."""
        answered = self.ask("PUT", paths.put(self.read(), path, to))
        assert answered.status == 200, answered.value
        return answered.value
