"""Parameters of the query that sentences and labels name, and sentences of which it is not clear what they name."""

import pytest

from contracts.spec.page.model import Document
from contracts.spec.page.reader import parse_document

TOP = "# Replacing a Lamp\n\nPUT /apis/lights.example/v1/namespaces/{namespace}/lamps/{name}\n\n"


def parse(words: str) -> Document:
    return parse_document((TOP + words + "\n").encode(), ".md")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("If the query parameter `glow` is true, the lamp glows.", ["glow"]),
        ("Set the query parameter glow to true.", ["glow"]),
        ("With the query parameter glow=true the lamp glows.", ["glow"]),
        ('The query parameters "glow" and "dim" are optional.', ["glow", "dim"]),
        ("Query parameters: glow, dim", ["glow", "dim"]),
        ("In the query: glow (boolean), dim (integer).", ["glow", "dim"]),
        ("## Optional query string\n\n- glow: If true, the lamp glows.", ["glow"]),
    ],
)
def test_named(words: str, names: list[str]) -> None:
    document = parse(words)
    assert ([one.name for one in document.parameters if one.location == "query"], document.obstacles) == (names, ())


@pytest.mark.parametrize(
    "words",
    [
        "There is no query parameter `glow`.",
        "The query parameter glow is not supported.",
        "Query parameters are described below.",
        "Query parameters: none",
        "Query parameters: see below",
    ],
)
def test_none_is_named(words: str) -> None:
    assert [one.name for one in parse(words).parameters] == []


@pytest.mark.parametrize("words", ["The optional query parameter glow brightens.", "查询参数glow可选。"])
def test_a_sentence_that_is_not_clear_is_told(words: str) -> None:
    document = parse(words)
    assert [one.name for one in document.parameters] == []
    assert [(one.line, one.expected) for one in document.obstacles] == [
        (5, "the query parameters in a list or a table")
    ]
