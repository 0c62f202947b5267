"""The statuses that pages name in sentences, lists, lines and cells."""

import pytest

from contracts.spec.page.model import Document
from contracts.spec.page.reader import parse_document

TOP = "# Replacing a Lamp\n\nPUT /apis/lights.example/v1/namespaces/{namespace}/lamps/{name}\n\n"


def parse(page: str, suffix: str = ".md") -> Document:
    return parse_document((TOP + page + "\n").encode(), suffix)


def statuses(document: Document) -> list[tuple[int, str]]:
    return [(one.code, one.reason) for one in document.statuses]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("## Response\n\nIf it glows, `200 OK` with the lamp; else 409 Conflict.", [(200, "OK"), (409, "Conflict")]),
        ("## Response\n\nHTTP/1.1 200 OK", [(200, "OK")]),
        ('## Response\n\n```\nHTTP/1.1 200 OK\n\n{"kind": "Lamp"}\n```', [(200, "OK")]),
        ("## Status codes\n\nWithout a switch 404 Not Found.", [(404, "Not Found")]),
        (
            "## Status codes\n\n- Bright: 200\n- Dark: 400 Bad Request, 404",
            [(200, "Bright"), (400, "Dark"), (404, "Dark")],
        ),
    ],
)
def test_statuses_in_sentences_and_labelled_lists(page: str, found: list[tuple[int, str]]) -> None:
    document = parse(page)
    assert (statuses(document), document.obstacles) == (found, ())


def test_a_number_in_a_sentence_with_statuses_is_told() -> None:
    document = parse("## Response\n\nIf it glows, 200 OK. Without a switch 404.")
    assert (statuses(document), [one.line for one in document.obstacles]) == ([(200, "OK")], [7])


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("Bright\n\n200\n\nDark\n\n404", [(200, "Bright"), (404, "Dark")]),
        ("Bright\n\n200\n\nDark\n\n400, 404", [(200, "Bright"), (400, ""), (404, "")]),
        ("200\n\nBright\n\n404\n\nDark", [(200, "Bright"), (404, "Dark")]),
    ],
)
def test_the_reason_above_or_below_a_status_on_a_line_of_its_own(lines: str, found: list[tuple[int, str]]) -> None:
    assert statuses(parse(f"Status Code\n\n{lines}", ".txt")) == found


def test_ranges_and_defaults_in_a_list_are_told() -> None:
    document = parse("## Response codes\n\n- `200`: bright\n- 4xx: dark\n- `default`: any")
    assert (statuses(document), [one.line for one in document.obstacles]) == ([(200, "bright")], [8, 9])


def test_a_status_whose_cell_reaches_over_two_rows_is_one() -> None:
    rows = "<tr><td rowspan=2>200</td><td>Bright</td></tr>\n<tr><td>Lamp</td></tr>\n<tr><td>404</td><td>Dark</td></tr>"
    table = f"<table><tr><th>Status Code</th><th>Description</th></tr>\n{rows}</table>"
    document = parse(f"## Status codes\n\n{table}")
    assert (statuses(document), document.obstacles) == ([(200, "Bright"), (404, "Dark")], ())
