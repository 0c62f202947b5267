"""The specification that Schemathesis generates from."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema_rs
import pytest

from contracts.schemathesis_hooks.document import prepared
from contracts.spec.load import load_contract
from contracts.spec.schema import SpecificationError

CONTRACT = load_contract()


def given() -> dict[str, Any]:
    return copy.deepcopy(CONTRACT.spec.derived)


def test_only_the_operation_of_the_page_is_left() -> None:
    result = prepared(given(), CONTRACT)
    assert list(result["paths"]) == [CONTRACT.item_path]
    assert {name for name in result["paths"][CONTRACT.item_path] if not name.startswith("x-")} == {"put"}


def test_the_statuses_are_those_of_the_overlay() -> None:
    operation = prepared(given(), CONTRACT)["paths"][CONTRACT.item_path]["put"]
    assert operation["responses"].keys() == CONTRACT.operation["responses"].keys()
    assert operation["responses"]["200"] == CONTRACT.operation["responses"]["200"]


def test_a_body_is_generated_of_the_replaceable_fields_and_may_hold_more() -> None:
    operation = prepared(given(), CONTRACT)["paths"][CONTRACT.item_path]["put"]
    body = operation["requestBody"]["content"]["application/json"]
    assert jsonschema_rs.is_valid(body["schema"], CONTRACT.example_request)
    assert not jsonschema_rs.is_valid(body["schema"], {"metadata": {"labels": 5}, "spec": {}})
    assert body["examples"]


def test_the_value_of_a_query_parameter_that_has_a_meaning_is_generated() -> None:
    operation = prepared(given(), CONTRACT)["paths"][CONTRACT.item_path]["put"]
    (schema,) = [one["schema"] for one in operation["parameters"] if one["in"] == "query"]
    assert schema == {"anyOf": [{"const": "true"}, {"type": "string"}]}


def test_what_was_given_stays_as_it_is() -> None:
    document = given()
    prepared(document, CONTRACT)
    assert document == CONTRACT.spec.derived


@pytest.mark.parametrize("document", [{}, {"paths": {"/x": {}}}, {"paths": {CONTRACT.item_path: {"put": {}}}}])
def test_another_specification_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(SpecificationError, match="no specification of PUT"):
        prepared(document, CONTRACT)
