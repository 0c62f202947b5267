"""What changed between two derived specifications: each fact, and nothing where nothing changed."""

from __future__ import annotations

import pytest

from contracts.spec.change_words import WORDS, sentence, where
from contracts.spec.changes import Change, changes
from contracts.spec.page.reader import parse_document
from contracts.spec.page.to_openapi import derive
from tests.unit.spec.review.pages import LANTERN

# By what is replaced on the page: what is said of it, each with its lines.
CASES: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("# Replacing a Lantern", "# Replacing a Lamp"): [
        ("the title was Replacing a Lantern, and is Replacing a Lamp", ""),
    ],
    ("2024-02-29", "2024-03-01"): [("the date was 2024-02-29, and is 2024-03-01", "")],
    ("Updated on 2024-02-29", "\n"): [("the date 2024-02-29 disappeared", "")],
    ("The following fields can be replaced:", "This API is deprecated. The following fields can be replaced:"): [
        ("the operation became deprecated", ""),
    ],
    ("|String|Layout.|", "|String|Deprecated. Layout.|"): [
        ("the parameter pretty (query) was optional, and is deprecated optional", "line 27"),
    ],
    ("- spec.dimAfterSeconds", "- spec.wicks"): [
        ("spec.dimAfterSeconds became immutable", "line 10 before"),
        ("spec.wicks became replaceable", "line 10"),
    ],
    ("|400|Bad request|", "|409|Conflict|"): [
        ("the status 400 (Bad request) disappeared", "line 81 before"),
        ("the status 409 (Conflict) appeared", "line 81"),
    ],
    ("Bad request", "Not valid"): [("the reason of status 400 was Bad request, and is Not valid", "line 81")],
    ("|pretty|No|", "|pretty|Yes|"): [
        ("the parameter pretty (query) was optional, and is mandatory", "line 27"),
    ],
    ("|pretty|", "|layout|"): [
        ("the optional parameter pretty (query) disappeared", "line 27 before"),
        ("the optional parameter layout (query) appeared", "line 27"),
    ],
    ("/lanterns/", "/lights/"): [
        ("the path was " + PATH + "/lanterns/{name}, and is " + PATH + "/lights/{name}", "line 14")
        for PATH in ["/apis/lights.example/v2/namespaces/{namespace}"]
    ],
    ("PUT /", "PATCH /"): [
        (
            "the operation PUT /apis/lights.example/v2/namespaces/{namespace}/lanterns/{name} disappeared",
            "line 14 before",
        ),
        ("the operation PATCH /apis/lights.example/v2/namespaces/{namespace}/lanterns/{name} appeared", "line 14"),
    ],
    ('"length": 3', '"length": 4'): [
        ("in the example of the request spec.wicks[0].length was 3, and is 4", "lines 39-52"),
    ],
    ('"dimAfterSeconds": 30,', '"dimAfterSeconds": 30, "flame": true,'): [
        ("the example of the request shows spec.flame, true", "lines 39-52"),
    ],
    ("For the fields, see Table 40.", "All fields."): [
        ("a sentence disappeared", "line 33 before"),
        ("a sentence appeared", "line 33"),
    ],
    ("|String|Layout.|", "|String|Layout. Default: wide.|"): [
        (
            'the values of the parameter pretty (query) were {"type": "string"}, '
            'and are {"default": "wide", "type": "string"}',
            "line 27",
        ),
    ],
    ("|String|Layout.|", "|String|Its layout.|"): [
        ("a row of a table disappeared", "line 27 before"),
        ("a row of a table appeared", "line 27"),
    ],
    ("# Replacing a Lantern\n", "# Replacing a Lantern\n\n- Note\n"): [("an item of a list appeared", "line 3")],
    ("|400|Bad request|\n|401|Unauthorized|", "|401|Unauthorized|\n|400|Bad request|"): [
        ("the file is another one, but says the same", "")
    ],
    ("## Status Code\n", "\n## Status Code\n"): [("the file is another one, but says the same", "")],
}


def spec(text: str) -> dict[str, object]:
    return derive(parse_document(text.encode(), ".md"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[1].strip())
def test_what_changed(case: tuple[str, str]) -> None:
    old, new = case
    assert old in LANTERN
    found = changes(spec(LANTERN), spec(LANTERN.replace(old, new, 1)))
    assert [(sentence(one), where(one)) for one in found] == CASES[case]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("For the fields,", "Mind the flame. For the fields,", [("a sentence appeared", "line 33")]),
        ("# Replacing a Lantern\n", "# Replacing a Lantern\n\n- Note\n", [("an item of a list appeared", "line 3")]),
        ("## Status Code\n", "\n## Status Code\n", []),
    ],
)
def test_a_new_date_hides_no_other_change(old: str, new: str, told: list[tuple[str, str]]) -> None:
    assert old in LANTERN
    other = LANTERN.replace(old, new, 1).replace("2024-02-29", "2024-03-01")
    found = changes(spec(LANTERN), spec(other))
    assert [(sentence(one), where(one)) for one in found] == [
        ("the date was 2024-02-29, and is 2024-03-01", ""),
        *told,
    ]


def test_a_change_at_the_end_of_long_values_is_told() -> None:
    names = [f"Colour{number}" for number in range(20)]
    before, after = (
        spec(LANTERN.replace("|String|Layout.|", f"|String|One of {', '.join(listed)}.|"))
        for listed in (names, [*names, "Teal"])
    )
    (one,) = changes(before, after)
    assert one.kind == "values"
    assert '"Teal"' in sentence(one)
    assert len(sentence(one)) < 400
    for side, listed in ((before, names), (after, [*names, "Teal"])):
        side["components"]["schemas"]["Lantern"]["properties"]["spec"]["properties"]["colour"]["enum"] = listed  # type: ignore[index]
    told = [one for one in changes(before, after) if one.kind == "schema"]
    assert [one.subject for one in told] == ["spec.colour"]
    assert '"Teal"' in sentence(told[0])


def test_nothing_changed() -> None:
    assert changes(spec(LANTERN), spec(LANTERN)) == ()


def test_what_came_is_gone_the_other_way_round() -> None:
    other = LANTERN.replace("- spec.dimAfterSeconds\n", "").replace("|401|Unauthorized|\n", "")
    there, back = changes(spec(LANTERN), spec(other)), changes(spec(other), spec(LANTERN))
    assert (
        [(one.kind, one.subject) for one in there]
        == [(one.kind, one.subject) for one in back]
        == [
            ("replaceable", "spec.dimAfterSeconds"),
            ("status", "401"),
        ]
    )
    assert [one.is_gone for one in there] == [True, True]
    assert [one.is_gone for one in back] == [False, False]


def test_what_tables_say_is_compared_where_both_have_it() -> None:
    before, after = spec(LANTERN), spec(LANTERN)
    after["components"]["schemas"]["Lantern"]["properties"]["spec"]["properties"]["colour"]["enum"] = ["Red"]  # type: ignore[index]
    (one,) = changes(before, after)
    assert (one.kind, one.subject) == ("schema", "spec.colour")
    assert '"enum": ["Red"]' in sentence(one)
    after["info"]["x-structures"] = [{"page": "tables.md"}]  # type: ignore[index]
    assert changes(before, after) == ()


COLUMNS = "|Parameter|Mandatory|Type|Description|\n|--|--|--|--|\n"
OWN_TABLES = (
    f"**Table 3** Request body parameters\n\n{COLUMNS}|spec|Yes|LanternSpec object|-|\n\n"
    f"**Table 4** LanternSpec\n\n{COLUMNS}|colour|Yes|String|-|\n|dimAfterSeconds|No|Integer|-|\n"
    "|wicks|No|Array of objects|-|\n|oil|No|Oil object|-|\n\n"
    f"**Table 5** Oil\n\n{COLUMNS}|price|No|Integer|-|\n\n"
)
OWN = LANTERN.replace("**Example request**", f"{OWN_TABLES}**Example request**")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "|oil|",
            "|wax|No|Integer|At most 9|\n|oil|",
            [('the field spec.wax appeared: {"maximum": 9, "type": "integer"}', "line 48")],
        ),
        ("|oil|No|Oil object|-|\n", "", [("the field spec.oil disappeared", "line 48 before")]),
        (
            "|price|No|",
            "|price|Yes|",
            [
                (
                    'price was described as {"type": "integer"}, and is as {"mandatory": true, "type": "integer"}',
                    "line 54",
                )
            ],
        ),
        (
            "**Table 5** Oil",
            "**Table 6** Oil",
            [("the caption of a table disappeared", "line 50 before"), ("the caption of a table appeared", "line 50")],
        ),
        (
            "|dimAfterSeconds|No|Integer|-|",
            "|dimAfterSeconds|No|Boolean|-|",
            [("a row of a table disappeared", "line 46 before"), ("a row of a table appeared", "line 46")],
        ),
    ],
)
def test_what_changed_in_a_table_of_the_page(old: str, new: str, told: list[tuple[str, str]]) -> None:
    assert old in OWN
    assert [(sentence(one), where(one)) for one in changes(spec(OWN), spec(OWN.replace(old, new, 1)))] == told


def test_every_kind_has_words() -> None:
    made = {one.kind for old, new in CASES for one in changes(spec(LANTERN), spec(LANTERN.replace(old, new, 1)))}
    assert made <= set(WORDS)
    for kind, forms in WORDS.items():
        told = [sentence(Change(kind, "x", *ends)) for ends, form in zip(ENDS, forms, strict=True) if form]
        assert told
        assert not any("{" in one or "absent" in one for one in told)


MISSING_FIRST = Change("file").before
ENDS = [(MISSING_FIRST, "new"), ("old", MISSING_FIRST), ("old", "new")]
