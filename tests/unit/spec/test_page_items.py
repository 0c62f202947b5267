"""Items of lists of parameters and fields, with what stands in paragraphs of their own below their first words."""

import pytest

from contracts.spec.page.model import Document
from contracts.spec.page.reader import parse_document

PUT = "PUT /apis/lights.example/v1/namespaces/{namespace}/lamps/{name}"


def markdown(items: list[list[str]]) -> tuple[str, str]:
    shown = ["\n\n".join([f"- {first}", *(f"  {one}" for one in more)]) for first, *more in items]
    return "\n\n".join(["# Replacing a Lamp", PUT, "## Query parameters", *shown, "## Response", "200: OK"]), ".md"


def as_html(items: list[list[str]]) -> tuple[str, str]:
    shown = "".join(f"<li><div>{first}</div>{''.join(f'<p>{one}</p>' for one in more)}</li>" for first, *more in items)
    heading = f"<h1>Replacing a Lamp</h1><p>{PUT}</p><h2>Query parameters</h2>"
    return f"<!DOCTYPE html><html>{heading}<ul>{shown}</ul><h2>Response</h2><p>200: OK</p></html>", ".html"


def rst(items: list[list[str]]) -> tuple[str, str]:
    shown = ["\n\n".join([f"* {first}", *(f"  {one}" for one in more)]) for first, *more in items]
    top = ["Replacing a Lamp\n================", PUT, "Query parameters\n----------------"]
    return "\n\n".join([*top, *shown, "Response\n--------", "200: OK", ""]), ".rst"


def parse(page: tuple[str, str]) -> Document:
    return parse_document(page[0].encode(), page[1])


formats = pytest.mark.parametrize("write", [markdown, as_html, rst])


@formats
@pytest.mark.parametrize(
    ("item", "said"),
    [
        (["pretty boolean", "Lays out.", "Default value: false"], ("boolean", None, "Lays out. Default value: false")),
        (["pretty (boolean, required)", "Lays out"], ("boolean", True, "Lays out")),
        (["pretty (boolean): Lays out", "Required", "Twice."], ("boolean", True, "Lays out. Required. Twice.")),
        (["pretty", "Lays out."], (None, None, "Lays out.")),
        (["pretty (boolean):", "Lays out."], ("boolean", None, "Lays out.")),
    ],
)
def test_paragraphs_of_an_item_describe_its_parameter(write: object, item: list[str], said: object) -> None:
    assert callable(write)
    document = parse(write([item, ["wait integer", "Default value: 3"]]))
    found = {one.name: (one.type, one.mandatory, one.description) for one in document.parameters}
    assert found == {"pretty": said, "wait": ("integer", None, "Default value: 3")}
    assert document.obstacles == ()


@formats
def test_what_stands_behind_the_list_describes_nothing_in_it(write: object) -> None:
    assert callable(write)
    text, suffix = write([["pretty boolean"], ["wait integer"]])
    behind = "<h2>Response</h2><p>" if suffix == ".html" else "## Response" if suffix == ".md" else "Response\n--------"
    document = parse_document(text.replace(behind, "").replace("200: OK", "Default value: 7").encode(), suffix)
    assert {one.name: one.description for one in document.parameters} == {"pretty": "", "wait": ""}


def test_paragraphs_of_an_item_describe_its_field() -> None:
    body = "- spec (object, required)\n\n  - dim (integer)\n\n    How bright it is.\n\n    Default value: 5\n"
    document = parse((f"# Replacing a Lamp\n\n{PUT}\n\n## Request\n\n{body}\n## Response\n\n200: OK\n", ".md"))
    fields = [(one.name, one.description) for table in document.structures for one in table.members]
    assert fields == [("spec", ""), ("spec.dim", "How bright it is. Default value: 5")]
