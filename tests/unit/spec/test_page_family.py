"""Pages of the family, where they are at hand: what is read from each. They are not part of the project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.spec.page.model import DocumentError
from contracts.spec.page.reader import read_document, read_structures
from contracts.spec.page.to_openapi import derive, derive_page

FAMILY = Path(__file__).parents[4] / "shared/documents/family"
SEED = FAMILY.parent / "replacing-a-pytorchjob.txt"
at_hand = pytest.mark.skipif(not FAMILY.is_dir(), reason="the pages of the family are not at hand")

GROUP = "/apis/kubeflow.org/v1/namespaces/{namespace}"
FIELDS = [
    "metadata.labels",
    "metadata.annotations",
    "spec.activeDeadlineSeconds",
    "spec.ttlSecondsAfterFinished",
    "spec.cleanPodPolicy",
]
PARAMETERS = [("path", "name", True), ("path", "namespace", True), ("query", "pretty", False)]
PAGES: dict[str, dict[str, Any]] = {
    "txt-en-replace-tfjob.txt": {
        "operation": ("PUT", f"{GROUP}/tfjobs/{{name}}", "kubeflow.org/v1", "TFJob", "2025-04-30"),
        "parameters": PARAMETERS,
        "fields": FIELDS,
        "statuses": [200, 201, 400, 401, 403, 500],
        "examples": (1, 1, []),
        "tables": [154, 154],
        "structures": 0,
    },
    "md-zh-replace-pytorchjob.md": {
        "operation": ("PUT", f"{GROUP}/pytorchjobs/{{name}}", "kubeflow.org/v1", "PyTorchJob", None),
        "parameters": PARAMETERS,
        "fields": FIELDS,
        "statuses": [200, 201, 400, 401, 403, 500],
        "examples": (1, 1, []),
        "tables": [165, 165],
        "structures": 0,
    },
    "txt-en-update-pytorchjob.txt": {
        "operation": ("PATCH", f"{GROUP}/pytorchjobs/{{name}}", "kubeflow.org/v1", "PyTorchJob", "2025-04-30"),
        "parameters": PARAMETERS,
        "fields": FIELDS,
        "statuses": [200, 400, 401, 403, 409, 500],
        "examples": (1, 1, ["application/merge-patch+json"]),
        "tables": [165],
        "structures": 0,
    },
    "txt-en-read-pytorchjob.txt": {
        "operation": ("GET", f"{GROUP}/pytorchjobs/{{name}}", "kubeflow.org/v1", "PyTorchJob", "2025-04-30"),
        "parameters": PARAMETERS,
        "fields": [],
        "statuses": [200, 401, 403, 404, 500],
        "examples": (0, 1, []),
        "tables": [165],
        "structures": 0,
    },
    "txt-en-create-pytorchjob.txt": {
        "operation": ("POST", f"{GROUP}/pytorchjobs", "kubeflow.org/v1", "PyTorchJob", "2025-04-30"),
        "parameters": PARAMETERS[1:],
        "fields": [],
        "statuses": [200, 201, 202, 400, 401, 403, 500],
        "examples": (1, 1, []),
        "tables": [165, 165],
        "structures": 0,
    },
    "rst-otc-replacing_the_specified_network.rst": {
        "operation": ("PUT", "/apis/yangtse/v2/namespaces/{namespace}/networks/{name}", "yangtse/v2", "Network", None),
        "parameters": [
            *PARAMETERS[:2],
            ("query", "dryRun", False),
            ("query", "fieldManager", False),
            ("query", "fieldValidation", False),
            PARAMETERS[2],
            ("header", "X-Auth-Token", True),
            ("header", "Content-Type", True),
        ],
        "fields": [],
        "statuses": [200, 201, 400, 401, 403, 404, 405, 406, 409, 415, 422, 429, 500, 503, 504],
        "examples": (1, 1, ["application/json"]),
        "tables": [],
        "structures": 27,
    },
}


@at_hand
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_family(name: str) -> None:
    document = read_document(FAMILY / name)
    shown = document.method, document.path, document.api_version, document.kind, document.updated
    assert {
        "operation": shown,
        "parameters": [(one.location, one.name, one.mandatory) for one in document.parameters],
        "fields": [one.path for one in document.replaceable],
        "statuses": sorted(one.code for one in document.statuses),
        "examples": (len(document.requests), len(document.responses), [one.name for one in document.media_types]),
        "tables": [one.number for one in document.references],
        "structures": len(document.structures),
    } == PAGES[name]
    assert document.obstacles == ()
    assert document.title


@at_hand
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_family_gives_a_specification(name: str) -> None:
    document = read_document(FAMILY / name)
    (methods,) = derive(document)["paths"].values()
    operation = methods[document.method.lower()]
    assert list(operation["responses"]) == [str(one.code) for one in document.statuses]
    assert ("requestBody" in operation) == bool(document.requests)
    assert [one["path"] for one in operation["x-replaceable-fields"]] == PAGES[name]["fields"]


@at_hand
@pytest.mark.parametrize("name", PAGES)
def test_places_are_lines_of_the_page(name: str) -> None:
    lines = (FAMILY / name).read_text(encoding="utf-8").split("\n")
    document = read_document(FAMILY / name)
    for one in document.statuses:
        assert str(one.code) in lines[one.source.first_line - 1]
    for example in (*document.requests, *document.responses):
        assert lines[example.source.first_line - 1].strip().startswith("{")
        assert lines[example.source.last_line - 1].strip() == "}"
        for member, place in example.members:
            assert lines[place.first_line - 1].strip().startswith(f'"{member}"')
    for structure in document.structures:
        for field in structure.members:
            assert f" {field.name} " in lines[field.source.first_line - 1]


@at_hand
def test_the_tables_that_the_pages_refer_to() -> None:
    structures, obstacles = read_structures(FAMILY / "md-zh-data-structures.md")
    by_number = {one.number: one for one in structures}
    assert len(structures) == 204
    assert [one.name for one in by_number[165].members] == ["apiVersion", "kind", "metadata", "spec", "status"]
    deadline = by_number[166].members[0]
    assert (deadline.name, deadline.type, deadline.mandatory) == ("activeDeadlineSecond", "Integer", False)
    assert "positive" in deadline.description
    assert (by_number[167].role, [one.name for one in by_number[167].members]) == ("values", ["Master", "Worker"])
    assert [one.line for one in obstacles] == [1017, 1280, 1874]


@at_hand
def test_tables_alone_are_no_page() -> None:
    with pytest.raises(DocumentError, match=r"found none$"):
        read_document(FAMILY / "md-zh-data-structures.md")


@at_hand
@pytest.mark.parametrize("name", [SEED, FAMILY / "md-zh-replace-pytorchjob.md"], ids=lambda path: path.stem)
def test_the_tables_of_the_page_in_its_specification(name: Path) -> None:
    text, told = derive_page(name, structures=[FAMILY / "md-zh-data-structures.md"])
    spec = yaml.safe_load(text)["components"]["schemas"]["PyTorchJob"]["properties"]["spec"]
    fields = spec["properties"]
    deadline, policy = fields["activeDeadlineSeconds"], fields["cleanPodPolicy"]
    assert (deadline["type"], deadline["minimum"], deadline["x-open"]) == ("integer", 1, [0])
    assert (deadline["x-table"]["number"], deadline["x-table"]["lines"]) == (166, [1727, 1727])
    assert deadline["x-table"]["spelled"] == "activeDeadlineSecond"
    assert (policy["type"], policy["enum"], policy["default"]) == ("string", ["All", "Running", "None"], "Running")
    assert "minimum" not in fields["ttlSecondsAfterFinished"]
    assert spec["required"] == ["pytorchReplicaSpecs"]
    for replica in ("Master", "Worker"):
        restart = fields["pytorchReplicaSpecs"]["properties"][replica]["properties"]["restartPolicy"]
        assert restart["enum"] == ["Always", "OnFailure", "Never", "ExitCode"]
        assert (restart["default"], restart["x-table"]["number"]) == ("Never", 158)
    assert (fields["backoffLimit"]["type"], fields["backoffLimit"]["x-inferred-from"]) == ("integer", "table")
    assert [(one.page, one.line) for one in told] == [
        ("md-zh-data-structures.md", line) for line in (184, 345, 346, 354, 387, 388, 389, 580, 587, 1716, 1727, 1731)
    ]
