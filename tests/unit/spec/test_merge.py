"""Pages of one resource in one specification: its operations, their links, and what stays as it is alone."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import schemathesis

from contracts.spec.changes import changes
from contracts.spec.contract import ContractError
from contracts.spec.load import load_contract
from contracts.spec.page.merge import merged
from contracts.spec.page.model import DocumentError
from contracts.spec.page.reader import parse_document
from contracts.spec.page.to_openapi import derive
from contracts.spec.page.yaml_output import to_yaml
from tests.unit.spec.review.pages import LANTERN, READING, UPDATING

COLLECTION = "/apis/lights.example/v2/namespaces/{namespace}/lanterns"
ITEM = f"{COLLECTION}/{{name}}"
CREATING = (
    LANTERN.replace("Replacing", "Creating")
    .replace("PUT /", "POST /")
    .replace("/lanterns/{name}", "/lanterns")
    .replace("|name|Yes|String|Its name.|\n", "")
    .replace("The following fields can be replaced:\n\n- metadata.labels\n- spec.dimAfterSeconds", "Makes one.")
    .replace('"colour": "Red"', '"colour": "Red", "glass": true')
    .replace("|200|OK|", "|200|OK|\n|201|Created|")
)
LISTING = (
    READING.replace("Reading a Lantern", "Listing Lanterns")
    .replace("/lanterns/{name}", "/lanterns")
    .replace("|name|Yes|String|Its name.|\n", "")
)
LISTING = f"""\
{LISTING[: LISTING.index("Status code: 200")]}
```
{{"apiVersion": "lights.example/v2", "kind": "LanternList", "items": [{{"metadata": {{"name": "red"}}}}]}}
```

{LISTING[LISTING.index("## Status Code") :]}"""
DELETING = READING.replace("Reading", "Deleting").replace("GET /", "DELETE /")
PAGES = (READING, CREATING, LANTERN, LISTING, DELETING, UPDATING)


def spec(text: str) -> dict[str, Any]:
    return derive(parse_document(text.encode(), ".md"))


def lanterns(*texts: str) -> dict[str, Any]:
    return merged([spec(text) for text in texts])["lanterns"]


def test_all_pages_of_a_resource() -> None:
    result = lanterns(*PAGES)
    assert {path: [key for key in item if key != "x-source"] for path, item in result["paths"].items()} == {
        ITEM: ["put", "patch", "get", "delete"],
        COLLECTION: ["post", "get"],
    }
    assert result["info"]["title"] == "Replacing a Lantern"
    ids = {item[method]["operationId"] for item in result["paths"].values() for method in item if method != "x-source"}
    assert ids == {f"{verb}Lantern" for verb in ("replace", "update", "read", "delete", "create")} | {"listLanterns"}
    assert set(result["components"]["schemas"]) == {"Lantern", "LanternList"}


def test_the_order_of_the_pages_does_not_matter_to_what_is_judged() -> None:
    one, other = lanterns(*PAGES), lanterns(*reversed(PAGES))
    assert one == other
    assert to_yaml(lanterns(*PAGES)) == to_yaml(one)


def test_the_page_that_is_judged_stands_as_it_does_alone() -> None:
    alone, result = spec(LANTERN), lanterns(*PAGES)
    assert result["paths"][ITEM]["put"] == alone["paths"][ITEM]["put"]
    assert result["x-units"] == alone["x-units"]
    known = result["components"]["schemas"]["Lantern"]["properties"]["spec"]["properties"]
    assert known.pop("glass") == {"type": "boolean"}
    assert result["components"] == {**alone["components"], "schemas": result["components"]["schemas"]}
    del result["components"]["schemas"]["LanternList"]
    assert result["components"] == alone["components"]
    assert merged([alone]) == {"lanterns": alone}


def test_what_other_pages_say_names_them() -> None:
    result = lanterns(LANTERN, CREATING)
    operation = result["paths"][COLLECTION]["post"]
    assert operation["x-document"]["title"] == "Creating a Lantern"
    assert operation["x-source"]["page"] == operation["parameters"][0]["x-source"]["page"] == "Creating a Lantern"
    assert "page" not in result["paths"][ITEM]["put"]["x-source"]


def test_links_lead_from_a_name_to_the_operations_on_it() -> None:
    result = lanterns(*PAGES)
    links = result["paths"][COLLECTION]["post"]["responses"]["200"]["links"]
    assert set(links) == {"replaceLantern", "updateLantern", "readLantern", "deleteLantern"}
    assert links["readLantern"] == {
        "operationId": "readLantern",
        "parameters": {"path.namespace": "$request.path.namespace", "path.name": "$response.body#/metadata/name"},
    }
    listed = result["paths"][COLLECTION]["get"]["responses"]["200"]["links"]["readLantern"]
    assert listed["parameters"]["path.name"] == "$response.body#/items/0/metadata/name"
    # Each link is one that Schemathesis follows.
    transitions = schemathesis.openapi.from_dict(result).statistic.transitions
    assert transitions.total == transitions.selected == 8


def test_the_same_parameter_has_one_name() -> None:
    result = lanterns(LANTERN, READING.replace("{name}", "{id}").replace("|name|", "|id|"))
    assert list(result["paths"]) == [ITEM]
    assert [one["name"] for one in result["paths"][ITEM]["get"]["parameters"]] == ["name", "namespace", "pretty"]


def test_resources_apart() -> None:
    lamp = LANTERN.replace("antern", "amp")
    other = LANTERN.replace("lights.example", "sea.example")
    assert set(merged([spec(LANTERN), spec(lamp)])) == {"lanterns", "lamps"}
    assert set(merged([spec(LANTERN), spec(other)])) == {"lanterns.lights.example.v2", "lanterns.sea.example.v2"}


def test_two_pages_about_one_operation() -> None:
    with pytest.raises(DocumentError, match=r"^two pages about the same operation: PUT /apis/.*/\{name\}$"):
        merged([spec(LANTERN), spec(LANTERN)])


def test_what_is_merged_is_not_changed() -> None:
    given = [spec(text) for text in PAGES]
    before = copy.deepcopy(given)
    merged(given)
    assert given == before


def test_its_replacement_is_judged_and_nothing_else(tmp_path: Path) -> None:
    alone, together = tmp_path / "alone.yaml", tmp_path / "together.yaml"
    alone.write_text(to_yaml(spec(LANTERN)))
    together.write_text(to_yaml(lanterns(*PAGES)))
    one, other = load_contract(alone), load_contract(together)
    assert (other.item_path, other.documented.method) == (ITEM, "put")
    # What another page's example shows is a field too that this replacement must leave.
    assert set(other.requirements) - set(one.requirements) == {"immutable.glass"}
    assert set(one.requirements) <= set(other.requirements)
    assert list(other.spec.derived["paths"][ITEM]) == ["x-source", "put"]
    together.write_text(to_yaml(lanterns(READING, CREATING)))
    with pytest.raises(ContractError, match=r"^POST /apis/.*: only PUT, and PATCH with .* can be judged$"):
        load_contract(together.rename(tmp_path / "other.yaml"))


def test_each_page_can_be_checked_against_the_whole() -> None:
    result = lanterns(*PAGES)
    assert [changes(result, spec(text)) for text in PAGES] == [()] * len(PAGES)
    # What another page says of the fields is not in the schema of the first one.
    one, other = spec(LANTERN), spec(LANTERN)
    other["components"]["schemas"]["Lantern"]["type"] = ["object", "null"]
    assert [change.kind for change in changes(result, other)] == ["schema"]
    assert changes(result, one) == ()
    creating = spec(CREATING)
    creating["components"]["schemas"]["Lantern"]["type"] = ["object", "null"]
    assert changes(result, creating) == ()
    (change,) = changes(result, spec(CREATING.replace("|201|Created|\n", "")))
    assert (change.kind, change.subject) == ("status", "201")
