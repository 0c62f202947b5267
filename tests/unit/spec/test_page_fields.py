"""Words that announce a list of fields, and how its items are numbered."""

import pytest

from contracts.spec.page.reader import parse_document

TOP = "Replacing a Lamp\n\nFunction\n\n{}\n\nURI\n\nPUT /apis/lights.example/v1/lamps/{{name}}\n"


@pytest.mark.parametrize(
    ("words", "positive"),
    [
        ("The following fields support modification:", True),
        ("Supports replacement of the following fields:", True),
        ("The fields that support replacement are as follows:", True),
        ("You can update the values of the following parameters:", True),
        ("Fields allowed to be updated:", True),
        ("The update of the following fields is supported:", True),
        ("The following fields do not support modification:", False),
        ("Fields not allowed to be updated:", False),
        ("Modification of the following fields is not supported:", False),
    ],
)
def test_words_that_announce_a_list_of_fields(words: str, positive: bool) -> None:
    listed = f"{words}\n\n- spec.a\n- data.d"
    document = parse_document(TOP.format(listed).encode(), ".txt")
    assert [one.path for one in document.replaceable] == (["spec.a", "data.d"] if positive else [])
    assert document.obstacles == ()


@pytest.mark.parametrize(
    "marks", ["1）{}；\n2）{}；", "(1) {}\n(2) {}", "（1）{}\n（2）{}", "a) {}\nb) {}", "①{}\n②{}"]
)
def test_numbers_of_items(marks: str) -> None:
    listed = "These can be replaced:\n\n" + marks.format("spec.a", "data.d")
    document = parse_document(TOP.format(listed).encode(), ".txt")
    assert ([one.path for one in document.replaceable], document.obstacles) == (["spec.a", "data.d"], ())
