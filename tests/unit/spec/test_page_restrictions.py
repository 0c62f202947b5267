"""Words that restrict what can be replaced, by a condition, its time or another actor: they are told."""

from __future__ import annotations

import pytest

from tests.unit.spec.lamp_page import BELOW, LIST, LISTED, PATH, UNCONDITIONAL, UNSAID, read


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


@pytest.mark.parametrize("text", ["- spec.color\n  - only while off", "- spec.color\n\n  Only while off."])
def test_a_restriction_below_an_item_is_told(text: str) -> None:
    paths, told = read(f"The following fields can be replaced:\n\n{text}")
    assert (paths, [expected for _, expected in told]) == (["spec.color"], [UNCONDITIONAL])


@pytest.mark.parametrize("header", ["Updatable only when off", "Modifiable (not after start)", "关闭时可修改"])
def test_a_column_that_restricts_is_told(header: str) -> None:
    assert read(f"Field\tType\t{header}\nspec.color\tString\tYes") == (["spec.color"], [(5, UNCONDITIONAL)])


@pytest.mark.parametrize(
    "sentence",
    [
        "Only `spec.color` can be set.",
        "You may set `spec.color` with this operation.",
        "Use this operation to set spec.color.",
        "spec.color may be freely chosen.",
        "以下字段可以设置：spec.color。",
        "允许配置spec.color。",
    ],
)
def test_a_field_that_can_be_set_may_be_meant_of_creation_and_is_told(sentence: str) -> None:
    assert read(sentence) == ([], [(5, UNSAID)])


@pytest.mark.parametrize(
    "sentence",
    [
        "Changing spec.glowSeconds requires a restart.",
        "A change of spec.glowSeconds takes effect the next night.",
        "Once spec.glowSeconds was edited, the lamp is recreated.",
        "修改spec.glowSeconds后需要重启。",
        "修改spec.glowSeconds后次日生效。",
    ],
)
def test_what_else_the_change_of_a_field_takes_is_told(sentence: str) -> None:
    assert read(f"{LIST}\n\n{sentence}") == (LISTED, [(BELOW, UNSAID)])


@pytest.mark.parametrize(("header", "told"), [("Can be set", True), ("Change", True), ("Since", False)])
def test_a_column_about_change_that_does_not_say_what_can_be_replaced_is_told(header: str, told: bool) -> None:
    table = f"Field\t{header}\nspec.color\tYes\nspec.hue\tNo"
    assert read(table) == ([], [(5, "a column that is known")] if told else [])
