"""An endpoint without a server, conformant or with one fault of the catalogue."""

from __future__ import annotations

import copy
import json
from collections.abc import Coroutine, Iterator, Mapping
from typing import Any

import pytest

from contracts.jsonvalue import paths
from contracts.judge import client_mistakes, mutations, values
from contracts.judge.sampling import of_each_name, representatives
from contracts.judge.unusual_texts import LONG
from contracts.masking.encodings import near_misses
from contracts.reference.application import Application, Message
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import resource_of
from contracts.spec.load import load_contract
from tests.faults.catalogue import FAULTS, faulty

CONTRACT = load_contract()
RESOURCE = resource_of(CONTRACT)
EDITOR, VIEWER = "editor-Token", "viewer-Token"
LABELS = ("metadata", "labels")
OPTIONS = ReferenceOptions(token=EDITOR, denied_token=VIEWER)
Json = Any


class World:
    """An endpoint without a server that holds an object as those in use are."""

    def __init__(self, fault: str | None, options: ReferenceOptions = OPTIONS) -> None:
        self.steps: Behaviour = (faulty(fault) if fault else conformant)(RESOURCE, options)
        self.application = Application(RESOURCE, self.steps, options)
        self.store = self.application.store
        example = copy.deepcopy({**CONTRACT.example_request, "spec": CONTRACT.examples[0]["spec"]})
        example["metadata"]["namespace"] = options.namespace
        # What the page does not show of a container.
        example = paths.put(example, (*IMAGE[:-1], "env"), [{"name": "A", "value": "1"}])
        self.route = Route(options.namespace, example["metadata"]["name"])
        self.path = CONTRACT.item_path.format(namespace=options.namespace, name=self.route.name)
        self.collection = CONTRACT.collection_path.format(namespace=options.namespace)
        self.store.load([example], int(example["metadata"]["resourceVersion"]))

    @property
    def stored(self) -> Json:
        return self.store.get(self.route)

    def request(self, method: str, value: Json = None, **options: Any) -> Request:
        headers = {"authorization": f"Bearer {options.get('token', EDITOR)}"}
        body = value if isinstance(value, bytes) else b"" if value is None else json.dumps(value).encode()
        path = options.get("path", self.path)
        told = {name: options[name] for name in ("raw_path", "connection") if name in options}
        return Request(method, path, options.get("query", {}), options.get("headers", headers), body, **told)

    def send(self, value: Json, **options: Any) -> Response:
        return self.application.respond(self.request("PUT", value, **options))

    def changed(self, *path: str | int, to: Json, also: Mapping[str, Json] | None = None) -> Json:
        """The stored object with other values."""
        value = paths.put(self.stored, path, to)
        for name, other in (also or {}).items():
            value = paths.put(value, paths.parse(name), other)
        return value

    def wire(self, request: Request) -> tuple[int, str, bytes]:
        """Status, media type and body as a client gets them."""
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": request.body}

        async def send(message: Message) -> None:
            sent.append(message)

        raw = [(name.encode(), text.encode()) for name, text in request.headers.items()]
        query = "&".join(f"{name}={text}" for name, text in request.query.items()).encode()
        scope: dict[str, Any] = {"method": request.method, "path": request.path, "query_string": query, "headers": raw}
        scope |= {"raw_path": request.raw_path.encode(), "state": {"connection": request.connection}}
        finish(self.application(scope, receive, send))
        headers = dict(sent[0]["headers"])
        return sent[0]["status"], headers.get(b"content-type", b"").decode(), sent[1]["body"]


def finish(coroutine: Coroutine[Any, Any, None]) -> None:
    """Runs a coroutine that waits for nothing."""
    with pytest.raises(StopIteration):
        coroutine.send(None)


Exchange = tuple[Request, tuple[int, str, bytes], Json]


def bodies(world: World) -> Iterator[tuple[Json, dict[str, Any]]]:
    """Replacements of every kind, made from what is stored when each is asked for."""
    for field in CONTRACT.replaceable:
        for step in values.series(CONTRACT, field):
            yield world.changed(*paths.parse(field), to=step.value), {}
        for number in values.inexact(CONTRACT, field):
            yield world.changed(*paths.parse(field), to=number), {}
        yield world.changed(*paths.parse(field), to=values.assignments(CONTRACT, 1)[field]), {}
        yield world.changed(*paths.parse(field), to=paths.MISSING), {"query": {"pretty": "true"}}
    for mark in range(12):
        yield assigned(world, mark), {}
        yield assigned(world, mark + 1), {"query": {"pretty": "true"}}
        yield world.stored, {"query": {"pretty": "true"}}
        yield assigned(world, mark), {"query": {"pretty": ("1", "false", "", "yes")[mark % 4]}}
    yield world.changed(*LABELS, to=paths.MISSING), {}
    annotations = {"a": "x" * LONG, "b": "C:\\", "c": "d"}
    yield world.changed("metadata", "annotations", to=annotations), {"query": {"pretty": "true"}}
    for text in (" trimmed ", "%41", "🙂", 'say "it"'):
        yield world.changed("metadata", "annotations", to={"a": text}), {}
    yield from credentials(world)
    yield from mistakes(world)
    yield from immutable(world)
    for mark in range(130):
        yield assigned(world, 20 + mark), {}


def credentials(world: World) -> Iterator[tuple[Json, dict[str, Any]]]:
    for token in [*near_misses(EDITOR).values(), VIEWER, VIEWER]:
        yield assigned(world, 3), {"token": token}
        yield world.changed(*LABELS, to={"a": token[:3]}), {"token": token, "query": {"pretty": "true"}}
    for text in ("", "Bearer", EDITOR, f"Contract {EDITOR}"):
        yield assigned(world, 4), {"headers": {"authorization": text}}
    yield assigned(world, 5), {"headers": {}}
    yield b"{", {"headers": {}}
    yield world.stored, {"token": VIEWER}


def mistakes(world: World) -> Iterator[tuple[Json, dict[str, Any]]]:
    yield assigned(world, 19), {}
    for field in CONTRACT.replaceable:
        for value in values.invalid(CONTRACT, field):
            yield paths.put(assigned(world, 9), paths.parse(field), value), {}
    for name in client_mistakes.malformed(b"{}"):
        yield client_mistakes.malformed(json.dumps(assigned(world, 6)).encode())[name], {}
    for name in client_mistakes.mismatches(CONTRACT, world.stored):
        yield client_mistakes.mismatches(CONTRACT, assigned(world, 7))[name], {}
    for name in client_mistakes.mistakes(CONTRACT, world.stored):
        yield client_mistakes.mistakes(CONTRACT, world.stored)[name], {}
    for name in client_mistakes.doubtful(b"{}"):
        yield client_mistakes.doubtful(json.dumps(world.stored, separators=(",", ":")).encode())[name], {}
    version = int(world.stored["metadata"]["resourceVersion"])
    for behind in (1, 2, 30):
        stale = str(version - behind)
        yield world.changed("metadata", "resourceVersion", to=stale, also={"metadata.labels": {"a": "stale"}}), {}
        yield paths.put(assigned(world, 8), ("metadata", "resourceVersion"), stale), {}
        yield world.changed("metadata", "resourceVersion", to=stale, also={"metadata.annotations": {"a": stale}}), {}
    yield paths.put(assigned(world, 8), ("metadata", "resourceVersion"), str(version + 1000)), {}
    yield world.stored, {"path": f"{world.path}-absent"}
    absent = world.changed("metadata", "name", to=f"{world.route.name}-absent", also={"metadata.uid": paths.MISSING})
    yield absent, {"path": f"{world.path}-absent"}
    for media_type in ("text/plain", "application/xml"):
        headers = {"authorization": f"Bearer {EDITOR}", "content-type": media_type}
        yield world.stored, {"headers": headers}


def immutable(world: World) -> Iterator[tuple[Json, dict[str, Any]]]:
    spared = [paths.parse(field) for field in (*CONTRACT.replaceable, *CONTRACT.writable_by_convention)]
    spared.append(("metadata", "resourceVersion"))
    attempts = list(mutations.mutations(world.stored, CONTRACT.resource_schema, spared))
    for number, attempt in enumerate(attempts):
        yield attempt.apply(world.stored), {}
        if number % 9 == 0:
            yield attempt.apply(world.stored), {}
            yield attempt.apply(world.stored), {"query": {"pretty": "true"}}
            yield attempt.apply(assigned(world, 31 + number // 9)), {}
            yield paths.remove(attempt.apply(world.stored), ("metadata", "annotations")), {}
    careless = list(mutations.careless(world.stored, CONTRACT.resource_schema, spared))
    for attempt in (*representatives(careless, 1, 3), *of_each_name(careless, 1)):
        yield attempt.apply(world.stored), {}
    for circumstance in (
        {"metadata.annotations": {"a": "x" * LONG}},
        {"metadata.uid": paths.MISSING},
        {"metadata.generation": 1000},
        {"spec.activeDeadlineSeconds": 123_456},
        {"spec.cleanPodPolicy": "All"},
        {"spec.cleanPodPolicy": "None"},
    ):
        yield world.changed(*IMAGE, to="another", also=circumstance), {}
    owner = {"apiVersion": "v1", "kind": "Owner", "name": "o", "uid": "u"}
    yield world.changed("metadata", "finalizers", to=["example.com/a"], also={"metadata.ownerReferences": [owner]}), {}
    yield assigned(world, 10), {}
    yield world.changed(*IMAGE, to="another", also=dict.fromkeys(CONTRACT.replaceable, paths.MISSING)), {}
    worker = attempts[-1].apply(attempts[0].apply(world.stored))
    yield paths.put(worker, ("spec", "contractProbe"), [1]), {}


def assigned(world: World, mark: int) -> Json:
    value = world.stored
    for name, item in values.assignments(CONTRACT, mark).items():
        value = paths.put(value, paths.parse(name), item)
    return value


# What a single object in its usual state does not show: cases make another one (tests/contract/test_lifecycle.py), are
# silent for a while (tests/e2e/test_replay.py), or the run's own object has what the page's example lacks.
NEEDS_ANOTHER = frozenset(
    {
        "labels-of-every-object-replaced",
        "refused-change-stored-when-idle",
        "refused-changes-stored-400ms-later",
        "refused-replicas-stored-a-second-later",
        "outdated-after-an-idle-second-accepted",
        "annotations-passed-on-to-templates",
        "siblings-with-the-same-labels-written",
        "annotations-of-a-former-namesake-return",
        "name-matched-by-its-beginning",
        "check-skipped-while-deleted",
        "template-mutable-while-suspended",
        "version-of-another-object-accepted",
        "deletion-undone-by-a-body-without-it",
    }
)
# What no simultaneous replacements of one object and one user show: tests/unit/faults/test_meetings.py.
NEEDS_A_MEETING = frozenset(
    {"user-kept-for-all-requests", "deleted-object-brought-back", "conflict-with-another-object"}
)
NEEDS_A_READER = frozenset({"labels-shown-before-spec"})
NEEDS_A_CROWD = (
    frozenset(name for name, fault in FAULTS.items() if faulty(name)(RESOURCE, OPTIONS).unlocked)
    - NEEDS_A_READER
    - NEEDS_A_MEETING
)
IMAGE = ("spec", "pytorchReplicaSpecs", "Worker", "template", "spec", "containers", 0, "image")
