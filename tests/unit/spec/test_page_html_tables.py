"""Tables of HTML whose cells take several rows or columns, or whose rows have more cells than the header."""

from __future__ import annotations

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
