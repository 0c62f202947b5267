"""Each kind of item: a page that has the fault gives it at its line, and one without gives nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.spec.page.reader import parse_document
from contracts.spec.review.model import Item, Page, Place
from contracts.spec.review.review import review
from contracts.spec.review.tables import near
from contracts.spec.review.words import KINDS, sentence
from contracts.spec.review.writers import as_json, text
from tests.unit.spec.page_models import apis
from tests.unit.spec.page_writers import FORMATS
from tests.unit.spec.pages import Api, pieces
from tests.unit.spec.review.pages import LANTERN, READING, TABLES, UPDATING, items

EXTRA = """\
|pretty|No|String|Layout.|

**Table 9** Path parameters

|Parameter|Mandatory|Description|
|--|--|--|
|zone|Yes|Where.|
"""
# By kind: what is replaced by what, what is in the line that the item names, its subject, found, expected.
FAULTS: dict[str, tuple[str, str, str, tuple[str, tuple[str, ...], tuple[str, ...]]]] = {
    "kind-of-title": ("# Replacing a Lantern", "# Replacing a Beacon", "# Repl", ("", ("Beacon",), ("Lantern",))),
    "verb-of-title": ("# Replacing a", "# Deleting a", "# Del", ("", ("Deleting a Lantern",), ("PUT",))),
    "title-missing": ("# Replacing a Lantern\n", "", "", ("", (), ())),
    "parameter-without-row": ("|namespace|Yes|String|Its team.|\n", "", "PUT /", ("namespace", (), ("namespace",))),
    "parameter-not-in-path": (
        *("|pretty|No|String|Layout.|\n", EXTRA, "|zone|"),
        ("zone", ("zone",), ("namespace", "name")),
    ),
    "parameter-optional": ("|name|Yes|", "|name|No|", "|name|No", ("name", (), ())),
    "media-type-of-method": (
        *("application/json", "application/merge-patch+json", "{"),
        ("", ("application/merge-patch+json",), ("PUT",)),
    ),
    "statuses-missing": (LANTERN[LANTERN.index("## Status Code") :], "", "PUT /", ("", (), ())),
    "success-missing": ("|200|OK|\n", "", "|400|", ("", ("400", "401"), ())),
    "fields-missing": (
        *("The following fields can be replaced:\n\n- metadata.labels\n- spec.dimAfterSeconds", "It replaces one."),
        *("It replaces", ("", (), ("PUT",))),
    ),
    "example-missing": (
        *(LANTERN[LANTERN.index("**Example request**") : LANTERN.index("## Response")], "\n"),
        *("PUT /", ("request", (), ())),
    ),
    "table-number-twice": ("**Table 2**", "**Table 1**", "**Table 1** Query", ("1", (), ())),
    "table-missing": ("see Table 40", "see Table 99", "see Table 99", ("99", (), ("99",))),
    "kind-of-table": ("see Table 40", "see Table 50", "see Table 50", ("50", ("Beacon",), ("Lantern",))),
    "kind-of-example": (
        '"kind": "Lantern"',
        '"kind": "Beacon"',
        '"kind": "Beacon"',
        ("kind", ("Beacon",), ("lanterns",)),
    ),
    "api-version-of-example": (
        *('"apiVersion": "lights.example/v2"', '"apiVersion": "lights.example/v1"', 'v1"'),
        ("apiVersion", ("lights.example/v1",), ("lights.example/v2",)),
    ),
    "self-link-of-example": (
        *("pier/lanterns/red", "pier/lanterns/green", "lanterns/green"),
        (
            "metadata.selfLink",
            ("/apis/lights.example/v2/namespaces/pier/lanterns/green",),
            ("/apis/lights.example/v2/namespaces/pier/lanterns/red",),
        ),
    ),
    "status-of-example": ("Status code: 200", "Status code: 202", "{", ("202", ("202",), ("200", "400", "401"))),
    "capitals-of-keys": (
        *('"labels": {"side": "port"}', '"labels": {"Colour": "red"}', '"colour": "Red",'),
        ("spec.colour", ("colour",), ("Colour",)),
    ),
    "type-between-examples": (
        *('"colour": "Red"\n', '"colour": "Red",\n        "dimAfterSeconds": "30"\n', '"dimAfterSeconds": "30"'),
        ("spec.dimAfterSeconds", ("string",), ("integer",)),
    ),
    "replaceable-unknown": (
        "- spec.dimAfterSeconds",
        "- spec.flagged",
        "- spec.fl",
        ("spec.flagged", ("flagged",), ()),
    ),
    "field-spelled-otherwise": (
        *("- spec.dimAfterSeconds", "- spec.dimAfterSecond", "- spec.dim"),
        ("spec.dimAfterSecond", ("dimAfterSecond",), ("dimAfterSeconds",)),
    ),
    "field-not-in-table": (
        *('{"length": 3}', '{"length": 3, "wax": true}', '"wax"'),
        ("spec.wicks[*].wax", ("wax",), ("Wick",)),
    ),
    "mandatory-not-shown": (
        *('        "colour": "Red",\n', "", '"spec": {'),
        ("spec.colour", (), ("colour",)),
    ),
    "type-of-example": (
        *('[{"length": 3}]', '[{"length": "3"}]', '"3"'),
        ("spec.wicks[*].length", ("string",), ("integer",)),
    ),
    "value-of-example": (
        *('"colour": "Red",', '"colour": "Blue",', "Blue"),
        ("spec.colour", ("Blue",), ("Red", "Green")),
    ),
    "object-of-answer": (
        *(
            '"name": "red",\n        "namespace": "pier",\n        "selfLink"',
            '"name": "red",\n        "namespace": "bow",\n        "selfLink"',
        ),
        *('"bow"', ("metadata.namespace", ('"bow"',), ('"pier"',))),
    ),
    "answer-of-request": (
        *('"colour": "Red"\n', '"colour": "Green"\n', '"Green"'),
        ("spec.colour", ('"Green"',), ('"Red"',)),
    ),
    "phrase-of-status": ("|400|Bad request|", "|400|Not found|", "|400|", ("400", ("Not found",), ("404",))),
    "kind-of-function": (
        *("The following fields", "It replaces a specified Beacon. The following fields", "Beacon"),
        ("", ("Beacon",), ("Lantern",)),
    ),
    "replaceable-denied": (
        *("- spec.dimAfterSeconds", "- spec.dimAfterSeconds\n\nspec.dimAfterSeconds cannot be replaced.", "cannot"),
        ("spec.dimAfterSeconds", (), ()),
    ),
    "row-contradicts": (
        *("|pretty|No|String|Layout.|", "|pretty|No|String|Mandatory. Layout.|", "|pretty|"),
        ("pretty", (), ("a description that does not say otherwise than its column, by which 'pretty' is optional",)),
    ),
    "not-understood": ("|400|Bad request|", "|4xx|Bad request|", "4xx", ("", ("4xx",), ("an HTTP status",))),
}


def test_pages_without_a_fault() -> None:
    assert items(LANTERN) == items(READING) == items(UPDATING) == []
    assert items(LANTERN, READING, UPDATING) == []


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_on_a_page(kind: str) -> None:
    old, new, at, (subject, found, expected) = FAULTS[kind]
    assert old in LANTERN
    page = LANTERN.replace(old, new, 1)
    found_items = [one for one in items(page) if one.kind == kind]
    assert [(one.subject, one.found, one.expected) for one in found_items] == [(subject, found, expected)]
    if at:
        line = page.splitlines()[found_items[0].place.line - 1]
        assert at in line
    assert found_items[0].place.page == "page.md"


def between(*texts: str) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    return [(one.kind, one.subject, one.found, one.expected) for one in items(*texts)]


def test_pages_of_one_resource_that_disagree() -> None:
    assert between(LANTERN, READING.replace("2024-02-29", "2024-03-01")) == [
        ("dates-between-pages", "", ("2024-02-29",), ("2024-03-01",))
    ]
    assert between(
        LANTERN,
        READING.replace("|401|Unauthorized|", "|404|Not there|").replace("{name}", "{id}").replace("|name|", "|id|"),
    ) == [
        ("path-between-pages", "", (f"{PATH}/{{id}}",), (f"{PATH}/{{name}}",)),
        ("statuses-between-pages", "", ("200", "400", "404"), ("401",)),
        ("statuses-between-pages", "", ("200", "400", "401"), ("404",)),
    ]
    other = READING.replace("|pretty|No|String|", "|pretty|Yes|Integer|")
    assert between(LANTERN, other) == [
        ("parameters-between-pages", "pretty", ("Integer",), ("String",)),
        ("parameters-between-pages", "pretty", ("mandatory",), ("optional",)),
    ]
    assert between(LANTERN, LANTERN.replace("|pretty|", "|layout|")) == [
        ("parameter-between-pages", "pretty", (), ("pretty",)),
        ("parameter-between-pages", "layout", (), ("layout",)),
    ]
    assert between(LANTERN, UPDATING.replace("- metadata.labels\n", "- metadata.name\n")) == [
        ("fields-between-pages", "metadata.labels", (), ("metadata.labels",)),
        ("fields-between-pages", "metadata.name", ("metadata.name",), ()),
    ]
    assert between(LANTERN, READING.replace("/v2", "/v1")) == [
        ("api-version-between-pages", "", ("lights.example/v1",), ("lights.example/v2",))
    ]
    assert between(LANTERN, READING.replace('"colour": "Red"', '"colour": 3')) == [
        ("type-between-examples", "spec.colour", ("integer",), ("string",))
    ]


PATH = "/apis/lights.example/v2/namespaces/{namespace}/lanterns"


def test_pages_of_other_resources_need_not_agree() -> None:
    other = LANTERN.replace("antern", "amp").replace("2024", "2020").replace("|401|Unauthorized|", "|403|No|")
    assert items(
        LANTERN, other, structures=TABLES + "\n" + TABLES.replace("antern", "amp").replace("Table 4", "Table 14")
    ) == [Item(Place("page-2.md", 33), "kind-of-table", "40", ("Lantern",), ("Lamp",), Place("tables.md", 1))]


def test_two_spellings_in_table_and_example() -> None:
    """A table's own spelling is told for each way to see it, and is not told again as a mandatory field."""
    told = items(LANTERN, structures=TABLES.replace("|dimAfterSeconds|No|", "|AfterSeconds|Yes|"))
    assert {(one.kind, one.found, one.expected) for one in told} == {
        ("field-spelled-otherwise", ("dimAfterSeconds",), ("AfterSeconds",)),
        ("mandatory-not-shown", (), ("AfterSeconds",)),
    }


@pytest.mark.parametrize(
    ("name", "others", "meant"),
    [
        ("activeDeadlineSeconds", ["activeDeadlineSecond", "backoffLimit"], "activeDeadlineSecond"),
        ("pytorchReplicaSpecs", ["ReplicaSpecs", "tfReplicaSpecs"], "ReplicaSpecs"),
        ("Ps", ["PS", "Worker"], "PS"),
        ("hostname", ["name"], None),
        ("limits", ["requests"], None),
        ("name", ["name"], None),
    ],
)
def test_a_name_that_is_likely_the_same(name: str, others: list[str], meant: str | None) -> None:
    assert near(name, others) == meant


@given(api=apis())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_same_is_found_in_every_format(api: Api) -> None:
    found = set()
    for suffix, write in FORMATS.values():
        document = parse_document(write(list(pieces(api))).encode(), suffix)
        result = review([Page("page", document)])
        lines = [one.place.line for one in result.items]
        assert lines == sorted(lines)
        assert json.loads(as_json(result))["items"] == [] or text(result).count("\n") == len(lines) + 1
        found.add(tuple(sorted((one.kind, one.subject, one.found, one.expected) for one in result.items)))
    assert len(found) == 1


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "Red", "Status", "LanternList", "a/b.c"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "apiVersion", "metadata", "name", "spec", "wicks", "code"]), inner)
    ),
    max_leaves=8,
)


@given(value=_VALUES, method=st.sampled_from(["PUT", "PATCH", "GET", "POST", "DELETE"]))
@settings(max_examples=100, deadline=None)
def test_any_example_can_be_reviewed(value: object, method: str) -> None:
    start, end = LANTERN.index('{\n    "apiVersion"'), LANTERN.index("```\n\n## Response")
    page = f"{LANTERN[:start]}{json.dumps(value)}\n{LANTERN[end:]}".replace("PUT /", f"{method} /")
    assert all(sentence(one) for one in items(page, LANTERN))


@pytest.mark.parametrize(
    ("description", "found", "expected"),
    [
        ("Value range: 1 to 20.", ("30",), ("maximum 20",)),
        ("One of 10, 20.", ("30",), ("one of 10, 20",)),
        ("Value range: 1 to 60.", (), ()),
    ],
)
def test_a_value_that_its_row_forbids(description: str, found: tuple[str, ...], expected: tuple[str, ...]) -> None:
    told = items(LANTERN, structures=TABLES.replace("When it dims.", description))
    wanted = [("bounds-of-example", "spec.dimAfterSeconds", found, expected)] if found else []
    assert [(one.kind, one.subject, one.found, one.expected) for one in told] == wanted


def test_a_field_that_can_be_changed_and_is_read_only() -> None:
    told = items(LANTERN, structures=TABLES.replace("When it dims.", "Read-only."))
    assert [(one.kind, one.subject) for one in told] == [("replaceable-read-only", "spec.dimAfterSeconds")]
    assert told[0].elsewhere == Place("tables.md", 24)


def test_a_reading_changes_nothing() -> None:
    told = items(LANTERN.replace("Replacing", "Reading").replace("PUT /", "GET /"))
    assert [(one.kind, one.subject) for one in told] == [
        ("fields-of-method", "metadata.labels"),
        ("fields-of-method", "spec.dimAfterSeconds"),
        ("body-of-method", ""),
    ]


def test_a_table_of_a_body_is_not_called_after_a_kind() -> None:
    body = TABLES[: TABLES.index("**Table 41**")].replace("Lantern lights_v2 data structure", "Request body parameters")
    own = LANTERN.replace("**Example request**", f"{body}\n**Example request**")
    own = own.replace("**Example response**", "For the answer, see Table 40.\n\n**Example response**")
    assert [one.kind for one in items(own, structures=TABLES[TABLES.index("**Table 41**") :])] == []


def test_a_type_that_no_table_describes() -> None:
    told = items(LANTERN, structures=TABLES.replace("Array of Wick ", "Array of Candle "))
    assert [(one.kind, one.subject, one.expected) for one in told] == [
        ("type-without-table", "spec.wicks", ("Candle",))
    ]


def test_what_stands_for_a_list() -> None:
    """One object, or a map to objects: that is told, and what is in it is compared all the same."""
    for shown, subject in (
        ('{"length": "3"}', "spec.wicks.length"),
        ('{"a": {"length": "3"}}', "spec.wicks[*].length"),
    ):
        told = items(LANTERN.replace('[{"length": 3}]', shown))
        assert [(one.kind, one.subject, one.found, one.expected) for one in told] == [
            ("type-of-example", "spec.wicks", ("object",), ("array",)),
            ("type-of-example", subject, ("string",), ("integer",)),
        ]


def test_keys_of_a_map_that_a_table_lists_are_compared_and_others_may_be_there() -> None:
    tables = TABLES.replace("|length|No|Integer|In inches.|", "|length|No|Integer|In inches.|\n|a.b/c|No|String|Key.|")
    assert items(LANTERN.replace('{"length": 3}', '{"lengths": 3, "a.b/c": "d"}'), structures=tables) == []
    (one,) = items(LANTERN.replace('{"length": 3}', '{"a.b/c": 4}'), structures=tables)
    assert (one.kind, one.found, one.expected) == ("type-of-example", ("integer",), ("string",))


def test_without_the_tables_only_that_is_told() -> None:
    page = LANTERN.replace("- spec.dimAfterSeconds", "- spec.flagged")
    assert [one.kind for one in items(page, structures=None)] == ["table-missing"]
    told = items(page.replace("see Table 40", "see below"), structures=None)
    assert [(one.kind, one.subject) for one in told] == [("replaceable-unknown", "spec.flagged")]


def test_every_kind_has_a_test_and_words() -> None:
    told = {one.kind for one in [*items(LANTERN, READING.replace("2024", "2025"))]}
    others = {"type-without-table", *OF_ROWS, *OF_METHODS, *told, *(f"{what}-between-pages" for what in BETWEEN)}
    assert set(KINDS) == {*FAULTS, *others}
    for kind in KINDS:
        assert "{" not in sentence(Item(Place("a", 1), kind, "x", ("y",), ("z",)))


def test_the_documentation_lists_every_kind() -> None:
    text = (Path(__file__).parents[4] / "docs/derive.md").read_text(encoding="utf-8")
    rows = [f"| `{name}` | {kind.level} | {kind.about} |" for name, kind in KINDS.items()]
    assert [line for line in text.splitlines() if line.startswith("| `")] == rows


OF_ROWS = ("bounds-of-example", "replaceable-read-only")
OF_METHODS = ("body-of-method", "fields-of-method")
BETWEEN = ("api-version", "dates", "fields", "parameter", "parameters", "path", "statuses")


@pytest.mark.parametrize(("shown", "lacks"), [('{"dim": 1}', False), ('{"hue": 1}', True), ("null", False)])
def test_a_mandatory_field_that_a_row_names_by_its_path(shown: str, lacks: bool) -> None:
    rows = "| Field | Required | Type |\n|--|--|--|\n| spec.dim | Yes | Integer |\n| spec.hue | No | Integer |"
    example = f'```json\n{{"kind": "Lantern", "spec": {shown}}}\n```'
    text = (
        f"# URI\n\nPUT /api/v1/lanterns/{{name}}\n\n# Request\n\n## Body\n\n{rows}\n\n## Request example\n\n{example}\n"
    )
    found = items(text, structures=None)
    assert ("mandatory-not-shown" in {one.kind for one in found}) == lacks
