"""What stands in a part of the page that is understood, in a form that is not, is told with its line."""

import pytest

from contracts.spec.page.reader import parse_document

TOP = "# Replacing a Lamp\n\nPUT /apis/lights.example/v1/namespaces/{namespace}/lamps/{name}\n\n"


def told(page: str) -> list[tuple[int, str]]:
    obstacles = parse_document((TOP + page + "\n").encode(), ".md").obstacles
    return [(one.line, one.expected) for one in obstacles]


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        ("## Query parameters\n\nThe lamp glows if wished.", "query parameters"),
        ("## Path parameters\n\nThe name is that of the lamp.", "path parameters"),
        ("## Query parameters\n\n### glow\n\nHow it glows.", "query parameters"),
        ("## Request\n\nA lamp and whatever shines.", "the request"),
        ("## Response\n\nThe lamp as it shines now.", "the response"),
        ("## Status codes\n\nAs they are everywhere.", "the statuses"),
    ],
)
def test_a_part_of_which_nothing_is_read_is_told(page: str, wanted: str) -> None:
    (line, expected), *more = told(page)
    assert line == 7
    assert wanted in expected
    assert more == []


@pytest.mark.parametrize(
    "page",
    [
        "## Query parameters\n\nNone.",
        "## Query parameters\n\nOf the query: none",
        "## Query parameters\n\nN/A\n\n## Request\n\n无\n\n## Response\n\nThere is no body.",
        "## Request\n\n该接口无请求体。",
        '## Request\n\n### Query parameters\n\nNone\n\n### Body\n\n```\n{"kind": "Lamp"}\n```',
        "## Response\n\nThe lamp.\n\n200: OK",
    ],
)
def test_a_part_that_says_that_there_is_nothing_or_that_is_read_is_not_told(page: str) -> None:
    assert told(page) == []


@pytest.mark.parametrize("words", ["Some hints:", "Lamps love these fields.", "## Hints"])
def test_a_list_of_fields_of_which_nothing_says_what_they_are_is_told(words: str) -> None:
    ((line, expected),) = told(f"{words}\n\n- spec.glow\n- `metadata.labels`")
    assert (line, "whether these fields can be replaced" in expected) == (7, True)


@pytest.mark.parametrize(
    "words",
    [
        "These fields cannot be changed:\n\n- spec.glow",
        "Only spec.dim can be replaced.\n\nThe other fields are immutable:\n\n- spec.glow",
        "Only spec.dim can be replaced.\n\nThese are set by the lamp:\n\n- spec.glow",
        "Some hosts:\n\n- lamps.example\n- lights.example",
        "Some notes:\n\n- spec.glow makes it glow",
    ],
)
def test_other_lists_are_not_told(words: str) -> None:
    assert told(words) == []


@pytest.mark.parametrize(
    "words", ["Copyright 2024 Lights Ltd.", "© 2024 Lights", "版权所有 灯", "Lights. All rights reserved."]
)
def test_who_owns_the_page_is_no_part_of_it(words: str) -> None:
    assert told(f"## Status codes\n\n{words}") == []


@pytest.mark.parametrize(
    ("page", "line"),
    [
        ("If it glows already, the operation returns 409.", 5),
        ("Usual response codes: 200, 201", 5),
        ("## Faults\n\nTOO_BRIGHT. HTTP status code: 422", 7),
        ("- A lamp that is lost: 404 Not Found", 5),
        ("```\nHTTP/1.1 204\n```", 6),
        ("## Status codes\n\n- 200 OK\n\n## Hints\n\nTwo at once are answered with 409.", 11),
    ],
)
def test_a_status_that_a_sentence_elsewhere_names_is_told(page: str, line: int) -> None:
    assert told(page) == [(line, "the statuses in a list or a table")]


@pytest.mark.parametrize(
    "page",
    [
        "The status says how bright it is, such as 150.",
        "It never returns 404.",
        "It has an exit code of 137.",
        "## Hints\n\nTwo at once are answered with 409.\n\n## Status codes\n\n- 409 Conflict",
    ],
)
def test_other_numbers_and_statuses_that_are_listed_are_not_told(page: str) -> None:
    assert told(page) == []


@pytest.mark.parametrize("heading", ["URI Request Parameters", "Common parameters", "灯的参数"])
def test_parameters_below_a_heading_that_does_not_say_which_are_told(heading: str) -> None:
    expected = [(7, "the parameters in a list or a table")]
    assert told(f"## {heading}\n\n**glow**\nWhether it glows.\nRequired: No") == expected
    assert told(f"## {heading}\n\nNone.") == []


COMPONENT = "text, not a component of the site"


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ('<ParamField query="glow" type="boolean">\n  Glows.\n</ParamField>', [5]),
        ('Before it.\n<Item name="glow">Glows.</Item>', [6]),
        ('<Param\n  in="query"\n  name="glow"\n/>', [5]),
        ('<Tabs>\n<TabItem value="a" label="Lamp">\n\nA lamp.\n\n</TabItem>\n</Tabs>', []),
        ('```\n<Param name="glow"/>\n```', []),
        ('Write `<Param name="glow"/>` for it.', []),
    ],
)
def test_a_component_that_says_in_attributes_what_no_text_says_is_told(page: str, lines: list[int]) -> None:
    assert [line for line, expected in told(page) if expected == COMPONENT] == lines


@pytest.mark.parametrize(
    ("path", "unmarked"),
    [
        ("/api/v1/namespaces/namespace/lamps/a", True),
        ("/api/v1/lamps/name", True),
        ("/api/v1/lamps/lampName", True),
        ("/api/v1/lamps/a", False),
        ("/api/v1/lamps/valid", False),
        ("/api/v1/namespaces/{namespace}/lamps/{name}", False),
    ],
)
def test_a_path_whose_parameters_have_no_mark_is_told(path: str, unmarked: bool) -> None:
    obstacles = parse_document(f"# Replacing a Lamp\n\nPUT {path}\n".encode(), ".md").obstacles
    expected = [(3, "a path that marks its parameters, as in {name}")] if unmarked else []
    assert [(one.line, one.expected) for one in obstacles] == expected


def test_a_file_of_components_is_markdown() -> None:
    page = "---\ntitle: Replacing a Lamp\n---\n\n## URI\n\nPUT /api/v1/lamps/{name}\n\n## Status codes\n\n- 200 OK\n"
    document = parse_document(page.encode(), ".mdx")
    assert (document.title, [one.code for one in document.statuses]) == ("Replacing a Lamp", [200])


def test_an_answer_whose_status_is_its_heading_is_read() -> None:
    assert told("## Responses\n\n### 200\n\nThe lamp shines now.") == []


@pytest.mark.parametrize(
    "words",
    [
        "A patch can set:\n\n- `spec.dim`\n- `spec.hue` (of the bulb)",
        "A patch can set:\n\nspec.dim\n\nspec.hue",
        "Hints.\n\nUsers are free to overwrite dim and hue below spec.",
    ],
)
def test_fields_of_which_nothing_is_read_are_told(words: str) -> None:
    assert told(words) == [(7, "a sentence that says whether these fields can be replaced")]


@pytest.mark.parametrize(
    ("words", "is_told"),
    [
        ("Of a lamp spec.dim can be changed.", True),
        ("200: spec.dim can be changed.", False),
        ("The lamp shines.", False),
    ],
)
def test_fields_in_a_sentence_with_the_answers_are_told(words: str, is_told: bool) -> None:
    page = f"# URI\n\nPUT /api/v1/lamps/{{name}}\n\n# Response\n\n- 200 OK\n\n{words}\n"
    assert ("the fields that can be replaced before the answers" in dict(told(page)).values()) == is_told


def test_statuses_below_words_that_are_not_known_are_told_where_none_is_listed() -> None:
    page = "# What comes back\n\n200 - a lamp"
    assert told(page) == [(7, "the statuses in a list or a table")]
    assert told(page.replace("200 - a", "200 of the")) == []


def test_fields_in_a_table_about_the_operation() -> None:
    rows = "| Method | PUT |\n|--|--|\n| URL | /api/v1/lamps/{name} |\n| Mutable fields | spec.dim |"
    rows += "\n| Immutable fields | spec.hue |"
    document = parse_document(f"# Lamp\n\n{rows}\n\n## Request\n\nN/A\n".encode(), ".md")
    assert [one.path for one in document.replaceable] == ["spec.dim"]


@pytest.mark.parametrize(
    "item", ["spec.dim (integer): how bright", "spec.dim: how bright, max 90", "spec.dim – one of Up and Down"]
)
def test_types_and_values_beside_a_field_are_told_where_no_table_describes_it(item: str) -> None:
    page = f"These fields can be replaced:\n\n- {item}\n- spec.hue: its colour"
    assert told(page) == [(7, "the type and the values of a field in a table")]
    table = "\n\n## Request body\n\n| Parameter | Type |\n|--|--|\n| spec.dim | Integer |"
    assert told(page + table) == []
