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
        (
            "## Status codes\n\n200 OK | 403 Forbidden | 404 Not Found",
            [(200, "OK"), (403, "Forbidden"), (404, "Not Found")],
        ),
        ("## Status codes\n\nHTTP 200 (OK), HTTP 403 (Forbidden)", [(200, "OK"), (403, "Forbidden")]),
        ("## Status codes\n\n200 OK, 403 Forbidden", [(200, "OK"), (403, "Forbidden")]),
        ("## Status codes\n\n- 200: bright; 403: not yours", [(200, "bright"), (403, "not yours")]),
        ("## Status codes\n\n- 400 too bright, 500 lamps", [(400, "too bright, 500 lamps")]),
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


def parse_text(page: str) -> Document:
    """The same as plain text."""
    return parse_document((TOP.removeprefix("# ") + page + "\n").encode(), ".txt")


def test_a_type_below_a_code_is_not_its_reason() -> None:
    rows = (
        "| Code | Description |\n|--|--|\n| 200<br>*Lamp* | OK |\n| 404 (Status) | Dark |\n| 409<br>Conflict | Taken |"
    )
    document = parse(f"## Response\n\n{rows}")
    assert statuses(document) == [(200, "OK"), (404, "Dark"), (409, "Conflict")]


@pytest.mark.parametrize("blanks", ["\t", " \t ", "\t\t"])
def test_codes_whose_other_cells_are_empty(blanks: str) -> None:
    header = "Status Code\tReason" + ("\tDescription" if blanks == "\t\t" else "")
    assert statuses(parse_text(f"Status Code\n\n{header}\n200{blanks}\n201{blanks}\n404{blanks}")) == [
        (200, ""),
        (201, ""),
        (404, ""),
    ]


def test_columns_side_by_side() -> None:
    header, rows = "Status Code\tDescription\tStatus Code\tDescription", "200\tBright\t401\tHidden\n201\tNew\t\t"
    document = parse_text(f"Status Code\n\n{header}\n{rows}")
    assert (statuses(document), document.obstacles) == ([(200, "Bright"), (401, "Hidden"), (201, "New")], ())


def test_codes_of_the_vendors_own_are_no_statuses_of_the_operation() -> None:
    own = "| Status code | Error code | Description |\n|--|--|--|\n| 500 | LAMP.1 | Broken |"
    document = parse(f"## Status code\n\n| Code | Reason |\n|--|--|\n| 200 | Bright |\n\n## Error codes\n\n{own}")
    assert (statuses(document), [one.line for one in document.obstacles]) == ([(200, "Bright")], [15])
    words = parse("## 状态码\n\n- 200: 亮\n\n## 错误码\n\n| 错误码 | 描述 |\n|--|--|\n| NoLamp | 无 |")
    assert (statuses(words), words.obstacles) == ([(200, "亮")], ())


@pytest.mark.parametrize(
    "note",
    [
        "NOTE: Before version 2, 404 was returned.",
        "Formerly 404 was returned.",
        "旧版本返回404。",
        "2.0版本之前返回404 Not Found。",
    ],
)
def test_a_status_that_is_returned_no_longer_is_told(note: str) -> None:
    document = parse_text(f"Status Code\n\n200 OK\n401 Unauthorized\n\n{note}")
    assert statuses(document) == [(200, "OK"), (401, "Unauthorized")]
    assert [one.line for one in document.obstacles] == [10]


@pytest.mark.parametrize("marks", ["", "• "])
def test_labels_above_a_status_and_above_a_table(marks: str) -> None:
    table = "返回值\n\n说明\n\n400 Bad Request\n\n看不懂。\n\n401 Unauthorized\n\n没有令牌。"
    document = parse_text(f"状态码\n\n{marks}正常\n\n200\n\n{marks}异常\n\n{table}")
    assert statuses(document) == [(200, "正常"), (400, "Bad Request"), (401, "Unauthorized")]


def test_a_status_with_a_part_of_its_own_is_listed() -> None:
    document = parse("## Response\n\nStatus code: 400 Dark\n\nAny.\n\n## Status codes\n\n- 200: OK")
    assert statuses(document) == [(400, "Dark"), (200, "OK")]


LAMP = '{\n  "kind": "Lamp",\n  "spec": {}\n}'


@pytest.mark.parametrize("heading", ["Responses", "Status codes"])
@pytest.mark.parametrize("cells", ["<td><p>OK</p><pre>{}</pre></td><td>None</td>", "<td>OK</td><td><pre>{}</pre></td>"])
def test_an_example_in_the_cell_of_a_status(cells: str, heading: str) -> None:
    rows = f"<tr><th>Code<th>Description<th>Sample</tr><tr><td>200</td>{cells.replace('{}', LAMP)}</tr>"
    page = f"<h1>Lamp</h1><p>PUT /api/v1/lamps/{{name}}</p><h2>{heading}</h2><table>{rows}</table>"
    document = parse_document(page.encode(), ".html")
    assert statuses(document) == [(200, "OK")]
    assert [(one.value, one.status) for one in document.responses] == [({"kind": "Lamp", "spec": {}}, 200)]
    assert document.obstacles == ()


def test_statuses_in_a_column_of_names() -> None:
    rows = "| Name | Type | Description |\n|--|--|--|\n| 200 OK | Lamp | Bright. |\n| Other codes | Error | Dark. |"
    document = parse(f"## Responses\n\n{rows}")
    assert (statuses(document), [one.line for one in document.obstacles]) == ([(200, "OK")], [10])


def test_full_width_digits_and_columns_of_plain_text() -> None:
    rows = "状态码\t编码\t状态说明\n２００\tOK\t亮\n４０４\tNotFound\t无"
    assert statuses(parse_text(f"状态码\n\n{rows}")) == [(200, "OK"), (404, "NotFound")]


def test_phrases_in_a_sentence_about_what_is_returned() -> None:
    document = parse_text(
        "Status Code\n\nReturns 200 OK if it glows, 201 Created if it is new, and 404 without a lamp."
    )
    assert statuses(document) == [(200, "OK"), (201, "Created"), (404, "")]


def test_a_type_in_a_column_of_its_own_is_no_reason() -> None:
    document = parse_text("Status Code\n\nHTTP code\tResponse body\n200 - OK\tLamp schema\n404\tEmpty")
    assert statuses(document) == [(200, "OK"), (404, "")]


@pytest.mark.parametrize("line", ["状态码：200，404", "Status codes: 200, 404", "状态码:200、404"])
def test_the_label_of_a_line_of_statuses_is_the_reason_of_none(line: str) -> None:
    page = f"Reading a Lamp\n\nURI\n\nGET /apis/lights.example/v1/lamps/{{name}}\n\nStatus Code\n\n{line}\n"
    statuses = parse_document(page.encode(), ".txt").statuses
    assert [(one.code, one.reason) for one in statuses] == [(200, ""), (404, "")]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("This operation never returns 404.", []),
        ("404 is not returned.", []),
        ("Status 404 is not used.", []),
        ("409 is returned by other operations only.", []),
        ("Never returns 404, 409.", []),
        ("Neither 404 nor 409 is returned.", []),
        ("No 404 is returned.", []),
        ("The status 409 cannot occur.", []),
        ("409 does not apply to this operation.", []),
        ("A 404 response isn't expected.", []),
        ("A 404 response isn\u2019t expected.", []),
        ("- 404: not used", []),
        ("- 409 (not used)", []),
        ("不会返回404。", []),
        ("本接口不返回404。", []),
        ("没有404。", []),
        ("其他接口返回409。", []),
        ("- 404：不会返回", []),
        ("- 404 该状态码不使用", []),
        ("Returns 200, never 404.", [(200, "")]),
        ("Returns 200 and 5xx.", [(200, "")]),
        ("- 404, 409 or 5xx: dark", [(404, "dark"), (409, "dark")]),
        ("- 404.1: dark", []),
        ("- 500+: dark", []),
        ("- 200: returned, else 404 is returned", [(200, "returned, else 404 is returned")]),
    ],
)
def test_statuses_that_are_not_returned_or_cannot_be_named_are_told(words: str, found: list[tuple[int, str]]) -> None:
    document = parse(f"## Status Code\n\n{words}")
    assert (statuses(document), [one.line for one in document.obstacles]) == (found, [7])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Returns 200 within 300 ms.", [(200, "")]),
        ("A lamp that is not there is answered with 404.", [(404, "")]),
        ("Names that do not exist are answered with 404.", [(404, "")]),
        ("Returns 200 for up to 300 lamps.", [(200, "")]),
        ("Returns 200 with at most 500 items.", [(200, "")]),
        ("Returns 429 after 100 requests per second.", [(429, "")]),
        ("超过300个请求时返回429。", [(429, "")]),
        ("If the lamp does not exist, 404 is returned.", [(404, "")]),
        ("The server returns 404 if the lamp is not used.", [(404, "")]),
        ("- 404: the name is not used by any lamp", [(404, "the name is not used by any lamp")]),
        ("- 406 Not Acceptable", [(406, "Not Acceptable")]),
        ("- 404*: Dark", [(404, "Dark")]),
    ],
)
def test_numbers_that_are_counted_and_conditions_are_not_mistaken(words: str, found: list[tuple[int, str]]) -> None:
    document = parse(f"## Status Code\n\n{words}")
    assert (statuses(document), document.obstacles) == (found, ())


@pytest.mark.parametrize(
    ("cell", "found", "told"),
    [
        ("404, 409 or 5xx", [(404, "Dark"), (409, "Dark")], True),
        ("404, 409, default", [(404, "Dark"), (409, "Dark")], True),
        ("404 and others", [(404, "Dark")], True),
        ("404 not used", [], True),
        ("404.1", [], True),
        ("500+", [], True),
        ("404\\*", [(404, "Dark")], False),
        ("404 [1]", [(404, "Dark")], False),
        ("404<sup>1</sup>", [(404, "Dark")], False),
        ("404 Not Found", [(404, "Not Found")], False),
    ],
)
def test_what_stands_beside_a_code_in_its_cell(cell: str, found: list[tuple[int, str]], told: bool) -> None:
    document = parse(f"## Status Code\n\n| Code | Description |\n|---|---|\n| {cell} | Dark |")
    assert (statuses(document), [one.line for one in document.obstacles]) == (found, [9] if told else [])


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("A lamp that is off returns 200 instead of 404.", [200]),
        ("Returns 409 rather than a plain 412 if it shines.", [409]),
        ("It returns 409 and not 412.", [409]),
        ("Instead of 404, 200 is returned.", [200]),
        ("It does not return 404 instead of 200.", []),
    ],
)
def test_a_status_that_is_returned_in_place_of_another(sentence: str, found: list[int]) -> None:
    document = parse(f"PUT /api/v1/lamps/a\n\n## Status codes\n\n{sentence}")
    assert [code for code, _ in statuses(document)] == found
    assert [one.expected for one in document.obstacles] == ["the statuses in a list or a table"]


@pytest.mark.parametrize("heading", ["Responses", "Status codes"])
@pytest.mark.parametrize("others", ["default", "4xx", "Default response"])
def test_a_heading_of_all_other_answers_is_told(heading: str, others: str) -> None:
    document = parse(f"## {heading}\n\n### 200\n\nIt shines.\n\n### {others}\n\nIt broke.")
    assert [code for code, _ in statuses(document)] == [200]
    assert [(one.expected, one.found) for one in document.obstacles] == [("an HTTP status", others)]


@pytest.mark.parametrize(
    "words", ["Conflict (removed in v2)", "Gone; no longer returned", "Reserved for future use", "已废弃"]
)
def test_a_status_that_its_own_words_withdraw_is_told(words: str) -> None:
    document = parse(f"## Status codes\n\n- 200 OK (since v1.2)\n- 409 {words}")
    assert (statuses(document), [one.line for one in document.obstacles]) == ([(200, "OK (since v1.2)")], [8])
