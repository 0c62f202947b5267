"""What is raised or struck out in a page: exponents, marks of footnotes, and what is no longer said."""

from __future__ import annotations

import pytest

from contracts.spec.page.blocks import Cell, Table
from contracts.spec.page.facts import facts
from contracts.spec.page.formats import read_blocks
from contracts.spec.page.reader import parse_document

HTML, MARKDOWN, RST = ".html", ".md", ".rst"
PATH = "/apis/lights.example/v1/namespaces/{namespace}/lamps/{name}"


def texts(page: str, suffix: str) -> list[str]:
    blocks = read_blocks(page.encode(), suffix)[0]
    cells = [cell for block in blocks for cell in (block.cells if isinstance(block, Table) else (block,))]
    return [cell.text for cell in cells if isinstance(cell, Cell)]


@pytest.mark.parametrize(
    ("suffix", "page", "read"),
    [
        (HTML, "<p>1 to 2<sup>31</sup>-1", ["1 to 2^31-1"]),
        (HTML, "<p>10<sup><b>6</b></sup> or 10<sup>-3</sup>", ["10^6 or 10^-3"]),
        (HTML, "<p>2<span style='vertical-align: super'>31</span>", ["2^31"]),
        (HTML, "<p>The 1<sup>st</sup> of 2 <sup>31</sup>", ["The 1st of 2 ^31"]),
        (HTML, "<p>b<sup>1</sup>, c<sup>[2]</sup>, d<sup>*</sup>", ["b, c, d*"]),
        (HTML, "<p>404<sup>[1]</sup>", ["404"]),
        (HTML, "<p><sup>1</sup> The note.", ["1 The note."]),
        (HTML, "<table><tr><th>a<th>b<tr><td>c<sup>1</sup><td>10<sup>6</sup></table>", ["a", "b", "c", "10^6"]),
        (HTML, "<ul><li><del>spec.hue</del><li>spec.a <s>old</s>new</ul>", ["spec.a new"]),
        (HTML, "<table><tr><th>a<th>b<tr><td><del>c</del><td>d<strike>e</strike></table>", ["a", "b", "", "d"]),
        (HTML, "<p>a</p><p style='text-decoration: line-through'>b</p><p>c</p>", ["a", "c"]),
        (MARKDOWN, "1 to 2<sup>31</sup>-1, b<sup>1</sup>, c[^1]", ["1 to 2^31-1, b, c"]),
        (MARKDOWN, "| a | b |\n|---|---|\n| c<sup>1</sup> | 2<sup>31</sup> |", ["a", "b", "c", "2^31"]),
        (MARKDOWN, "- ~~spec.hue~~\n- spec.a <del>old</del>new", ["spec.a new"]),
        (MARKDOWN, "| a | b |\n|---|---|\n| ~~c~~ | ~~Range: 1 to 5~~ 1~9 |", ["a", "b", "", "1~9"]),
        (MARKDOWN, "a\n\n<del>\n\n- spec.hue\n\n</del>\n\nb", ["a", "b"]),
        (MARKDOWN, "PUT /a/<s>/b", ["PUT /a/<s>/b"]),
        (MARKDOWN, "It can\u2019t, or CAN\u2032T; the lamp\u2019s.", ["It can't, or CAN'T; the lamp\u2019s."]),
        (HTML, "<table><tr><th>a<th>b<tr><td>isn&rsquo;t<td>c</table>", ["a", "b", "isn't", "c"]),
        (RST, "1 to 2\\ :sup:`31`\\ -1, b\\ :sup:`1`, c [1]_\n\n.. [1] Note.", ["1 to 2^31-1, b, c ", "Note."]),
    ],
)
def test_raised_and_struck_words(suffix: str, page: str, read: list[str]) -> None:
    assert texts(page, suffix) == read


@pytest.mark.parametrize("description", ["1 to 2^31-1", "1 to 2^31^-1", "Value range: 1 to 2³¹-1."])
def test_a_power_is_a_number(description: str) -> None:
    assert facts(description, "integer").keywords == {"minimum": 1, "maximum": 2**31 - 1}


def test_a_parameter_is_named_without_the_mark_of_its_footnote() -> None:
    page = (
        f"<h1>Replacing a Lamp</h1><h2>URI</h2><p>PUT {PATH}</p><p>Query parameters</p>"
        "<table><tr><th>Parameter<th>Type<th>Description"
        "<tr><td>pretty<sup>1</sup><td>Integer<td>Value range: 1 to 2<sup>31</sup>-1."
        "<tr><td><del>hue</del><td><del>String</del><td><del>Old.</del></table>"
    )
    found = parse_document(page.encode(), HTML).parameters
    assert [(one.name, one.description) for one in found if one.location == "query"] == [
        ("pretty", "Value range: 1 to 2^31-1.")
    ]
