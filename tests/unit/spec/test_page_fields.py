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


SHOWN = TOP + (
    '\nRequest\n\nExample request\n\n{{"apiVersion": "lights.example/v1", "kind": "Lamp", '
    '"metadata": {{"labels": {{}}}}, "spec": {{"hue": 1}}, "data": {{}}, "rules": []}}\n'
)


def fields(words: str) -> tuple[list[str], list[tuple[int, str]]]:
    document = parse_document(SHOWN.format(words).encode(), ".txt")
    return [one.path for one in document.replaceable], [(one.line, one.found) for one in document.obstacles]


@pytest.mark.parametrize(
    "words",
    [
        "These fields can be replaced:\nspec.hue\nrules\ndata",
        "These fields can be replaced:\n\nspec.hue\n\nrules\n\ndata",
        "可被替换的字段如下：\n\nspec.hue\n\nrules\n\ndata",
        "Only spec.hue, rules, and data can be replaced.",
        "A user can only replace spec.hue, rules, and data.",
        "spec.hue, rules and data are replaceable.",
        "It is possible to change the fields spec.hue, rules and data.",
        "Fields that can be updated include spec.hue, rules, and data.",
        "At present spec.hue, rules and data are the only fields that support replacement.",
        "Fields spec.hue, rules, and data support replacement.",
        "Modifications are allowed for spec.hue, rules and data only.",
        "Changes to spec.hue, rules and data are permitted.",
        "Updating spec.hue, rules and data is supported.",
        "Replacement takes effect only for spec.hue, rules and data.",
        "The fields that you can change are spec.hue, rules and data.",
        "仅支持修改spec.hue、rules、data。",
        "允许对spec.hue、rules和data进行修改。",
        "只有 spec.hue，rules 和 data 能够被修改。",
        "除spec.hue、rules、data外，其余字段均不支持修改。",
        "Except spec.hue, rules, and data, other fields cannot be replaced.",
        "No fields other than spec.hue, rules and data can be updated.",
    ],
)
def test_names_of_one_step_belong_to_the_list(words: str) -> None:
    assert fields(words) == (["spec.hue", "rules", "data"], [])


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        ("You can only replace spec.hue, and then others.", ["spec.hue"]),
        ("You can replace data and spec.hue.", ["data", "spec.hue"]),
        ("Changes to spec.hue, rules and data are not permitted.", []),
        ("Modifications are not allowed for spec.hue, rules and data.", []),
        ("不支持对spec.hue、rules进行修改。", []),
        ("该接口支持对指定的Lamp进行更新。", []),
        ("This API supports updating of a Lamp.", []),
    ],
)
def test_words_beside_a_list_are_no_names(words: str, paths: list[str]) -> None:
    assert fields(words) == (paths, [])


def test_a_name_in_a_bare_list_that_no_example_shows_is_told() -> None:
    assert fields("These can be replaced:\n\nspec.hue\n\nhoney\n\ndata") == (["spec.hue", "data"], [(9, "honey")])


@pytest.mark.parametrize("item", ["- metadata.\n  labels", "- metadata\n  .labels"])
def test_a_path_broken_at_a_dot(item: str) -> None:
    assert fields(f"These can be replaced:\n\n{item}\n- data") == (["metadata.labels", "data"], [])


@pytest.mark.parametrize(
    ("words", "line", "path"),
    [
        ("spec.hue cannot be changed.", 9, "spec.hue"),
        ("spec.hue不可修改。", 9, "spec.hue"),
        ("These fields cannot be changed:\n\n- metadata.name\n- spec", 12, "spec"),
        ("These fields cannot be changed:\n\nrules\n\nspec.hue.red", 13, "spec.hue.red"),
        ("Field\tReplaceable\nspec.hue\tNo\ndata\tYes", 10, "spec.hue"),
    ],
)
def test_a_field_said_to_be_replaceable_and_not_is_told(words: str, line: int, path: str) -> None:
    paths, told = fields(f"These can be replaced:\n\n- spec.hue\n\n{words}")
    assert ("spec.hue" in paths, (line, path) in told) == (True, True)


def test_a_sentence_about_change_that_is_not_understood_is_told() -> None:
    sentence = "Nobody but an admin ever modifies spec.hue."
    assert fields(sentence) == ([], [(5, sentence)])
    assert fields(f"Only data.a can be replaced. {sentence}") == (["data.a"], [(5, sentence)])


@pytest.mark.parametrize(
    ("suffix", "words"),
    [
        (".md", "These can be replaced:\nspec.hue\nrules\ndata"),
        (".md", "可被替换的字段如下：\n\nspec.hue  \nrules  \ndata"),
        (".md", "These can be replaced: spec.hue,\nrules,\ndata"),
        (".html", "<p>These can be replaced:</p><p>spec.hue<br>rules<br>data</p>"),
        (".html", "<p>These can be replaced:<br>spec.hue<br>rules<br>data</p>"),
        (".md", "- spec.hue can be replaced\n- rules can be replaced\n- data can be replaced"),
    ],
)
def test_line_breaks_part_fields(suffix: str, words: str) -> None:
    shown = '{"kind": "Lamp", "spec": {"hue": 1}, "data": {}, "rules": []}'
    page = f"## Function\n\n{words}\n\n## URI\n\nPUT /apis/l.example/v1/lamps/{{name}}\n\n"
    page += f"## Request example\n\n```\n{shown}\n```\n"
    if suffix == ".html":
        page = f"<h2>Function</h2>{words}<h2>URI</h2><p>PUT /apis/l.example/v1/lamps/{{name}}</p>"
        page += f"<h2>Request example</h2><pre>{shown}</pre>"
    document = parse_document(page.encode(), suffix)
    assert [one.path for one in document.replaceable] == ["spec.hue", "rules", "data"]
    assert document.obstacles == ()


@pytest.mark.parametrize(
    "words",
    [
        "Only rules can be replaced.",
        "Only the rules field can be replaced.",
        "仅支持替换rules字段。",
        "You can update the field rules.",
    ],
)
def test_one_field_at_the_root(words: str) -> None:
    assert fields(words) == (["rules"], [])


def test_a_word_that_is_no_field_is_not_taken() -> None:
    assert fields("Only lamps can be replaced.")[0] == []
