"""How pages write method and path, and pages about several operations."""

import pytest

from contracts.spec.page.model import Document, DocumentError
from contracts.spec.page.reader import parse_document
from contracts.spec.page.to_openapi import derive

PATH = "/apis/lights.example/v1/namespaces/{namespace}/lamps/{name}"


def parse(text: str, suffix: str = ".md") -> Document:
    return parse_document(text.encode(), suffix)


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".md", f"## URI\n\nPUT{PATH}"),
        (".md", f"## URI\n\n[PUT] {PATH}"),
        (".md", f"## URI\n\nThe address is PUT {PATH}."),
        (".md", f"## URI\n\nPUT {PATH.replace('/{namespace}', '/ {namespace}')}"),
        (".txt", f"URI\n\nPUT {PATH.replace('lamps', chr(10) + 'lamps')}"),
        (".txt", f"URI\n\nPUT {PATH.replace('/lamps', chr(10) + '/lamps')}"),
        (".txt", f"URI\n\nPUT {PATH.replace('space}', chr(10) + 'space}')}"),
        (".txt", f"URI\n\nPUT {PATH.replace('mps', chr(10) + 'mps')}"),
        (".html", f"<h2>URI</h2><p>PUT {PATH.replace('lamps', chr(10) + '  lamps')}</p>"),
        (".html", f"<h2>Response</h2><h1>Lamp</h1><p><span>PUT</span><code>{PATH}</code></p>"),
        (".md", f"## Function\n\nSwaps it.\n\n```\ncurl -X PUT \\\n-d '{{}}' \\\n'https://a.example{PATH}'\n```"),
    ],
)
def test_forms_of_method_and_path(suffix: str, text: str) -> None:
    assert [(one.method, one.path) for one in parse(text + "\n", suffix).operations] == [("PUT", PATH)]


def test_a_command_with_all_names_filled_in_is_an_example() -> None:
    with pytest.raises(DocumentError, match="METHOD /path"):
        parse("## Function\n\nSwaps it.\n\n```\ncurl -X PUT https://a.example/apis/lights.example/v1/lamps/a\n```\n")


def test_another_path_in_the_next_line_is_no_rest_of_the_one_before() -> None:
    document = parse_document(
        f"URI\n\nPUT {PATH}\n{PATH}\nPUT /apis/lights.example/v1/lamps/{{name}}\n".encode(), ".txt"
    )
    assert [one.path for one in document.operations] == [PATH, "/apis/lights.example/v1/lamps/{name}"]


def test_a_path_that_ends_with_a_slash_is_told() -> None:
    document = parse("## URI\n\nPUT /apis/lights.example/v1/namespaces/\n\nand so on\n")
    assert [one.line for one in document.obstacles] == [3]


OF_ONE = (
    "## {method} a Lamp\n\n### HTTP request\n\n{method} {path}\n\n### Query parameters\n\n- {name}: string\n\n"
    "### Response\n\n{status}: OK\n\n"
)


def test_what_belongs_to_another_operation_is_left_out() -> None:
    parts = [("PUT", "glow", 200), ("PATCH", "force", 202), ("DELETE", "wait", 204)]
    text = "# Lamps\n\n" + "".join(
        OF_ONE.format(method=method, path=PATH, name=name, status=status) for method, name, status in parts
    )
    document = parse(text + "## Mutable fields\n\n- spec.dim\n")
    assert [one.name for one in document.parameters] == ["glow"]
    assert [one.code for one in document.statuses] == [200]
    assert [one.path for one in document.replaceable] == ["spec.dim"]
    assert [one.expected for one in document.obstacles] == ["one method, PUT, on the page"] * 2


def test_two_operations_below_one_heading_share_what_follows() -> None:
    shared = "## Query parameters\n\n- glow: string\n\n## Status codes\n\n- 200: OK"
    document = parse(f"## URI\n\nPUT {PATH}\n\nPATCH {PATH}\n\n{shared}\n")
    assert ([one.name for one in document.parameters], [one.code for one in document.statuses]) == (["glow"], [200])


def test_another_address_below_a_heading_without_a_level_ends_the_page() -> None:
    text = f"URI\n\nPUT {PATH}\n\nStatus Code\n\n200 OK\n\nURI\n\nPATCH {PATH}\n\nStatus Code\n\n202 OK\n"
    assert [one.code for one in parse(text, ".txt").statuses] == [200]


@pytest.mark.parametrize("written", ["[namespace]/lamps/[name]", "[namespace]/lamps/[name]?dim=[dim]"])
def test_parameters_in_square_brackets(written: str) -> None:
    document = parse(f"# Replacing a Lamp\n\n## URI\n\n```\nPUT /api/v1/namespaces/{written} HTTP/1.1\n```\n")
    assert document.path == "/api/v1/namespaces/{namespace}/lamps/{name}"


@pytest.mark.parametrize("method", ["HTTP method\n\n    PUT", "HTTP method: PUT", "**HTTP method**\n\n`PUT`"])
def test_the_method_below_the_path(method: str) -> None:
    tables = "Table 1. Global path parameters\n\n| Parameter | Type |\n|--|--|\n| name | string |\n\n"
    body = "Table 2. Body parameters\n\n| Parameter | Type |\n|--|--|\n| body | Lamp schema |\n"
    document = parse(f"# Lamp\n\n## API endpoints\n\n### /api/v1/lamps/{{name}}\n\n{tables}{method}\n\n{body}")
    assert [(one.method, one.path) for one in document.operations] == [("PUT", "/api/v1/lamps/{name}")]
    assert [(one.location, one.name) for one in document.parameters] == [("path", "name")]
    (operation,) = derive(document)["paths"].values()
    assert operation["put"]["requestBody"]["content"] == {
        "application/json": {"schema": {"$ref": "#/components/schemas/Lamp"}}
    }


def test_a_page_without_an_operation_is_refused_for_that() -> None:
    columns = "glow   integer   How it glows.\ndim    integer   How dim it is.\n"
    with pytest.raises(DocumentError, match="METHOD /path"):
        parse_document(f"Lamps\n\nRequest\n\n{columns}".encode(), ".txt")
