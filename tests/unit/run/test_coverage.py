"""What of the specification replacements exercise: found by structure, counted by outcome, merged without loss."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.jsonvalue.paths import walk
from contracts.judge.model import NO_HTTP, Exchange, Response
from contracts.run.measurements import MOST_VALUES, CoverageCounter, Tally
from contracts.run.partial_result import add
from contracts.spec.elements import ERROR, PARAMETER, PROPERTY, STATUS, VALUE, inventory
from contracts.spec.load import load_contract

CONTRACT = load_contract()
INVENTORY = inventory(CONTRACT, "kubernetes")
URL = "https://staging.example:1/prefix" + CONTRACT.item_path.format(namespace="team", name="job")
NAMES = {(one.kind, one.name): number for number, one in enumerate(INVENTORY.elements)}
STATUS_BODY = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 422, "details": {"causes": [{}]}}


def put(value: Any, status: int = 200, answer: Any = None, query: str = "", url: str = URL) -> Exchange:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    answered = value if answer is None and 200 <= status < 300 else answer
    return Exchange("PUT", url + query, {}, body, Response(status, {}, json.dumps(answered).encode()), 0.01)


def job(**spec: Any) -> dict[str, Any]:
    value = copy.deepcopy(CONTRACT.example_request)
    value["spec"].update(spec)
    return value


def counted(*exchanges: Exchange) -> dict[tuple[str, str], tuple[int, ...]]:
    coverage = CoverageCounter(INVENTORY)
    for one in exchanges:
        coverage.note(one)
    return rows(coverage.tally())


def rows(tally: Tally) -> dict[tuple[str, str], tuple[int, ...]]:
    found = tally.of(INVENTORY.elements)
    return {(one.kind, one.name): (one.sent, one.accepted, one.refused, one.shown, one.values) for one in found}


# ---------------------------------------------------------------- the inventory


def test_every_property_that_the_examples_show_is_in_the_inventory() -> None:
    for example in (CONTRACT.example_request, CONTRACT.example_response):
        for path, _ in walk(example):
            if path[:2] == ("metadata", "labels") and len(path) > 2:
                path = ("metadata", "labels", "*")
            name = "".join("[]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
            assert (PROPERTY, name) in NAMES
            assert INVENTORY.elements[NAMES[PROPERTY, name]].level == "document"


def test_the_inventory_holds_parameters_statuses_values_and_error_properties() -> None:
    kinds = {kind: [name for known, name in NAMES if known == kind] for kind in (PARAMETER, STATUS, VALUE, ERROR)}
    assert set(kinds[PARAMETER]) == {"name", "namespace", "pretty"}
    assert set(map(int, kinds[STATUS])) == {*CONTRACT.statuses, *CONTRACT.convention_statuses}
    assert 'spec.cleanPodPolicy = "Running"' in kinds[VALUE]
    assert "spec.cleanPodPolicy = null" in kinds[VALUE]
    assert "details.causes[].field" in kinds[ERROR]
    assert len(NAMES) == len(INVENTORY.elements), "no element twice"


def test_the_page_alone_has_less() -> None:
    alone = inventory(CONTRACT, "document").elements
    assert {one.level for one in alone} == {"document"}
    assert {one.name for one in alone if one.kind == STATUS} == set(map(str, CONTRACT.statuses))
    assert {(one.kind, one.name) for one in alone} <= set(NAMES)


def test_what_a_schema_allows_in_one_way_or_another_is_in_the_inventory() -> None:
    overlaid = copy.deepcopy(CONTRACT.spec.overlaid)
    properties = overlaid["components"]["schemas"][CONTRACT.kind]["properties"]
    properties["spec"] = {"anyOf": [properties["spec"], {"properties": {"wick": {"enum": ["long", 7]}}}]}
    changed = replace(CONTRACT, spec=replace(CONTRACT.spec, overlaid=overlaid))
    names = {one.name for one in inventory(changed, "kubernetes").elements}
    assert {name for _, name in NAMES} | {"spec.wick", 'spec.wick = "long"', "spec.wick = 7"} == names


# ---------------------------------------------------------------- counting


def test_outcomes_are_told_apart() -> None:
    found = counted(
        put(job(cleanPodPolicy="All")),
        put(job(cleanPodPolicy="Running"), 422, STATUS_BODY),
        put(job(cleanPodPolicy="Running"), 500, STATUS_BODY),
    )
    assert found[PROPERTY, "spec.cleanPodPolicy"] == (3, 1, 1, 1, 2)
    assert found[VALUE, 'spec.cleanPodPolicy = "All"'] == (1, 1, 0, 1, 0)
    assert found[VALUE, 'spec.cleanPodPolicy = "Running"'] == (2, 0, 1, 0, 0)
    assert found[VALUE, 'spec.cleanPodPolicy = "None"'] == (0, 0, 0, 0, 0)
    assert found[STATUS, "422"] == (0, 0, 0, 1, 0)
    assert found[ERROR, "details.causes[]"] == (0, 0, 0, 2, 0)
    assert found[ERROR, "details.uid"] == (0, 0, 0, 0, 0)
    assert found[PARAMETER, "namespace"] == (3, 1, 1, 0, 1)
    assert found[PARAMETER, "pretty"] == (0, 0, 0, 0, 0)


def test_equal_objects_in_two_places_are_both_counted() -> None:
    value = job()
    replicas = value["spec"]["pytorchReplicaSpecs"]
    replicas["Worker"] = copy.deepcopy(replicas["Master"])
    found = counted(put(value), put(value))
    for place in replicas:
        assert found[PROPERTY, f"spec.pytorchReplicaSpecs.{place}.template.spec.containers[].image"][:2] == (2, 2)


def test_what_is_shown_alone_is_not_sent() -> None:
    found = counted(put(job(), answer=job(backoffLimit=3)))
    assert found[PROPERTY, "spec.backoffLimit"] == (0, 0, 0, 1, 0)


def test_parameters_are_read_from_the_url() -> None:
    found = counted(
        put(job(), query="?pretty=true"), put(job(), query="?pretty="), put(job(), query="?pretty=true&x=1")
    )
    assert found[PARAMETER, "pretty"] == (3, 3, 0, 0, 2)


def test_only_answered_replacements_count() -> None:
    lost = Exchange("PUT", URL, {}, b"{}", Response(NO_HTTP, {}, b"", "cut"), 0.1)
    read = Exchange("GET", URL, {}, None, Response(200, {}, b"{}"), 0.1)
    assert not any(any(row) for row in counted(lost, read).values())


def test_one_and_true_are_two_values() -> None:
    found = counted(put(job(activeDeadlineSeconds=1)), put(job(activeDeadlineSeconds=True)))
    assert found[PROPERTY, "spec.activeDeadlineSeconds"][4] == 2


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff", b"null", b"[1]", b'{"spec": [[]]}'])
def test_any_body_is_counted_or_left_alone(body: bytes) -> None:
    assert counted(put(body, 400, STATUS_BODY))[PARAMETER, "name"] == (1, 0, 1, 0, 1)


def test_many_different_replacements_are_counted_like_few() -> None:
    """More different values than are told apart."""
    many = MOST_VALUES * 10 + 7
    coverage = CoverageCounter(INVENTORY)
    for number in range(many):
        value = job(activeDeadlineSeconds=number)
        value["spec"]["pytorchReplicaSpecs"]["Master"]["replicas"] = number
        for place in range(8):
            if number >> place & 1:
                value["metadata"].pop(list(CONTRACT.example_request["metadata"])[place], None)
        coverage.note(put(value, query=f"?pretty={number}"))
    tally = coverage.tally()
    for kind, name in ((PROPERTY, "spec.pytorchReplicaSpecs.Master.replicas"), (PARAMETER, "pretty")):
        shown = tally.counts["shown"].get(NAMES[kind, name], 0)
        assert rows(tally)[kind, name] == (many, many, 0, shown, MOST_VALUES)
        assert len(add(tally, tally).values[NAMES[kind, name]]) == MOST_VALUES
    assert tally.replacements == many


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["metadata", "spec", "status", "labels", "kind", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)
exchanges = st.builds(
    put, json_values, st.sampled_from([200, 201, 400, 404, 409, 422, 500, 600]), json_values, st.just("?pretty=1")
)


def plainly(value: Any, node: Any, found: set[int]) -> None:
    """The elements of a value, found without remembering anything."""
    found.add(node.index)
    if isinstance(value, dict):
        for key, item in value.items():
            if child := node.properties.get(key, node.rest):
                plainly(item, child, found)
    elif isinstance(value, list):
        for item in value if node.items else ():
            plainly(item, node.items, found)
    elif (index := node.values.get((type(value), value))) is not None:
        found.add(index)


@settings(deadline=None)
@given(st.lists(exchanges, max_size=6))
def test_counts_are_those_of_a_plain_search(seen: list[Exchange]) -> None:
    coverage = CoverageCounter(INVENTORY)
    expected = [[0, 0, 0, 0] for _ in INVENTORY.elements]
    for one in seen:
        coverage.note(one)
        sent, shown = {NAMES[PARAMETER, name] for name in ("name", "namespace", "pretty")}, set[int]()
        plainly(json.loads(one.body or b"null"), INVENTORY.resource, sent)
        plainly(one.response.value, INVENTORY.resource if one.response.accepted else INVENTORY.error, shown)
        shown |= {INVENTORY.statuses[one.response.status]} if one.response.status in INVENTORY.statuses else set()
        for index in sent - {-1}:
            expected[index][0] += 1
            expected[index][1] += one.response.accepted
            expected[index][2] += one.response.refused
        for index in shown - {-1}:
            expected[index][3] += 1
    found = coverage.tally().of(INVENTORY.elements)
    assert [[one.sent, one.accepted, one.refused, one.shown] for one in found] == expected


@settings(deadline=None)
@given(st.lists(exchanges, max_size=6), st.integers(0, 6))
def test_processes_count_together_what_one_counts(seen: list[Exchange], cut: int) -> None:
    def tally(part: list[Exchange]) -> Tally:
        coverage = CoverageCounter(INVENTORY)
        for one in part:
            coverage.note(one)
        return coverage.tally()

    assert add(tally(seen[:cut]), tally(seen[cut:])) == tally(seen)
    assert add(tally(seen), Tally()) == tally(seen)
