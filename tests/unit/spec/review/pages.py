"""A page, and a file of tables, of our own without a fault; each test puts one in."""

from __future__ import annotations

from contracts.spec.page.formats import read_blocks
from contracts.spec.page.outline import outline
from contracts.spec.page.reader import parse_document
from contracts.spec.page.tables import structures
from contracts.spec.review.model import Item, Page, TableFile
from contracts.spec.review.review import review

LANTERN = """\
# Replacing a Lantern

Updated on 2024-02-29

## Function

The following fields can be replaced:

- metadata.labels
- spec.dimAfterSeconds

## URI

PUT /apis/lights.example/v2/namespaces/{namespace}/lanterns/{name}

**Table 1** Path parameters

|Parameter|Mandatory|Type|Description|
|--|--|--|--|
|name|Yes|String|Its name.|
|namespace|Yes|String|Its team.|

**Table 2** Query parameters

|Parameter|Mandatory|Type|Description|
|--|--|--|--|
|pretty|No|String|Layout.|

## Request

**Request parameters**

For the fields, see Table 40.

**Example request**

```
Content-Type: application/json
{
    "apiVersion": "lights.example/v2",
    "kind": "Lantern",
    "metadata": {
        "name": "red",
        "namespace": "pier",
        "labels": {"side": "port"}
    },
    "spec": {
        "colour": "Red",
        "dimAfterSeconds": 30,
        "wicks": [{"length": 3}]
    }
}
```

## Response

**Example response**

Status code: 200

```
{
    "apiVersion": "lights.example/v2",
    "kind": "Lantern",
    "metadata": {
        "name": "red",
        "namespace": "pier",
        "selfLink": "/apis/lights.example/v2/namespaces/pier/lanterns/red"
    },
    "spec": {
        "colour": "Red"
    }
}
```

## Status Code

|Status Code|Description|
|--|--|
|200|OK|
|400|Bad request|
|401|Unauthorized|
"""

TABLES = """\
**Table 40** Lantern lights_v2 data structure

|Parameter|Mandatory|Type|Description|
|--|--|--|--|
|apiVersion|Yes|String|Version.|
|kind|Yes|String|Kind.|
|metadata|Yes|LightMeta object|Name and so on.|
|spec|Yes|LanternSpec object|What is wanted.|

**Table 41** LightMeta data structure

|Parameter|Mandatory|Type|Description|
|--|--|--|--|
|name|Yes|String|Its name.|
|namespace|No|String|Its team.|
|labels|No|Map<String,String>|Labels.|
|selfLink|No|String|Address.|

**Table 42** LanternSpec data structure

|Parameter|Mandatory|Type|Description|
|--|--|--|--|
|colour|Yes|Colour object|Its colour.|
|dimAfterSeconds|No|Integer|When it dims.|
|wicks|No|Array of Wick objects|Its wicks.|

**Table 43** Colour values

|Value|Description|
|--|--|
|Red|Port.|
|Green|Starboard.|

**Table 44** Wick data structure

|Parameter|Mandatory|Type|Description|
|--|--|--|--|
|length|No|Integer|In inches.|

**Table 50** Beacon lights_v2 data structure

|Parameter|Mandatory|Type|Description|
|--|--|--|--|
|apiVersion|Yes|String|Version.|
|kind|Yes|String|Kind.|
"""

READING = (
    LANTERN.replace("Replacing", "Reading")
    .replace("PUT /", "GET /")
    .replace("The following fields can be replaced:\n\n- metadata.labels\n- spec.dimAfterSeconds", "Reads one.")
)
READING = READING[: READING.index("**Request parameters**")] + "N/A\n\n" + READING[READING.index("## Response") :]
UPDATING = (
    LANTERN.replace("Replacing", "Updating")
    .replace("PUT /", "PATCH /")
    .replace("be replaced", "be updated")
    .replace("application/json", "application/merge-patch+json")
)


def page(text: str, name: str = "page.md") -> Page:
    return Page(name, parse_document(text.encode(), ".md"))


def tables(text: str = TABLES) -> TableFile:
    blocks, obstacles = read_blocks(text.encode(), ".md")
    return TableFile("tables.md", structures(outline(blocks), obstacles), tuple(obstacles))


def items(*texts: str, structures: str | None = TABLES) -> list[Item]:
    """What a review of these pages finds, called page.md, page-2.md and so on."""
    pages = [page(text, f"page-{number}.md" if number > 1 else "page.md") for number, text in enumerate(texts, 1)]
    return list(review(pages, [tables(structures)] if structures else []).items)
