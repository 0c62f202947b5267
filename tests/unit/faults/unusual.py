"""Unusual requests for the object of a `World`: spelled, represented or timed otherwise, or on a spoilt connection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from contracts.casekit.clients import CLIENTS, CURL, UNREADABLE, WAYS
from contracts.casekit.key_capitals import beside, members
from contracts.casekit.probe import How
from contracts.casekit.twice import doubled
from contracts.client.credentials import Outgoing
from contracts.client.foreign_credentials import foreign_credentials
from contracts.jsonvalue import paths
from contracts.judge import value_schemas
from contracts.judge.client_headers import BROWSER, CONTROLLER
from contracts.judge.map_limits import WELL_KNOWN, limits
from contracts.judge.metadata_types import fields, wrong_values
from contracts.judge.representations import ANSWERS, ESCAPES, JSON, as_yaml, compressed, indented, representations
from contracts.judge.spellings import other_names, spellings
from contracts.judge.unusual_texts import LONG, LONG_BEYOND_ASCII
from contracts.spec.fields import CREATED, GENERATION, LABELS, NAMESPACE, STATUS, UID, VERSION
from tests.unit.faults.states import in_states
from tests.unit.faults.world import CONTRACT, EDITOR, IMAGE, VIEWER, Json, World, assigned

KUBECTL = "kubectl/v1.31.0"
Asked = Iterator[tuple[Json, dict[str, Any]]]


def unusual(world: World) -> Asked:
    yield from _spelled(world)
    yield from _represented(world)
    yield from _as_others_ask(world)
    yield from _beside(world)
    yield from _outdated(world)
    yield from _at_limits(world)
    yield from _shown(world)
    yield from _asked(world)
    yield from _in_other_capitals(world)
    yield from _of_strangers(world)
    yield from _denied_otherwise(world)
    yield from _outdated_otherwise(world)
    yield from _otherwise(world)
    yield from _of_others(world)
    yield from in_states(world)
    yield world.changed(*UID, to=world.stored["metadata"]["uid"].upper()), {}
    for path in fields(CONTRACT, adopted=False):
        for value in wrong_values(CONTRACT, path):
            yield world.changed(*path, to=value), {}
    for refused in ({"token": "nobody"}, {"token": VIEWER}, {}):
        yield (b"{" if not refused else world.stored), {**refused, "connection": "spoilt"}
        yield world.stored, {"connection": "spoilt"}


def _of_others(world: World) -> Asked:
    """Versions that only look like the object's, a right that is another one's, the values of the very beginning."""
    old = assigned(world, 2300)
    yield world.changed(*LABELS, to={"a": "newer"}), {}
    version = world.stored["metadata"]["resourceVersion"]
    yield old, {"headers": {"authorization": f"Bearer {EDITOR}", "if-match": f'"{version}"'}}
    yield None, {"method": "GET", "token": VIEWER}
    yield assigned(world, 2302), {"token": VIEWER}
    yield world.changed(*LABELS, to=CONTRACT.example_request["metadata"]["labels"]), {}


def deleted(world: World) -> Asked:
    """The object is deleted, and asked for again; to be the last."""
    old = world.stored
    yield None, {"method": "GET"}
    yield None, {"method": "DELETE"}
    yield old, {}
    yield None, {"method": "GET"}


def _of_strangers(world: World) -> Asked:
    """What asks for no credential or right where others ask; texts of two bytes a letter, and escaped slashes."""
    yield world.changed("spec", "activeDeadlineSeconds", to=77), {"headers": {}}
    yield assigned(world, 21), {"headers": {}, "query": {"access_token": "contract"}}
    annotated = world.changed("metadata", "annotations", to={"a": LONG_BEYOND_ASCII, "b": "c/d"})
    yield json.dumps(annotated, ensure_ascii=False).encode(), {}
    yield json.dumps(annotated).encode().replace(b"/", b"\\/"), {}
    packed = {"authorization": f"Bearer {EDITOR}", "accept-encoding": "gzip"}
    yield world.changed("metadata", "annotations", to={"a": "x" * LONG}), {"headers": packed}
    yaml = {"authorization": f"Bearer {VIEWER}", "content-type": "application/yaml"}
    yield assigned(world, 22), {"headers": yaml}


def _denied_otherwise(world: World) -> Asked:
    """What a lesser right, or none, does not open either, and what is not told before."""
    viewer = {"authorization": f"Bearer {VIEWER}"}
    others = ("user-agent", KUBECTL), ("if-match", "1"), ("connection", "close"), ("transfer-encoding", "chunked")
    for number, (name, text) in enumerate((*others, ("x-http-method-override", "PATCH"))):
        yield assigned(world, 2000 + number), {"headers": {**viewer, name: text}}
    yield assigned(world, 2010), {"headers": viewer, "query": {"fieldManager": "contract"}}
    packed = compressed(json.dumps(assigned(world, 2011)).encode())
    yield packed, {"headers": {**viewer, "content-encoding": "gzip"}}
    yield paths.without(world.stored, [LABELS]), {"headers": viewer}
    yield world.changed("status", to={"a": "b"}), {"headers": viewer}
    yield world.changed(*UID, to="another"), {"headers": viewer}
    yield world.changed(*LABELS, to={"a": "not valid!"}), {"headers": viewer}
    yield world.stored, {"headers": {**viewer, "content-type": "application/x-contract"}}
    large = world.changed("metadata", "annotations", to={"a": "x" * LONG})
    for token in (VIEWER, "nobody"):
        yield large, {"token": token}
        yield b"", {"token": token}


def _outdated_otherwise(world: World) -> Asked:
    editor = {"authorization": f"Bearer {EDITOR}"}
    yield paths.without(world.stored, [LABELS]), {}
    bare = world.stored
    yield assigned(world, 2100), {}
    yield bare, {}
    yield bare, {"query": {"fieldManager": "contract"}}
    yield paths.put(bare, LABELS, {f"a{number}": "x" for number in range(12)}), {}
    yield bare, {"headers": {**editor, "transfer-encoding": "chunked"}}
    yield bare, {"query": {"fieldValidation": "Strict"}}
    yield compressed(json.dumps(bare).encode()), {"headers": {**editor, "content-encoding": "gzip"}}
    yield bare, {"path": f"{world.path}/", "raw_path": f"{world.path}/"}
    yield paths.without(bare, [NAMESPACE]), {}
    yield paths.put(bare, ("metadata", "annotations"), {"a": "x" * LONG}), {}
    yield world.changed(*VERSION, to=str(int(world.stored["metadata"]["resourceVersion"]) + 1)), {}
    first = world.stored
    yield paths.without(world.stored, [LABELS]), {}
    yield first, {}
    yield paths.put(world.stored, LABELS, first["metadata"].get("labels", {})), {}
    yield paths.put(first, ("spec", "activeDeadlineSeconds"), 9), {}


def _otherwise(world: World) -> Asked:
    """What tools and proxies add; pretty output in other circumstances; values of tools; two fields at a time."""
    editor = {"authorization": f"Bearer {EDITOR}"}
    yield world.changed(*IMAGE, to="proxied"), {"headers": {**editor, "x-forwarded-for": "192.0.2.7"}}
    yield world.changed(*IMAGE, to="local"), {"query": {"pretty": "1"}}
    yield paths.without(world.changed(*IMAGE, to="unnamed"), [NAMESPACE]), {}
    for field in CONTRACT.replaceable:
        for key, text in value_schemas.schema_of(CONTRACT, field).get(WELL_KNOWN, {}).items():
            yield paths.put(world.changed(*IMAGE, to="tool"), (*paths.parse(field), key), text), {}
    yield paths.without(world.stored, [LABELS]), {}
    yield world.changed(*IMAGE, to="bare"), {}
    yield world.changed(*IMAGE[:-1], "livenessProbe", to={}), {}
    replicas = ("spec", "pytorchReplicaSpecs")
    for one, other in (("Master", "Worker"), ("Worker", "Master")):
        moved = world.changed(*replicas, one, "replicas", to=world.stored["spec"][replicas[1]][one]["replicas"] - 1)
        more = world.stored["spec"][replicas[1]][other]["replicas"] + 1
        yield paths.put(moved, (*replicas, other, "replicas"), more), {}
    pretty = {"query": {"pretty": "true"}}
    many = {f"contract-{number}": "x" for number in range(70)}
    yield world.changed(*LABELS, to=many, also={"metadata.annotations": many}), {}
    yield world.stored, pretty
    yield world.stored, {"query": {"pretty": "true", "dryRun": "All"}}
    yield world.stored, {"query": {"pretty": "true", "fieldManager": "contract"}}
    yield indented(json.dumps(world.stored).encode()), pretty
    yield json.dumps(world.stored).encode().ljust(125_000), pretty
    yield (
        as_yaml(json.dumps(world.stored).encode()),
        {**pretty, "headers": {**editor, "content-type": "application/yaml"}},
    )
    for name, text in (("content-type", 'application/json; charset="utf-8"'), ("transfer-encoding", "chunked")):
        yield world.stored, {**pretty, "headers": {**editor, name: text}}
    yield world.stored, {"query": {"timeout": "30s"}}
    yield assigned(world, 2200), {}
    yield world.changed("spec", "activeDeadlineSeconds", to=5, also={"spec.ttlSecondsAfterFinished": 7}), {}
    yield world.changed("spec", "activeDeadlineSeconds", to=7, also={"spec.ttlSecondsAfterFinished": 5}), {}
    for policy in ("All", "None"):
        yield world.changed("spec", "cleanPodPolicy", to=policy, also={"metadata.labels": {"a": policy}}), {}
    spec = [("spec", "activeDeadlineSeconds"), ("spec", "ttlSecondsAfterFinished")]
    yield paths.without(world.stored, spec), {}


def _spelled(world: World) -> Asked:
    for number, spelling in enumerate(spellings(world.path, "http://127.0.0.1:80").values()):
        how = {
            "path": unquote(spelling.path),
            "raw_path": spelling.path,
            "query": {spelling.query: ""} if spelling.query else {},
        }
        named = {name.lower(): text for name, text in spelling.headers.items()}
        for place, token in enumerate((EDITOR, VIEWER, "nobody")):
            shown = {"authorization": f"Bearer {token}", **named}
            yield assigned(world, 900 + 3 * number + place), {**how, "headers": shown}
        yield world.changed(*IMAGE, to="spelled"), how
    for number, path in enumerate(other_names(world.path).values()):
        yield assigned(world, 2400 + number), {"path": unquote(path), "raw_path": path}


def _represented(world: World) -> Asked:
    for number, form in enumerate(representations(JSON).values()):
        for allowed in (True, False):
            value = assigned(world, 930 + number) if allowed else world.changed(*IMAGE, to="represented")
            sent = {"Content-Type": JSON, **form.headers}
            headers = {name.lower(): text for name, text in sent.items() if text}
            yield form.encode(json.dumps(value).encode()), {"headers": {**headers, "authorization": f"Bearer {EDITOR}"}}


def _as_others_ask(world: World) -> Asked:
    """As other clients send it: allowed, immutable, the server's own, invalid, of another name, outdated, malformed."""
    ways = {**CLIENTS, **WAYS, **UNREADABLE}
    ways |= {name: How(headers=form.headers, encode=form.encode) for name, form in {**ANSWERS, **ESCAPES}.items()}
    for number, way in enumerate(ways.values()):
        yield from _asked_so(assigned(world, 1000 + number), way)
        yield from _asked_so(world.changed(*IMAGE, to="asked"), way)
        yield from _asked_so(world.changed(*CREATED, to="2001-01-01T00:00:00Z"), way)
        yield from _asked_so(world.changed("status", to={"a": "b"}), way)
        yield from _asked_so(world.changed("spec", "cleanPodPolicy", to="Sometimes"), way)
        yield from _asked_so(world.changed("metadata", "name", to="another"), way)
        outdated = world.changed("metadata", "labels", to={"outdated": "x"})
        yield assigned(world, 1100 + number), {}
        yield from _asked_so(outdated, way)
        yield from _asked_so(outdated, way)
        yield from _asked_so(b"{", way)
    yield paths.without(assigned(world, 1200), [UID, GENERATION, CREATED, STATUS]), {}
    yield doubled(json.dumps(world.changed(*IMAGE, to="twice")).encode(), IMAGE, "stored", behind=False), {}


def _asked_so(value: Json, way: How) -> Asked:
    body = value if isinstance(value, bytes) else way.encode(json.dumps(value, separators=(",", ":")).encode())
    sent = {"Accept": JSON, "Content-Type": JSON, **(way.headers or {})}
    headers = {name.lower(): text for name, text in sent.items() if text}
    query = dict(part.split("=") for part in way.query.split("&") if part)
    yield body, {"headers": {**headers, "authorization": f"Bearer {EDITOR}"}, "query": query}


def _beside(world: World) -> Asked:
    """What comes beside other things: removals for a manager, lesser rights, invalid labels, many changes."""
    viewer, curl = {"authorization": f"Bearer {VIEWER}"}, {**(CURL.headers or {}), "authorization": f"Bearer {EDITOR}"}
    yield assigned(world, 1300), {}
    yield paths.without(world.stored, [LABELS]), {"query": {"fieldManager": "another"}}
    yield assigned(world, 1301), {"query": {"dryRun": "All"}, "headers": viewer}
    yield assigned(world, 1302), {"headers": {**viewer, "x-http-method-override": "GET"}}
    yield assigned(world, 1303), {"query": {"pretty": "false"}, "headers": {name.lower(): curl[name] for name in curl}}
    yield world.changed(*LABELS, to={"contract-a": "not valid!", "contract-z": "z"}), {}
    many = {f"contract-{number}": "x" for number in range(120)}
    yield paths.put(world.changed(*IMAGE, to="beside"), LABELS, many), {}
    yield world.changed("metadata", "annotations", to={"contract-page": f"{'p' * 4095}q", "contract-token": "x"}), {}
    yield paths.put(assigned(world, 1304), VERSION, "1"), {}
    yield assigned(world, 1305), {"query": {"_method": "GET"}, "headers": viewer}
    yield world.changed("spec", "cleanPodPolicy", to="Sometimes"), {"headers": viewer}
    yield world.changed("metadata", "name", to="another"), {}
    version = int(world.stored["metadata"]["resourceVersion"])
    yield paths.put(assigned(world, 1306), VERSION, str(version + 2**32)), {}
    for number, agent in enumerate((BROWSER, CONTROLLER)):
        named = {name.lower(): text for name, text in agent.items()}
        yield assigned(world, 1307 + number), {"headers": {**viewer, **named}}
        yield world.changed(*IMAGE, to="beside"), {"headers": {"authorization": f"Bearer {EDITOR}", **named}}
    immutable = world.changed(*IMAGE, to="beside")
    for name, text in (("connection", "close"), ("if-match", "*")):
        yield immutable, {"headers": {"authorization": f"Bearer {EDITOR}", name: text}}
    yield paths.without(immutable, [("kind",), ("apiVersion",)]), {}
    yield paths.put(immutable, LABELS, {"a": "not valid!"}), {}
    yield paths.put(immutable, VERSION, "1"), {}
    yield assigned(world, 1309), {}
    yield paths.remove(world.changed("spec", "activeDeadlineSeconds", to=1310), ("metadata", "annotations")), {}


def _outdated(world: World) -> Asked:
    for own, theirs in (("labels", "annotations"), ("annotations", "labels")):
        yield None, {"method": "GET", "connection": "first"}
        old = world.stored
        yield world.changed("metadata", theirs, to={"writer": "theirs"}), {"connection": "second"}
        yield paths.put(old, ("metadata", own), {"writer": "own"}), {"connection": "first"}
        yield old, {"connection": "third"}
        yield world.changed("metadata", "resourceVersion", to=old["metadata"]["resourceVersion"]), {}


def _shown(world: World) -> Asked:
    """Credentials of other kinds than the endpoint's."""
    outgoing = Outgoing("PUT", world.path, {}, None)
    for number, shown in enumerate(foreign_credentials().values()):
        for own in ({}, {"authorization": f"Bearer {VIEWER}"} if shown.headers else {}):
            headers = {**shown.headers, **shown.credential.headers(outgoing), **own}
            yield assigned(world, 960 + number), {"headers": {name.lower(): text for name, text in headers.items()}}


def _asked(world: World) -> Asked:
    """Parameters beside pretty, and such as overrule a check elsewhere."""
    yield assigned(world, 990), {"query": {"pretty": "true", "timeout": "30s"}}
    yield assigned(world, 991), {"query": {"timeout": "30s", "pretty": "true"}}
    for query in ({"force": "true"}, {"overwrite": "true", "validate": "false"}, {"fieldValidation": "Warn"}):
        yield world.changed(*IMAGE, to="asked"), {"query": query}
    outdated: list[tuple[list[paths.Path], dict[str, str]]] = [([UID], {}), ([GENERATION], {}), ([], {"force": "true"})]
    for number, (left_out, query) in enumerate(outdated):
        old = world.stored
        yield assigned(world, 992 + number), {}
        yield paths.without(old, left_out), {"query": query}


def _in_other_capitals(world: World) -> Asked:
    """A key beside another one that differs from it in capitals only."""
    for member in members(IMAGE):
        for first in (False, True):
            yield beside(world.stored, world.changed(*IMAGE, to="capitals"), member, first=first), {}


def _at_limits(world: World) -> Asked:
    for field in CONTRACT.replaceable:
        for limit in limits(value_schemas.schema_of(CONTRACT, field)):
            yield world.changed(*paths.parse(field), to=dict(limit.value)), {}
