"""JSON Schemas of the shipped specification, against examples and what real servers answered."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from contracts.jsonvalue import paths
from contracts.spec.schema import SpecificationError, resource_schema, response_schema, self_contained
from tests.unit.spec.shipped import PATH, PUT, ROOT, SPEC

RECORDINGS = ROOT.parent / "shared/recordings/kubernetes-1.36-reject403.json"
REQUEST = PUT["requestBody"]["content"]["application/json"]["examples"]["documented"]["value"]
RESPONSE = PUT["responses"]["200"]["content"]["application/json"]["examples"]["documented"]["value"]
REQUEST_SCHEMA = self_contained(SPEC.overlaid, PUT["requestBody"]["content"]["application/json"]["schema"])


def changed(path: str, value: Any) -> dict[str, Any]:
    result: dict[str, Any] = copy.deepcopy(REQUEST)
    *parents, name = path.split(".")
    inner = result
    for parent in parents:
        inner = inner.setdefault(parent, {})
    inner[name] = value
    return result


def test_the_documented_examples_are_valid() -> None:
    assert jsonschema_rs.validator_for(REQUEST_SCHEMA).is_valid(REQUEST)
    assert jsonschema_rs.validator_for(resource_schema(SPEC.overlaid)).is_valid(REQUEST)
    for status in (200, 201):
        assert jsonschema_rs.validator_for(response_schema(SPEC.overlaid, status)).is_valid(RESPONSE)


@pytest.mark.parametrize(
    ("path", "good", "bad"),
    [
        ("spec.activeDeadlineSeconds", [0, 1, 2**31, 2**63 - 1], [-1, 1.5, "5", True, 2**63]),
        ("spec.ttlSecondsAfterFinished", [0, 1, 2**31 - 1], [-1, 1.5, "5", True, 2**31]),
        ("spec.cleanPodPolicy", ["All", "Running", "None"], ["all", "Sometimes", "", 3]),
        ("spec.backoffLimit", [0, 3], [-1, "3"]),
        (
            "metadata.labels",
            [{}, {"a": ""}, {"a.b/c_d": "x-1"}, {"k" * 63: "v" * 63}, {"example.com/" + "k" * 63: "v"}],
            [{"a b": ""}, {"": ""}, {"a": "b c"}, {"a": 3}, {"a": "v" * 64}, {"k" * 64: ""}, {"A.B/c": ""}, {"/a": ""}],
        ),
        (
            "metadata.annotations",
            [{}, {"a": "free text\n"}, {"Example.COM/Note": "x" * 5000}],
            [{"a b": ""}, {"a": 3}, {"k" * 64: ""}, {"a/b/c": ""}],
        ),
        ("metadata.finalizers", [[], ["example.com/hold"]], ["example.com/hold", [1]]),
        (
            "metadata.ownerReferences",
            [[], [{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u"}]],
            [{}, [{"kind": "Pod"}]],
        ),
        ("metadata.managedFields", [[], [{"manager": "m", "operation": "Update"}]], [{}, [{"operation": "Guess"}]]),
        ("metadata.deletionTimestamp", [None, "2024-01-01T00:00:00Z"], [5]),
        ("metadata.uid", ["u"], ["", 5]),
        ("metadata.resourceVersion", ["1", "opaque"], ["", 1, None]),
        ("kind", ["PyTorchJob"], ["TFJob", 1]),
        ("spec.pytorchReplicaSpecs.Master.restartPolicy", ["Always", "OnFailure", "Never", "ExitCode"], ["Perhaps"]),
        ("spec.pytorchReplicaSpecs.Worker.template.metadata", [None, {"creationTimestamp": None}], ["", 5]),
    ],
)
def test_ranges_and_syntax_of_fields(path: str, good: list[Any], bad: list[Any]) -> None:
    validator = jsonschema_rs.validator_for(REQUEST_SCHEMA)
    assert [value for value in good if not validator.is_valid(changed(path, value))] == []
    assert [value for value in bad if validator.is_valid(changed(path, value))] == []


@pytest.mark.parametrize("amount", [2, 0, "2", "500m", "4Gi", "1e3", "0.5", "-1", ".5k"])
def test_quantities_are_numbers_or_text(amount: int | str) -> None:
    job = copy.deepcopy(REQUEST)
    for replica in job["spec"]["pytorchReplicaSpecs"].values():
        for limits in replica["template"]["spec"]["containers"][0]["resources"].values():
            limits.update({"cpu": amount, "memory": amount, "example.com/gpu": amount})
    validator = jsonschema_rs.validator_for(REQUEST_SCHEMA)
    assert validator.is_valid(job)
    limits["cpu"] = "much"
    assert not validator.is_valid(job)


@pytest.mark.parametrize(
    ("path", "request_valid", "response_valid"),
    [
        ("metadata.resourceVersion", False, False),
        ("metadata.name", False, False),
        ("spec", False, False),
        ("spec.pytorchReplicaSpecs", False, False),
        ("apiVersion", False, False),
        ("metadata.uid", True, False),
        ("metadata.namespace", True, False),
        ("metadata.creationTimestamp", True, False),
        ("metadata.selfLink", True, True),
        ("metadata.generation", True, True),
        ("metadata.labels", True, True),
        ("status", True, True),
    ],
)
def test_what_may_be_absent(path: str, request_valid: bool, response_valid: bool) -> None:
    job = copy.deepcopy(REQUEST)
    *parents, name = path.split(".")
    inner = job
    for parent in parents:
        inner = inner[parent]
    del inner[name]
    assert jsonschema_rs.validator_for(REQUEST_SCHEMA).is_valid(job) is request_valid
    assert jsonschema_rs.validator_for(response_schema(SPEC.overlaid, 200)).is_valid(job) is response_valid


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (child for key, child in value.items() if key == "$ref" and isinstance(child, str))
    if isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from references(child)


@pytest.mark.parametrize(
    "schema", [resource_schema(SPEC.overlaid), REQUEST_SCHEMA, response_schema(SPEC.overlaid, 201)]
)
def test_schemas_are_self_contained(schema: dict[str, Any]) -> None:
    found = set(references(schema))
    assert found
    assert found == {f"#/$defs/{name}" for name in schema["$defs"]}


@pytest.mark.parametrize(("status", "method"), [(418, None), (200, "DELETE"), (409, "GET")])
def test_schema_of_an_unlisted_response(status: int, method: str | None) -> None:
    with pytest.raises(SpecificationError, match=rf"no response {status}"):
        response_schema(SPEC.overlaid, status, method)


def test_schema_of_a_response_without_a_body() -> None:
    validator = jsonschema_rs.validator_for(response_schema(SPEC.derived, 401))
    assert validator.is_valid("anything")


def recorded() -> list[tuple[str, str, int, Any]]:
    if not RECORDINGS.exists():
        return []
    exchanges = json.loads(RECORDINGS.read_text(encoding="utf-8"))["exchanges"]
    bodies = [(e, json.loads(e["response"]["body"])) for e in exchanges if e["request"]["method"] in ("GET", "PUT")]
    return [
        (e["case"], e["request"]["method"], e["response"]["status"], body)
        for e, body in bodies
        if not body["kind"].endswith("List")
    ]


@pytest.mark.skipif(not RECORDINGS.exists(), reason="the recordings are not at hand")
def test_everything_a_real_server_answered_is_valid() -> None:
    answers = recorded()
    accepted = [answer for answer in answers if answer[2] in (200, 201)]
    assert len(accepted) > 50
    assert len(answers) - len(accepted) > 50
    validators = {
        key: jsonschema_rs.validator_for(response_schema(SPEC.overlaid, *key))
        for key in {(a[2], a[1]) for a in answers}
    }
    wrong = [
        (case, error.message)
        for case, method, status, body in answers
        for error in validators[status, method].iter_errors(body)
    ]
    assert wrong == []


@pytest.mark.skipif(not RECORDINGS.exists(), reason="the recordings are not at hand")
def test_an_accepted_creation_is_valid_too() -> None:
    exchanges = json.loads(RECORDINGS.read_text(encoding="utf-8"))["exchanges"]
    created = [json.loads(e["response"]["body"]) for e in exchanges if e["response"]["status"] == 201]
    validator = jsonschema_rs.validator_for(response_schema(SPEC.overlaid, 201))
    assert created
    assert all(validator.is_valid(body) for body in created)


@pytest.mark.parametrize(
    "name", SPEC.derived["paths"][PATH]["put"]["x-replaceable-fields"], ids=lambda one: one["path"]
)
def test_null_clears_in_a_request_and_is_shown_in_no_answer(name: dict[str, Any]) -> None:
    path = tuple(name["path"].split("."))
    for schema, allowed in ((REQUEST_SCHEMA, True), (response_schema(SPEC.overlaid, 200), False)):
        body = paths.put(RESPONSE, path, None)
        assert jsonschema_rs.validator_for(schema).is_valid(body) is allowed
    own: list[Any] = [
        paths.get(one["components"]["schemas"]["PyTorchJob"], _in_schema(path)) for one in (SPEC.derived, SPEC.overlaid)
    ]
    assert own[0]["x-source"] == own[1]["x-source"], "the overlay names another line than the page's"


def _in_schema(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(step for name in path for step in ("properties", name))
