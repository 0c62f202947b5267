"""The shipped specification, the overlay's semantics, and loading."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from contracts.jsonvalue import paths
from contracts.spec.contract import Contract
from contracts.spec.load import CONVENTIONS, DERIVED, apply_overlay, filled, load_contract, load_specification
from contracts.spec.schema import SpecificationError, documented_operation, resolve, response_schema
from contracts.spec.write import WHOLE
from tests.unit.spec.shipped import PATH, PUT, ROOT, SPEC

OF_GROUP, OWN = "kubeflow.org.overlay.yaml", DERIVED.replace(".yaml", ".overlay.yaml")


def overlay(*actions: Any) -> dict[str, Any]:
    return {"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": list(actions)}


@pytest.mark.parametrize("which", ["derived", "overlaid"])
def test_is_valid_openapi(which: str) -> None:
    document = getattr(SPEC, which)
    validate(document)
    assert document["openapi"] == "3.1.0"


def test_schemathesis_finds_the_operations() -> None:
    schema = schemathesis.openapi.from_dict(SPEC.overlaid)
    assert schema[PATH]["PUT"].method.upper() == "PUT"
    assert schema[PATH]["GET"].method.upper() == "GET"


def test_digest_is_of_the_derived_file() -> None:
    assert SPEC.sha256 == hashlib.sha256((ROOT / "openapi" / DERIVED).read_bytes()).hexdigest()


def test_overlay_adds_and_takes_nothing_of_the_operation_away() -> None:
    derived = SPEC.derived["paths"][PATH]["put"]
    assert set(PUT["responses"]) - set(derived["responses"]) == {
        *("404", "405", "406", "409", "413", "415", "422", "429", "503", "504")
    }
    for code, response in derived["responses"].items():
        assert PUT["responses"][code]["description"] == response["description"]
        assert PUT["responses"][code]["x-source"] == response["x-source"]
    for kept in ("parameters", "x-replaceable-fields", "operationId", "x-source"):
        assert PUT[kept] == derived[kept]
    assert PUT["x-server-owned"] == ["metadata.resourceVersion", "metadata.managedFields", "status"]
    assert PUT["x-writable-by-convention"][:2] == ["metadata.finalizers", "metadata.ownerReferences"]


def test_what_the_overlay_adds_says_so() -> None:
    derived = SPEC.derived["paths"][PATH]["put"]["responses"]
    added = [response for code, response in PUT["responses"].items() if code not in derived]
    for element in (*added, SPEC.overlaid["paths"][PATH]["get"], SPEC.overlaid["components"]["schemas"]["Status"]):
        assert element["x-level"] == "kubernetes"
        assert element["x-source"]["convention"]


def test_parameters_of_get_are_those_of_put() -> None:
    def essence(operation: dict[str, Any]) -> list[tuple[str, str, bool]]:
        return [(p["name"], p["in"], p["required"]) for p in operation["parameters"]]

    assert essence(SPEC.overlaid["paths"][PATH]["get"]) == essence(PUT)


@pytest.mark.parametrize("method", ["put", "get"])
def test_every_refusal_has_a_status_body(method: str) -> None:
    codes = [int(code) for code in SPEC.overlaid["paths"][PATH][method]["responses"] if int(code) >= 400]
    assert codes
    for code in codes:
        validator = jsonschema_rs.validator_for(response_schema(SPEC.overlaid, code, method))
        assert validator.is_valid({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code})
        assert not validator.is_valid({"kind": "Status", "apiVersion": "v1", "status": "Perhaps"})
        assert not validator.is_valid({"error": "no"})


def test_update_merges_objects_and_joins_lists() -> None:
    document = {"a": {"x": 1, "list": [1], "inner": {"k": 1}}, "b": [1, 2]}
    update = {"x": 2, "list": [2], "inner": {"l": 2}, "new": [{}]}
    result = apply_overlay(
        document, overlay({"target": "$.a", "update": update}, {"target": "$.b", "update": {"three": 3}})
    )
    assert result == {
        "a": {"x": 2, "list": [1, 2], "inner": {"k": 1, "l": 2}, "new": [{}]},
        "b": [1, 2, {"three": 3}],
    }


def test_what_fills_changes_nothing_that_is_there() -> None:
    document = {"a": {"x": 1, "list": [1], "inner": {"k": 1}}}
    update = {"x": 2, "list": [2], "inner": {"k": 2, "l": 2}, "new": [3]}
    result = apply_overlay(document, overlay({"target": "$.a", "x-fill": True, "update": update}))
    assert result == {"a": {"x": 1, "list": [1], "inner": {"k": 1, "l": 2}, "new": [3]}}


def test_update_applies_to_every_selected_node_and_shares_nothing() -> None:
    document: dict[str, Any] = {"a": {}, "b": {}}
    update: dict[str, Any] = {"n": {"m": []}}
    result = apply_overlay(document, overlay({"target": "$['a','b']", "update": update}))
    result["a"]["n"]["m"].append(1)
    assert result["b"] == {"n": {"m": []}}
    assert update == {"n": {"m": []}}


def test_actions_apply_in_their_order() -> None:
    actions = ({"target": "$.a", "remove": True}, {"target": "$", "update": {"a": {"new": 1}}})
    assert apply_overlay({"a": {"old": 1}}, overlay(*actions)) == {"a": {"new": 1}}
    with pytest.raises(SpecificationError, match=r"actions\[1\]: \$\.a selects nothing"):
        apply_overlay({"a": {"old": 1}}, overlay(actions[0], actions[0]))


def test_a_node_that_is_selected_twice_is_changed_once() -> None:
    assert apply_overlay({"a": [{}]}, overlay({"target": "$['a','a']", "update": 1})) == {"a": [{}, 1]}
    assert apply_overlay({"a": [{}, {}]}, overlay({"target": "$.a[0,-2]", "remove": True})) == {"a": [{}]}


def test_remove_wins_over_update() -> None:
    assert apply_overlay({"a": {}}, overlay({"target": "$.a", "update": {"x": 1}, "remove": True})) == {}


def test_remove_from_lists_and_of_nested_nodes() -> None:
    document = {"l": [{"x": {}}, {"y": {}}, {"x": {"x": {}}}]}
    assert apply_overlay(document, overlay({"target": "$.l[?@.x]", "remove": True})) == {"l": [{"y": {}}]}
    assert apply_overlay(document, overlay({"target": "$..x", "remove": True})) == {"l": [{}, {"y": {}}, {}]}


@settings(deadline=None)
@given(st.sets(st.integers(0, 14)), st.integers(11, 15))
def test_remove_takes_exactly_the_selected_items(chosen: set[int], length: int) -> None:
    items = [{"keep": index not in chosen, "index": index} for index in range(length)]
    result = apply_overlay(
        {"l": items},
        overlay({"target": "$.l", "update": {"keep": False}}, {"target": "$.l[?@.keep == false]", "remove": True}),
    )
    assert [item["index"] for item in result["l"]] == [index for index in range(length) if index not in chosen]


def test_document_and_overlay_are_left_alone() -> None:
    operation = documented_operation(SPEC.derived)
    shipped = [yaml.safe_load((ROOT / "openapi" / name).read_bytes()) for name in (CONVENTIONS, OF_GROUP, OWN)]
    before = json.dumps([SPEC.derived, shipped])
    result = SPEC.derived
    for one in shipped:
        result = apply_overlay(result, filled(one, operation))
    assert result["components"] == SPEC.overlaid["components"]
    assert result != SPEC.derived
    assert json.dumps([SPEC.derived, shipped]) == before


def test_the_conventions_name_no_kind_and_no_path() -> None:
    operation = documented_operation(SPEC.derived)
    for name in (CONVENTIONS, OF_GROUP):
        text = (ROOT / "openapi" / name).read_text()
        assert operation.kind not in text
        assert operation.path not in text
    assert operation.group not in (ROOT / "openapi" / CONVENTIONS).read_text()


def test_an_action_that_is_optional_may_find_nothing_and_a_scalar_can_be_removed() -> None:
    nothing = {"target": "$.missing", "x-optional": True, "remove": True}
    assert apply_overlay({"a": {"x": 1, "y": 2}}, overlay(nothing, {"target": "$.a.x", "remove": True})) == {
        "a": {"y": 2}
    }


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({}, "expected version 1.0"),
        ({"overlay": "1.1.0", "actions": [{}]}, "expected version 1.0"),
        (overlay(), "expected a list of actions"),
        (overlay("$"), r"actions\[0\]: expected an object with a target"),
        (overlay({"target": "$"}), r"actions\[0\]: expected update or remove"),
        (overlay({"target": "$.a["}), "expected update or remove"),
        (overlay({"target": "$.a[", "remove": True}), r"actions\[0\]: "),
        (overlay({"target": "$.missing", "remove": True}), r"\$\.missing selects nothing"),
        (overlay({"target": "$.a.x", "update": {}}), "neither object nor array"),
        (overlay({"target": "$", "remove": True}), "whole document"),
        (overlay({"target": "$.a", "update": [1]}), "expected an object to merge"),
        (overlay({"target": "$", "update": {"a": 1}}), "different kinds"),
        (overlay({"target": "$.a", "update": {"x": {}}}), "different kinds"),
    ],
)
def test_an_overlay_that_does_not_fit(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecificationError, match=message) as caught:
        apply_overlay({"a": {"x": 1}}, bad)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        (b"a: [", "expected YAML"),
        (b"\xff\xfe\xff", "expected YAML"),
        (b"- 1", "expected a YAML mapping"),
        (b"", "expected a YAML mapping"),
        (b"responses: {200: {}}", "expected keys that are strings, found 200"),
        (b"a: " + b"[" * 5000, "expected YAML"),
        (b"a: &a {b: *a}", "refers to what holds it"),
        (b"a: &a [{b: [*a]}]", "refers to what holds it"),
    ],
)
@pytest.mark.parametrize("name", [DERIVED, OWN])
def test_a_file_that_cannot_be_used(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    for shipped in (DERIVED, OWN):
        (tmp_path / shipped).write_bytes((ROOT / "openapi" / shipped).read_bytes())
    if content is not None:
        (tmp_path / name).write_bytes(content)
    elif name == DERIVED:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).unlink()
        (tmp_path / name).mkdir()
    with pytest.raises(SpecificationError, match=message) as caught:
        load_specification(tmp_path / DERIVED)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_resource_needs_no_overlay_of_its_own(tmp_path: Path) -> None:
    (tmp_path / DERIVED).write_bytes((ROOT / "openapi" / DERIVED).read_bytes())
    contract = load_contract(tmp_path / DERIVED)
    assert contract.realistic_example is None
    assert contract.examples == (contract.example_request,)
    # The part is called as the field is, where no overlay calls it otherwise.
    assert set(contract.requirements) ^ set(load_contract().requirements) == {
        *("immutable.replica-specs", "immutable.pytorch-replica-specs")
    }


def test_the_realistic_example_is_one_of_the_resource_with_fields_that_it_has() -> None:
    contract = Contract(SPEC, {}, {}, write=WHOLE)
    example = contract.realistic_example
    assert example is not None
    assert (example["apiVersion"], example["kind"]) == (contract.api_version, contract.kind)
    schema = contract.resource_schema
    # A run gives it a name.
    assert jsonschema_rs.validator_for(schema).is_valid({**example, "metadata": {"name": "x"}})
    assert set(example["spec"]) <= set(resolve(schema, schema)["properties"]["spec"]["properties"])
    assert not [path for path in contract.replaceable if paths.get(example, paths.parse(path)) is not paths.MISSING]


def test_the_wheel_brings_its_own_files(tmp_path: Path) -> None:
    package = tmp_path / "package"
    shutil.copytree(ROOT / "openapi", package / "openapi")
    derived = package / "openapi" / DERIVED
    derived.write_bytes(derived.read_bytes() + b"# installed\n")
    module = package / "spec" / "load.py"
    module.parent.mkdir()
    shutil.copy(ROOT / "contracts/spec/load.py", module)
    location = importlib.util.spec_from_file_location("installed_specification", module)
    assert location is not None
    assert location.loader is not None
    installed = importlib.util.module_from_spec(location)
    sys.modules[location.name] = installed
    try:
        location.loader.exec_module(installed)
        assert installed.load_specification().sha256 == hashlib.sha256(derived.read_bytes()).hexdigest()
    finally:
        del sys.modules[location.name]
