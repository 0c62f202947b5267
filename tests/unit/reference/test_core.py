"""The endpoint's steps put together, without a socket: whatever is sent, what is immutable stays and nothing breaks."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.reference.application import Application
from contracts.reference.behaviour import conformant
from contracts.reference.checks import find_route
from contracts.reference.encoding import canonical
from contracts.reference.http_request import Request, Response, Route, parse_query
from contracts.reference.immutability import with_fields, without
from contracts.reference.options import Immutability, ReferenceOptions
from contracts.reference.resource import resource_of
from contracts.spec.load import load_contract

CONTRACT = load_contract()
RESOURCE = resource_of(CONTRACT)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(-1e9, 1e9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
NAME = st.from_regex(r"\A[a-z]([-a-z0-9]{0,20}[a-z0-9])?\Z")
NO_LIMIT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class World:
    """An endpoint without a server that holds the documented example."""

    def __init__(self, **options: Any) -> None:
        chosen = ReferenceOptions(token="t", denied_token="d", **options)
        self.application = Application(RESOURCE, conformant(RESOURCE, chosen), chosen)
        self.store = self.application.store
        self.example = copy.deepcopy(CONTRACT.example_request)
        self.example["metadata"]["namespace"] = chosen.namespace
        self.route = Route(chosen.namespace, self.example["metadata"]["name"])
        self.path = CONTRACT.item_path.format(namespace=chosen.namespace, name=self.route.name)
        self.store.load([self.example], int(self.example["metadata"]["resourceVersion"]))

    def stored(self) -> dict[str, Any]:
        stored = self.store.get(self.route)
        assert stored is not None
        return stored

    def put(self, body: bytes, query: str = "") -> Response:
        request = Request("PUT", self.path, parse_query(query), {"authorization": "Bearer t"}, body)
        return self.application.respond(request)

    def put_value(self, value: Any) -> Response:
        return self.put(json.dumps(value).encode())


def paths_of(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of all values below a JSON value."""
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, key)
            yield from paths_of(item, (*path, key))


def put_at(value: Any, path: tuple[str | int, ...], item: Any) -> None:
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = item


def protected(value: dict[str, Any]) -> str:
    return canonical(without(value, (*RESOURCE.replaceable, *RESOURCE.server_owned, "metadata.generation")))


PATHS = sorted(paths_of(CONTRACT.example_request), key=str)


@NO_LIMIT
@given(st.sampled_from(list(Immutability)), st.sampled_from(PATHS), JSON_VALUES)
def test_whatever_a_replacement_changes_the_rest_stays(
    mode: Immutability, path: tuple[str | int, ...], item: Any
) -> None:
    world = World(immutability=mode)
    before = world.stored()
    sent = copy.deepcopy(world.example)
    put_at(sent, path, item)
    response = world.put_value(sent)
    assert protected(world.stored()) == protected(before)
    assert response.status in (200, 400, 403, 409, 422) or path[-1] == "resourceVersion"
    if response.status != 200:
        assert world.stored() is before
    else:
        assert response.value == world.stored()


@NO_LIMIT
@given(st.binary(max_size=100), st.sampled_from(["", "fieldValidation=Strict", "pretty=true", "%", "dryRun=%ff"]))
def test_any_bytes_are_refused_and_change_nothing(body: bytes, query: str) -> None:
    world = World()
    before = world.stored()
    response = world.put(body, query)
    assert response.status in (400, 422)
    assert response.value["kind"] == "Status"
    assert world.stored() is before


@NO_LIMIT
@given(JSON_VALUES)
def test_any_json_below_the_envelope_never_breaks_the_endpoint(value: Any) -> None:
    world = World()
    for body in (value, {**world.example, "metadata": value}, {**world.example, "spec": value}):
        assert world.put_value(body).status in (400, 422)


VALID = st.fixed_dictionaries(
    {},
    optional={
        "metadata.labels": st.dictionaries(NAME, NAME, max_size=3),
        "metadata.annotations": st.dictionaries(NAME, TEXT, max_size=3),
        "spec.activeDeadlineSeconds": st.integers(0, 2**63 - 1),
        "spec.ttlSecondsAfterFinished": st.integers(0, 2**31 - 1),
        "spec.cleanPodPolicy": st.sampled_from(
            RESOURCE.desired_schema["$defs"][CONTRACT.kind]["properties"]["spec"]["properties"]["cleanPodPolicy"][
                "enum"
            ]
        ),
    },
)


def value_at(value: dict[str, Any], path: str) -> Any:
    for key in path.split("."):
        value = value.get(key, {})
    return value


@NO_LIMIT
@given(st.sampled_from(list(Immutability)), st.lists(VALID, min_size=1, max_size=4))
def test_the_last_of_several_valid_replacements_stands(mode: Immutability, replacements: list[dict[str, Any]]) -> None:
    assert set(RESOURCE.replaceable) == {
        "metadata.labels",
        "metadata.annotations",
        "spec.activeDeadlineSeconds",
        "spec.ttlSecondsAfterFinished",
        "spec.cleanPodPolicy",
    }, "the strategy above covers the replaceable fields"
    world = World(immutability=mode)
    for fields in replacements:
        before = world.stored()
        sent = without(before, RESOURCE.replaceable)
        for path, item in fields.items():
            head, last = path.split(".")
            sent[head] = {**sent[head], last: item}
        response = world.put_value(sent)
        assert response.status == 200, response.value
        after = world.stored()
        for path in RESOURCE.replaceable:
            wanted = fields.get(path)
            assert value_at(after, path) == ({} if wanted is None else wanted)
        moved = canonical(after["spec"]) != canonical(before["spec"])
        assert after["metadata"]["generation"] == before["metadata"]["generation"] + moved
        assert (after is not before) == (after["metadata"]["resourceVersion"] != before["metadata"]["resourceVersion"])


def test_a_replacement_that_changes_nothing_is_no_write() -> None:
    world = World()
    before = world.stored()
    assert world.put_value(world.example).value is before
    assert world.store.version == int(before["metadata"]["resourceVersion"])


@pytest.mark.parametrize(
    ("version", "status"),
    [
        (None, 422),
        ("", 422),
        ("0", 422),
        ("1", 409),
        ("+1", 500),
        ("٣", 500),
        ("1" * 5000, 500),
        (str(2**64), 500),
        (str(2**64 - 1), 409),
        (5, 400),
    ],
)
def test_versions(version: Any, status: int) -> None:
    world = World()
    world.example["metadata"]["resourceVersion"] = version
    assert world.put_value(world.example).status == status


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("fieldValidation=Strict", 200),
        ("fieldValidation=Sometimes", 422),
        ("dryRun=All", 200),
        ("dryRun=Some", 422),
        ("dryRun=", 200),
        ("unheard=of", 200),
    ],
)
def test_options(query: str, status: int) -> None:
    world = World()
    assert world.put(json.dumps(world.example).encode(), query).status == status


def test_the_order_of_the_checks() -> None:
    """Each body is wrong in all ways below as well; the first check that refuses decides."""
    world = World()
    wrong = copy.deepcopy(world.example)
    answers = []
    wrong["spec"]["pytorchReplicaSpecs"]["Master"]["template"]["x"] = 1
    answers.append(world.put_value(wrong).status)
    wrong["spec"]["cleanPodPolicy"] = "Sometimes"
    answers.append(world.put_value(wrong).status)
    wrong["metadata"]["resourceVersion"] = "1"
    answers.append(world.put_value(wrong).status)
    wrong["metadata"]["name"] = "other"
    answers.append(world.put_value(wrong).status)
    headers = {"authorization": "Bearer d", "content-type": "application/xml", "accept": "text/html"}
    for remedy in ({}, {"authorization": "Bearer t"}, {"accept": "*/*"}):
        headers |= remedy
        answers.append(world.application.respond(Request("PUT", world.path, {}, headers, b"{")).status)
    answers.append(world.application.respond(Request("PUT", world.path, {}, {}, b"{")).status)
    assert answers == [403, 422, 409, 400, 403, 406, 415, 401]


@given(st.dictionaries(NAME, st.dictionaries(NAME, JSON_VALUES)), st.dictionaries(NAME, JSON_VALUES), NAME, NAME)
def test_fields_are_taken_from_the_source(base: dict[str, Any], source: dict[str, Any], head: str, last: str) -> None:
    path = f"{head}.{last}"
    before = copy.deepcopy(base)
    result = with_fields(base, source, [path])
    inner = source.get(head)
    assert canonical(base) == canonical(before)
    if isinstance(inner, dict) and last in inner:
        assert canonical(result[head][last]) == canonical(inner[last])
    else:
        assert last not in result.get(head, {})
    assert canonical(without(result, [path, head])) == canonical(without(base, [path, head]))


@given(TEXT)
def test_a_path_is_a_route_or_not_found(text: str) -> None:
    prefix = CONTRACT.collection_path.format(namespace="space")
    response = World().application.respond(Request("GET", f"/{text}", {}, {"authorization": "Bearer t"}))
    assert response.status == 404
    if "/" not in text and text:
        assert find_route(RESOURCE, f"{prefix}/{text}") == Route("space", text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": ""},
        {"token": "x", "denied_token": "x"},
        {"namespace": "a", "denied_namespace": "a"},
        {"port": 70000},
        {"controller_interval": 0},
        {"controller_interval": float("nan")},
        {"key_file": "k"},
        {"client_ca_file": "c"},
    ],
)
def test_options_that_contradict_each_other(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^[a-z][^\n]+$"):
        ReferenceOptions(**wrong)
