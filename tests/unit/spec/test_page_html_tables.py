"""Tables of HTML whose cells take several rows or columns, or whose rows have more cells than the header."""

from __future__ import annotations

import pytest

from contracts.spec.page.member_types import MemberType, member_type
from contracts.spec.page.model import Document
from contracts.spec.page.reader import parse_document


def page_with(*rows: str) -> Document:
    """A page whose request body is told by a table of these rows, on the second line."""
    begun = "<h1>Replacing a Lamp</h1><p>PUT /api/v1/lamps/{name}</p><h2>Request</h2><h3>Body</h3>\n"
    return parse_document(f"{begun}<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>".encode(), ".html")


def test_cells_below_one_cell_of_the_header_are_a_path() -> None:
    document = page_with(
        "<th colspan=2>Field</th><th>Type</th><th>Updatable</th>",
        "<td colspan=2>kind</td><td>String</td><td>No</td>",
        "<td rowspan=2>spec</td><td>dim</td><td>Integer</td><td>No</td>",
        "<td>glow</td><td>Boolean</td><td>Yes</td>",
    )
    assert [one.path for one in document.replaceable] == ["spec.glow"]
    (body,) = document.structures
    assert [(one.name, one.type) for one in body.members] == [
        ("kind", "String"),
        ("spec.dim", "Integer"),
        ("spec.glow", "Boolean"),
    ]
    assert document.obstacles == ()


def test_a_row_of_another_width_names_no_field_that_can_be_replaced() -> None:
    document = page_with(
        "<th>Field</th><th>Type</th><th>Updatable</th>",
        "<td>spec.dim</td><td>Integer</td><td>Yes</td>",
        "<td>spec.a</td><td>glow</td><td>Yes</td><td>No</td>",
    )
    assert [one.path for one in document.replaceable] == ["spec.dim"]
    assert [(one.line, one.expected) for one in document.obstacles] == [(2, "a table row of 3 cells")]


def test_a_table_in_a_cell_is_about_the_fields_of_its_row() -> None:
    inner = "<table><tr><th>Field<th>Description<th>Type</tr><tr><td>dim<td>From 1 to 5.<td>Integer</tr></table>"
    rows = f"<tr><td>spec</td><td>Object</td><td>All. {inner}</td></tr><tr><td>day<td>String<td></tr>"
    page = f"<h1>Lamp</h1><p>PUT /api/v1/lamps/{{name}}</p><h2>Request body</h2><table>{HEADER}{rows}</table>"
    members = parse_document(page.encode(), ".html").structures[0].members
    assert [(one.name, one.type, one.description) for one in members] == [
        ("spec", "Object", "All."),
        ("spec.dim", "Integer", "From 1 to 5."),
        ("day", "String", ""),
    ]


HEADER = "<tr><th>Field<th>Type<th>Description</tr>"


def under_one_header(heading: str, header: str, *rows: str) -> Document:
    """A page with a table that has one header above all of its columns."""
    begun = f"<h1>Replacing a Lamp</h1><p>PUT /api/v1/lamps/{{name}}</p><h2>{heading}</h2>\n"
    cells = "".join(f"<tr>{row}</tr>" for row in (f"<th colspan=2>{header}</th>", *rows))
    return parse_document(f"{begun}<table>{cells}</table>".encode(), ".html")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_no_row_below_one_header_of_all_columns_is_lost(number: int) -> None:
    rows = ["<td>200</td><td>OK</td>", "<td>404</td><td>Not Found</td>", "<td>409</td><td>Conflict</td>"][:number]
    document = under_one_header("Status codes", "Status", *rows)
    assert [one.code for one in document.statuses] == [200, 404, 409][:number]
    assert document.obstacles == ()


def test_one_header_above_names_and_what_is_said_of_them() -> None:
    document = under_one_header(
        "Query parameters",
        "Parameters",
        "<td>glow</td><td><p>boolean</p><p>Required. Whether it glows.</p></td>",
        "<td>hue</td><td>Optional. Its colour.</td>",
    )
    assert [(one.name, one.location, one.type, one.mandatory) for one in document.parameters] == [
        ("glow", "query", "boolean", True),
        ("hue", "query", None, False),
    ]
    assert document.obstacles == ()


def test_an_object_above_its_description() -> None:
    document = under_one_header(
        "Request body", "Fields", "<td>spec</td><td><p>object (LampSpec)</p><p>Required. Of it.</p></td>"
    )
    (body,) = document.structures
    assert [(one.name, one.type, one.mandatory) for one in body.members] == [("spec", "object (LampSpec)", True)]
    assert member_type("object (LampSpec)") == MemberType("object", name="LampSpec")


def test_a_wide_row_above_names_of_columns_is_still_a_caption() -> None:
    document = page_with(
        "<td colspan=2>Fields of a lamp</td>", "<th>Field</th><th>Type</th>", "<td>kind</td><td>String</td>"
    )
    (body,) = document.structures
    assert (body.name, [one.name for one in body.members]) == ("Fields of a lamp", ["kind"])
