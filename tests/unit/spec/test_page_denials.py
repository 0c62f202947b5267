"""Sentences and items that deny, restrict, or speak of others: nothing is read as its contrary, nothing is lost."""

from __future__ import annotations

import time

import pytest

from contracts.spec.page.mutability import about_change
from contracts.spec.page.reader import parse_document

TOP = "Replacing a Lamp\n\nFunction\n\n{}\n\nURI\n\nPUT /apis/lights.example/v1/lamps/{{name}}\n"
LISTED = ["metadata.labels", "metadata.annotations", "spec.glowSeconds"]
LIST = "The following fields can be replaced:\n\n" + "\n".join(f"- {path}" for path in LISTED)
BELOW = 11
PATIENCE = 5.0

UNCONDITIONAL = "a field that can be replaced whatever it holds"
UNSAID = "a sentence that says whether these fields can be replaced"
UNCLEAR = "the fields that can be replaced by their names, not those that are excepted"
BOTH_WAYS = "a field that can be replaced, of which no other sentence says that it cannot"
PATH = "the dotted path of a field that can be replaced"


def read(words: str) -> tuple[list[str], list[tuple[int, str]]]:
    """The fields that can be replaced, and the obstacles with their lines."""
    document = parse_document(TOP.format(words).encode(), ".txt")
    return [one.path for one in document.replaceable], [(one.line, one.expected) for one in document.obstacles]


DENIALS = [
    *(f"{{}} is not {word}." for word in ("updatable", "replaceable", "mutable", "editable", "writable", "modifiable")),
    "{} isn't mutable.",
    "{} isn’t mutable.",
    "{} is never replaceable.",
    "{} is no longer replaceable.",
    "{} is non-replaceable.",
    "{} is unmodifiable.",
    "{} is not yet updatable.",
    "{} is currently not editable.",
    "You are not allowed to update {}.",
    "You are not able to update {}.",
    "Users aren't permitted to modify {}.",
    "It is not possible to update {}.",
    "The API does not allow you to update {}.",
    "The API no longer allows you to update {}.",
    "The API doesn't let users change {}.",
    "The API does not support changing {}.",
    "Nobody may update {}.",
    "No one can change {}.",
    "None of {} and spec.size is replaceable.",
    "Neither {} nor spec.size is replaceable.",
    "{} should not be changed.",
    "{} must never be changed.",
    "{} can never be changed.",
    "{} won't be updated.",
    "{} was never updatable.",
    "{} can not ever be updated.",
    "{} doesn't support updates yet.",
    "You can't update {}.",
    "You may no longer replace {}.",
    "Do not change {}.",
    "Never update {}.",
    "Please don't modify {}.",
    "{}不再支持更新。",
    "{}暂不支持修改。",
    "{}不会被更新。",
    "{}不应该修改。",
    "{}不可再修改。",
    "{}不可变。",
    "{}不支持在线修改。",
    "{}没法修改。",
    "不允许对{}做任何修改。",
    "严禁修改{}。",
    "未支持修改{}。",
    "目前没有支持修改{}。",
    "尚未允许修改{}。",
    "请勿修改{}。",
    "禁止用户修改{}。",
]


@pytest.mark.parametrize("sentence", DENIALS)
def test_what_is_denied_is_not_read(sentence: str) -> None:
    said = sentence.format("spec.color")
    assert read(said) == ([], [])
    assert read(f"{LIST}\n\n{said}")[0] == LISTED


@pytest.mark.parametrize(
    "sentence",
    [*DENIALS, "{} is read-only.", "Changes to {} are rejected.", "Updates of {} are ignored.", "{}为只读字段。"],
)
def test_what_contradicts_the_list_is_told(sentence: str) -> None:
    assert read(f"{LIST}\n\n{sentence.format('spec.glowSeconds')}") == (LISTED, [(BELOW, BOTH_WAYS)])


@pytest.mark.parametrize(
    "sentence",
    [
        "Lamps that are not lit can update spec.color.",
        "Fields that are not set by the server can be replaced, spec.color for example.",
        "Without a token you can replace spec.color.",
        "spec.color is hardly replaceable.",
        "spec.color is not immutable.",
        "It is not true that spec.color can be replaced.",
        "No user may replace spec.color.",
        "spec.color is replaceable and spec.size cannot be replaced.",
        "spec.size cannot be replaced but spec.color can be replaced.",
        "Replaceable fields: all but not spec.color.",
        "spec.color is anything but mutable.",
        "spec.color can't not be updated.",
        "spec.color ceases to be mutable.",
        "No updates of spec.color are supported.",
        "You can replace spec.color with spec.hue.",
        "spec.color can be replaced with spec.hue.",
        "spec.color可替换为spec.hue。",
        "停止支持修改spec.color。",
        "spec.color并非不可修改。",
        "没有权限的用户可以修改spec.color。",
    ],
)
def test_a_negation_of_what_is_not_certain_is_told(sentence: str) -> None:
    assert read(sentence) == ([], [(5, UNCLEAR)])


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("Updatable", True),
        ("Can also be updated", True),
        ("是否可修改", True),
        *((f"Not {word}", False) for word in ("updatable", "replaceable", "mutable")),
        ("Non-updatable", False),
        ("Unmodifiable", False),
        ("Never updated", None),
        ("No longer replaceable", False),
        ("Not to be updated", False),
        ("Update not allowed", False),
        ("Updates not supported", False),
        ("不再支持修改", False),
        ("未支持修改", False),
        ("禁止修改", False),
        ("不可变", False),
    ],
)
def test_headers_of_columns_about_change(header: str, says: bool | None) -> None:
    assert about_change(header) is says


def test_a_column_that_denies() -> None:
    table = "Field\tNot updatable\nspec.color\tYes\nspec.size\tNo"
    assert read(table) == (["spec.size"], [])


@pytest.mark.parametrize(
    "table",
    [
        "Field\tType\tRead-only\nspec.color\tString\tYes",
        "Field\tType\tNot supported for update\nspec.color\tString\tYes",
    ],
)
def test_a_column_that_may_deny_is_told(table: str) -> None:
    assert read(f"These fields can be replaced:\n\n{table}\nspec.size\tString\tNo") == (
        ["spec.color", "spec.size"],
        [(8, UNCONDITIONAL)],
    )


def test_a_description_that_restricts_is_told() -> None:
    table = "Field\tReplaceable\tDescription\n"
    table += "spec.color\tYes\tCan be changed only while the lamp is off.\nspec.size\tYes\tA size."
    assert read(table) == (["spec.color", "spec.size"], [(6, UNCONDITIONAL)])


@pytest.mark.parametrize(
    "remark",
    [
        " (only while the lamp is off)",
        " (if the lamp is off)",
        " (when off)",
        " (not spec.color.red)",
        " (cannot be cleared)",
        " (deprecated)",
        " (must not be empty)",
        ", only while the lamp is off",
        ", but never to red",
        " - only for lamps that are off",
        ": only to greater values",
        "（仅当关闭时）",
        "（关闭时）",
        "：仅支持增大",
        "（不能清空）",
        "（已废弃）",
        " (planned)",
        " (v2+)",
        " (from version 2)",
        " (set by the operator)",
        " (and spec.hue)",
        ": must be less than spec.hue",
        "（管理员）",
        "（v2及以上版本）",
    ],
)
def test_a_remark_that_restricts_an_item_is_told(remark: str) -> None:
    items = f"- metadata.labels\n- spec.color{remark}\n- spec.size"
    found = ["metadata.labels", "spec.color", "spec.size"]
    assert read(f"The following fields can be replaced:\n\n{items}") == (found, [(8, UNCONDITIONAL)])


@pytest.mark.parametrize("remark", [" (in each)", ": the color", ", the color", " - a string", "（颜色）", "：颜色"])
def test_a_remark_that_explains_an_item_is_none(remark: str) -> None:
    assert read(f"The following fields can be replaced:\n\n- spec.color{remark}\n- spec.size") == (
        ["spec.color", "spec.size"],
        [],
    )


@pytest.mark.parametrize(
    "item",
    [
        "spec.color, but not spec.color.red",
        "spec.color - deprecated, will be rejected",
        "spec.color (updates are refused)",
        "spec.a, spec.b and the size",
        "spec.a, not spec.b",
        "spec.a, and the size",
        "spec.a, the size, the hue",
        "spec.a: the first; spec.b: the second",
        "spec.a: the first, and spec.b",
        "spec.a、spec.b以及大小",
        "spec.a, spec.b, ...",
        "spec.a, spec.b etc.",
        "spec.a等字段",
        "spec.a as well as spec.b",
    ],
)
def test_an_item_of_which_a_part_may_be_lost_is_told(item: str) -> None:
    assert read(f"The following fields can be replaced:\n\n- metadata.labels\n- {item}\n- spec.size") == (
        ["metadata.labels", "spec.size"],
        [(8, PATH)],
    )


def test_items_with_remarks_in_brackets() -> None:
    items = "- spec.a (the first), spec.b (the second) and spec.c"
    assert read(f"The following fields can be replaced:\n\n{items}") == (["spec.a", "spec.b", "spec.c"], [])


@pytest.mark.parametrize(
    "sentence",
    [
        "spec.color can also be replaced.",
        "spec.color can now be updated.",
        "You can also replace spec.color.",
        "spec.color may additionally be updated.",
        "spec.color can safely be updated.",
        "spec.color can then also be safely updated.",
        "It is possible to replace spec.color.",
        "spec.color也可以直接修改。",
        "还可同时更新spec.color。",
        "spec.color可随时修改。",
    ],
)
def test_adverbs_beside_the_verb(sentence: str) -> None:
    assert read(sentence) == (["spec.color"], [])
    assert read(f"{LIST}\n\n{sentence}") == ([*LISTED, "spec.color"], [])


@pytest.mark.parametrize(
    "sentence",
    [
        "If spec.on is false, spec.color can be replaced.",
        "You can replace spec.color only if spec.on is false.",
        "spec.color can be replaced unless spec.on is true.",
        "spec.color can be replaced during the day.",
        "spec.color can be replaced, depending on spec.on.",
        "spec.color can be replaced, but not cleared.",
        "spec.color can occasionally be replaced.",
        "spec.color can be replaced in maintenance mode.",
        "spec.color can be replaced for lamps that are off.",
        "spec.color can be replaced at most once.",
        "With admin rights, you can replace spec.color.",
        "As of v3, spec.color can be replaced.",
        "spec.color只能修改一次。",
        "满足条件的灯可修改spec.color。",
        "The following can be replaced: spec.color (only while the lamp is off).",
        "仅在灯关闭时可替换spec.color。",
        "spec.color在灯关闭时可修改。",
        "当spec.on为false时spec.color可被替换。",
        "如果灯关闭，spec.color可被替换。",
        "灯关闭后才可修改spec.color。",
    ],
)
def test_what_can_be_replaced_under_a_condition_is_told(sentence: str) -> None:
    assert read(sentence) == (["spec.color"], [(5, UNCONDITIONAL)])


@pytest.mark.parametrize(
    "sentence",
    [
        "spec.color can be replaced after the lamp is created.",
        "When updating a lamp, you can change spec.color.",
        "Once a lamp is created, only spec.color can be updated.",
        "For a lamp, only spec.color can be replaced in this version.",
        "You can modify spec.color in the request body.",
        "spec.color can be replaced at any time.",
        "The API server allows you to update spec.color.",
        "仅支持更新spec.color，其他字段不生效。",
        "灯创建完成后，仅支持修改spec.color。",
        "更新灯时，可修改spec.color。",
        "当前仅支持修改spec.color。",
        "spec.color can be replaced by the user.",
        "spec.color can be replaced by calling this API.",
        "This API can update spec.color.",
        "用户可以修改spec.color。",
    ],
)
def test_what_always_holds_is_no_condition(sentence: str) -> None:
    assert read(sentence) == (["spec.color"], [])


@pytest.mark.parametrize(
    "sentence",
    [
        "spec.color can be replaced by spec.hue.",
        "The server may update spec.color.",
        "A controller can also change spec.color.",
        "The operator is allowed to update spec.color.",
        "spec.color may be updated by the operator.",
        "In earlier versions spec.color can be replaced.",
        "In earlier versions, the following can be replaced: spec.color.",
        "Previously, spec.color could be read and can be replaced.",
        "In a future release spec.color can be replaced.",
        "spec.color will soon be updatable.",
        "spec.color used to be replaceable.",
        "spec.color may be changed automatically.",
        "A webhook may change spec.color.",
        "Administrators can update spec.color.",
        "Is spec.color replaceable?",
        "Check whether spec.color can be replaced.",
        "spec.color可以修改吗？",
        "计划支持修改spec.color。",
        "系统可以修改spec.color。",
        "控制器也可自动修改spec.color。",
        "spec.color可由系统修改。",
        "旧版本中可修改spec.color。",
    ],
)
def test_what_others_change_or_at_another_time_is_told(sentence: str) -> None:
    assert read(sentence) == ([], [(5, UNSAID)])
    assert read(f"{LIST}\n\n{sentence}") == (LISTED, [(BELOW, UNSAID)])


def test_what_the_server_changes_too_contradicts_no_list() -> None:
    assert read(f"{LIST}\n\nThe server may update spec.glowSeconds.") == (LISTED, [])


@pytest.mark.parametrize(
    "page",
    [
        "Nobody but an admin ever modifies {0}.",
        "The change of {0} takes a minute. Lamps burn.",
        "Lamps burn. Only data.a can be replaced. One modifies {0}.",
        "{0} can be altered.",
        "Only {0} can.",
        "{0} cannot only be read but also replaced.",
        "Updating {0} is unsupported.",
        "{0}可自动调整。",
    ],
)
def test_a_sentence_about_change_is_told_beside_a_list(page: str) -> None:
    paths, told = read(f"{LIST}\n\n{page.format('spec.color')}")
    assert ("spec.color" in paths, (BELOW, UNSAID) in told) == (False, True)


@pytest.mark.parametrize(
    "sentence",
    [
        "Modifying {} fails.",
        "An attempt to change {} returns 403.",
        "Avoid changing {}.",
        "{} is managed by the controller.",
        "{} can only be set at creation.",
        "{} keeps its old value.",
        "修改{}会报错。",
        "{}只能在创建时指定。",
        "{}由系统维护。",
        "Updating {} is unsupported.",
        "{} must stay unchanged.",
        "At no time can {} be changed.",
        "{}固定不变。",
    ],
)
def test_a_doubt_about_a_field_of_the_list_is_told(sentence: str) -> None:
    assert read(f"{LIST}\n\n{sentence.format('spec.glowSeconds')}") == (LISTED, [(BELOW, UNSAID)])


def test_a_list_of_fields_that_are_read_only_contradicts() -> None:
    below = "These fields are read-only:\n\n- spec.size\n- spec.glowSeconds"
    assert read(f"{LIST}\n\n{below}") == (LISTED, [(BELOW + 3, BOTH_WAYS)])


def test_a_list_below_words_about_change_is_told() -> None:
    below = "The server may change the following fields:\n\n- spec.size"
    assert read(f"{LIST}\n\n{below}") == (LISTED, [(BELOW + 2, UNSAID)])


@pytest.mark.parametrize("text", ["- spec.color\n  - only while off", "- spec.color\n\n  Only while off."])
def test_a_restriction_below_an_item_is_told(text: str) -> None:
    paths, told = read(f"The following fields can be replaced:\n\n{text}")
    assert (paths, [expected for _, expected in told]) == (["spec.color"], [UNCONDITIONAL])


def test_a_question_announces_its_answer() -> None:
    assert read("Which fields can be replaced?\n\n- spec.color") == (["spec.color"], [])


@pytest.mark.parametrize("header", ["Updatable only when off", "Modifiable (not after start)", "关闭时可修改"])
def test_a_column_that_restricts_is_told(header: str) -> None:
    assert read(f"Field\tType\t{header}\nspec.color\tString\tYes") == (["spec.color"], [(5, UNCONDITIONAL)])


@pytest.mark.parametrize("sentence", ["spec.color keeps its value.", "spec.color is managed by the controller."])
def test_a_sentence_without_words_about_change_is_none_of_a_field_that_is_not_listed(sentence: str) -> None:
    assert read(f"{LIST}\n\n{sentence}") == (LISTED, [])


@pytest.mark.parametrize(
    "unit", ["not ", "not be to you ", "spec.a is not ", "can also now ", "spec.a (x), ", "不可以再"]
)
def test_many_words_of_negation_take_no_time(unit: str) -> None:
    paragraph = unit * (3900 // len(unit))
    started = time.process_time()
    read("\n\n".join([paragraph] * (700_000 // len(paragraph.encode()))))
    assert time.process_time() - started < PATIENCE
