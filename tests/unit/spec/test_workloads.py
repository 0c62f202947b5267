"""Contracts of pages about workloads: objects with a pod template, and fields of the same name in several places."""

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.spec.load import load_contract, load_specification
from contracts.spec.page.to_openapi import derive_page

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
