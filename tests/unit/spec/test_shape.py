"""A file that is no specification as `derive` writes it is refused in one line that names the place."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.spec import asserted, canonical, shape
from contracts.spec.contract import ContractError
from contracts.spec.load import DERIVED, load_contract, operations_of, read_yaml, shipped
from contracts.spec.schema import SpecificationError, documented_operation, of_operation

WHOLE = read_yaml(shipped() / DERIVED)[1]
FOUND = documented_operation(WHOLE)
OPERATION = ("paths", FOUND.path, FOUND.method)
PLACES = [path for path, _ in paths.walk(WHOLE)]
ODD = st.sampled_from([MISSING, None, [], {}, "x", 5, [None], {"a": None}])


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("paths",), None, "paths: "),
        (("paths",), [], "paths: "),
        (("paths",), MISSING, "paths"),
        (OPERATION[:2], "x", "paths["),
        (OPERATION, "x", "put: "),
        ((*OPERATION, "parameters"), None, "parameters: "),
        ((*OPERATION, "parameters", 0), {}, "parameters[0]: "),
        ((*OPERATION, "x-replaceable-fields"), None, "x-replaceable-fields: "),
        ((*OPERATION, "x-replaceable-fields", 0, "path"), "metadata..labels", "metadata..labels"),
        ((*OPERATION, "x-source", "lines"), [], "lines: "),
        ((*OPERATION, "responses"), [], "responses: "),
        ((*OPERATION, "requestBody"), {}, "requestBody: "),
        (("info",), MISSING, "info"),
        (("components", "schemas", FOUND.kind, "properties"), [], "properties: "),
        (("x-units", 0), {}, "x-units[0]: "),
    ],
)
def test_what_has_another_shape_is_refused_in_one_line(
    tmp_path: Path, path: paths.Path, value: Json, said: str
) -> None:
    file = tmp_path / "odd.yaml"
    file.write_text(json.dumps(paths.put(WHOLE, path, value)))
    with pytest.raises(SpecificationError) as caught:
        load_contract(file)
    assert str(file) in str(caught.value)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["paths: null", "paths: []", "paths: {/a: x}", "{}", "a: 2024-01-31"])
def test_what_operations_it_has_cannot_be_said_of_it_either(tmp_path: Path, text: str) -> None:
    file = tmp_path / "odd.yaml"
    file.write_text(text)
    with pytest.raises(SpecificationError):
        operations_of(file)


def test_what_has_nothing_to_judge_may_have_anything_beside_its_paths() -> None:
    shape.check({"paths": {"/a": {"get": {"parameters": None}, "parameters": None}}, "info": None})


@settings(max_examples=60)
@given(st.sampled_from(PLACES), ODD)
def test_what_has_the_shape_can_be_read(path: paths.Path, value: Json) -> None:
    odd: dict[str, Any] = paths.put(copy.deepcopy(WHOLE), path, value)
    with suppress(SpecificationError, ContractError):
        shape.check(odd)
        asserted.asserted(canonical.canonical(of_operation(odd, "")))
