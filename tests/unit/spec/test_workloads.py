"""Contracts of pages about workloads: objects with a pod template, and fields of the same name in several places."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from contracts.jsonvalue import paths
from contracts.judge.attempts import attempts
from contracts.spec.load import load_contract, load_specification
from contracts.spec.page.to_openapi import derive_page
from contracts.spec.schema import SpecificationError

PAGE = """# Replacing a Lamp

## Function

Only {fields} can be replaced.

## URI

PUT /apis/lights.example/v1/namespaces/{{namespace}}/lamps/{{name}}

## Request

```
{shown}
```

## Status Code

200 OK
"""


def derived(folder: Path, spec: dict[str, Any], *fields: str) -> Path:
    lamp = {"apiVersion": "lights.example/v1", "kind": "Lamp", "metadata": {"name": "a"}, "spec": spec}
    page, file = folder / "lamp.md", folder / "lamp.yaml"
    page.write_text(PAGE.format(fields=" and ".join(fields), shown=json.dumps(lamp)))
    file.write_text(derive_page(page)[0])
    return file


@pytest.mark.parametrize("metadata", [{"labels": {"a": "b"}}, {"creationTimestamp": None, "annotations": {}}, None])
def test_a_template_that_shows_its_metadata(tmp_path: Path, metadata: dict[str, Any] | None) -> None:
    file = derived(tmp_path, {"template": {"metadata": metadata, "spec": {}}}, "metadata.labels", "spec.dim")
    lamp = load_specification(file).overlaid["components"]["schemas"]["Lamp"]["properties"]
    shown = lamp["spec"]["properties"]["template"]["properties"]["metadata"]
    assert shown["type"] == ["object", "null"]
    assert shown["properties"]["labels"] == {"type": "object", "additionalProperties": {"type": "string"}}


def test_fields_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    spec = {"bulbs": [{"hue": 1}], "spareBulbs": [{"hue": 1}], "dim": 1}
    fields = ("spec.bulbs[*].hue", "spec.spareBulbs[*].hue", "spec.dim")
    found = {
        one for one in load_contract(derived(tmp_path, spec, *fields)).requirements if one.startswith("replaceable.")
    }
    assert {"replaceable.bulbs-hue", "replaceable.spare-bulbs-hue", "replaceable.dim"} < found


def test_what_only_a_server_gives_is_not_judged_whatever_the_page_lists(tmp_path: Path) -> None:
    listed = ("metadata.labels", "metadata.generation", "metadata.selfLink", "spec.dim")
    contract = load_contract(derived(tmp_path, {"dim": 1}, *listed))
    assert (contract.replaceable, contract.left_open) == (listed[::3], listed[1:3])
    assert {*listed[1:3]} < {*contract.writable_by_convention}
    fields = [field for one in contract.requirements.values() for field in one.fields]
    assert not {"metadata.generation", "metadata.selfLink"} & set(fields)
    assert "metadata.uid" in contract.requirements["immutable.identity"].fields
    live = {**contract.example_object, "metadata": {"name": "a", "generation": 1, "selfLink": "/a", "uid": "u"}}
    tried = {paths.render(one.path) for one in attempts(contract, live)}
    assert "metadata.uid" in tried
    assert not {"metadata.generation", "metadata.selfLink"} & tried


def test_a_type_that_is_guessed_by_a_name_is_not_judged(tmp_path: Path) -> None:
    contract = load_contract(derived(tmp_path, {"dim": "low"}, "spec.dim", "spec.hue"))
    spec = contract.resource_schema["$defs"]["Lamp"]["properties"]["spec"]["properties"]
    assert (spec["dim"].get("type"), spec["hue"].get("type")) == ("string", None)


def test_an_example_that_shows_no_object_is_one_line(tmp_path: Path) -> None:
    file = derived(tmp_path, {}, "metadata.labels")
    page = file.with_suffix(".md")
    page.write_text(re.sub(r"```.*```", "", page.read_text(), flags=re.DOTALL))
    file.write_text(derive_page(page)[0])
    with pytest.raises(SpecificationError, match="no example of an object with its metadata"):
        load_contract(file)


def test_what_can_be_replaced_is_no_gap_of_the_page(tmp_path: Path) -> None:
    named = load_contract(derived(tmp_path, {"dim": 1}, "metadata.labels", "spec.dim")).writable_by_convention
    (other := tmp_path / "other").mkdir()
    listed = load_contract(derived(other, {"dim": 1}, named[0], "spec.dim"))
    assert (named[0] in listed.replaceable, named[0] in listed.writable_by_convention) == (True, False)
