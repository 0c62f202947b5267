"""Sentences, columns and lists that deny that a field can be replaced: nothing is read as its contrary."""

from __future__ import annotations

import time

import pytest

from contracts.spec.page.mutability import about_change
from tests.unit.spec.lamp_page import BELOW, BOTH_WAYS, LIST, LISTED, UNCLEAR, UNCONDITIONAL, UNSAID, read

PATIENCE = 5.0

DENIALS = [
    *(f"{{}} is not {word}." for word in ("updatable", "replaceable", "mutable", "editable", "writable", "modifiable")),
    "{} isn't mutable.",
    "{} isn’t mutable.",
    "{} is never replaceable.",
    "{} is no longer replaceable.",
    "{} is non-replaceable.",
    "{} is unmodifiable.",
    "{} is not yet updatable.",
    "{} cannot be altered.",
    "{} must not be overwritten.",
    "You may not adjust {}.",
    "不可取代{}。",
    "{}不得變更。",
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
    "page",
    [
        "Nobody but an admin ever modifies {0}.",
        "The change of {0} takes a minute. Lamps burn.",
        "Lamps burn. Only data.a can be replaced. One modifies {0}.",
        "{0} can be tweaked.",
        "Only {0} can.",
        "{0} cannot only be read but also replaced.",
        "Updating {0} is unsupported.",
        "{0}可自动调整。",
    ],
)
def test_a_sentence_about_change_is_told_beside_a_list(page: str) -> None:
    paths, told = read(f"{LIST}\n\n{page.format('spec.color')}")
    assert ("spec.color" in paths, (BELOW, UNSAID) in told) == (False, True)


def test_a_list_of_fields_that_are_read_only_contradicts() -> None:
    below = "These fields are read-only:\n\n- spec.size\n- spec.glowSeconds"
    assert read(f"{LIST}\n\n{below}") == (LISTED, [(BELOW + 3, BOTH_WAYS)])


def test_a_list_below_words_about_change_is_told() -> None:
    below = "The server may change the following fields:\n\n- spec.size"
    assert read(f"{LIST}\n\n{below}") == (LISTED, [(BELOW + 2, UNSAID)])


def test_a_question_announces_its_answer() -> None:
    assert read("Which fields can be replaced?\n\n- spec.color") == (["spec.color"], [])


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
