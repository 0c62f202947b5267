"""A small API server in memory, and the answers that tests give in its stead."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any, cast

from contracts.client.client import Client
from contracts.client.credentials import NONE, Credential
from contracts.jsonvalue import merge_patch, paths, strict
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.model import Exchange, Response, Scope
from contracts.resource import lifecycle
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.spec.contract import Contract

NAMESPACE = "kube-test"


def put(value: Json, name: str, new: Json) -> Json:
    return paths.put(value, paths.parse(name), new)


def get(value: Json, name: str) -> Json:
    return paths.get(value, paths.parse(name))


Reply = Callable[["FakeTarget", str, str, Json], Response | None]


@dataclass
class FakeTarget:
    """An API server in memory that lets a client change anything; `before` may answer a request in its stead."""

    contract: Contract
    objects: dict[str, Json] = field(default_factory=dict)
    log: list[tuple[str, str, Json]] = field(default_factory=list)
    before: Reply | None = None
    defaults: Mapping[str, Json] = field(default_factory=dict)
    clock: int = 0
    accepted_writes: int = 0
    authority: Credential = NONE
    has_credential: bool = True
    public_url: str = "http://target"
    connection: Any = field(default_factory=lambda: SimpleNamespace(query="", headers={}))

    def sleep(self, seconds: float) -> None:
        lifecycle.time.sleep(seconds)  # type: ignore[attr-defined]  # by the clock of the test

    def mask(self, text: str) -> str:
        return text.replace("s3cret", "$TOKEN")

    def send(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Exchange:
        value = None if body is None else strict.decode(body)
        self.log.append((method, path, value))
        answer = self.before(self, method, path, value) if self.before else None
        answer = answer or getattr(self, method.lower())(path, value)
        self.accepted_writes += method in ("POST", "PUT", "PATCH") and answer.accepted
        return Exchange(method, f"http://target{path}", headers or {}, body, answer, 0.0)

    def store(self, path: str, value: Json) -> Json:
        self.clock += 1
        self.objects[path] = put(value, "metadata.resourceVersion", str(self.clock))
        return self.objects[path]

    def get(self, path: str, _: Json) -> Response:
        return said(200, self.objects[path]) if path in self.objects else problem(404)

    def post(self, path: str, value: Json) -> Response:
        for name, default in self.defaults.items():
            if get(value, name) is MISSING:
                value = put(value, name, default)
        value = put(put(value, "metadata.uid", f"uid-{self.clock}"), "metadata.generation", 1)
        return said(201, self.store(f"{path}/{value['metadata']['name']}", value))

    def put(self, path: str, value: Json) -> Response:
        if path not in self.objects:
            return problem(404)
        if get(value, "metadata.resourceVersion") != get(self.objects[path], "metadata.resourceVersion"):
            return problem(409)
        return said(200, self.store(path, value))

    def patch(self, path: str, value: Json) -> Response:
        return said(200, self.store(path, merge_patch.apply(self.objects[path], value)))

    def delete(self, path: str, value: Json) -> Response:
        if path not in self.objects:
            return problem(404)
        for name in ("uid", "resourceVersion"):
            if get(value, f"preconditions.{name}") not in (MISSING, get(self.objects[path], f"metadata.{name}")):
                return problem(409)
        if get(self.objects[path], "metadata.finalizers") is MISSING:
            del self.objects[path]
        return said(200, {"kind": "Status"})

    def sent(self, method: str) -> list[tuple[str, Json]]:
        return [(path, value) for how, path, value in self.log if how == method]


def said(status: int, value: Json, media_type: str = "application/json") -> Response:
    headers = {"content-type": media_type, "date": format_datetime(datetime.now(UTC), usegmt=True)}
    return Response(status, headers, json.dumps(value).encode())


def problem(status: int, message: str = "no s3cret") -> Response:
    return said(status, {"kind": "Status", "message": message, "code": status})


HTML = Response(200, {"content-type": "text/html"}, b"<html>")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def job_on(target: FakeTarget, name: str | None = None) -> ResourceUnderTest:
    return ResourceUnderTest(Scope(target.contract, "kubernetes"), cast("Client", target), NAMESPACE, name)


def always(method: str, answer: Response) -> Reply:
    return lambda _target, how, _path, _value: answer if how == method else None


def stray(target: FakeTarget, job: ResourceUnderTest, name: str, namespace: str = NAMESPACE) -> str:
    """An object of the run's that was created under another name; its path."""
    path = job.contract.item_path.format(namespace=namespace, name=name)
    target.store(path, {"metadata": {"name": name, "uid": f"uid-{name}"}})
    return path
