"""What is said of values only in part, or not at all: denied, on a condition, as an example, in another unit."""

from __future__ import annotations

import time
from typing import Any

import pytest

from contracts.spec.page.facts import facts

TEXT, WHOLE, NUMBER = "string", "integer", "number"
BOTH = {"minimum": 1, "maximum": 10}


@pytest.mark.parametrize(
    "description",
    [
        "Invalid values: A, B.",
        "Unsupported values: A, B.",
        "Non-supported values: [A, B]",
        "Forbidden values: A, B.",
        "Reserved values: A, B.",
        "Excluded values: A, B.",
        "Recommended values: A, B.",
        "Typical values: A, B",
        "Invalid values:\n- A: up\n- B: down",
        "Invalid values:\nA\nB",
        "Unsupported values:\n\n`A`, `B`",
        "Must not be one of A, B.",
        "Value is never one of A, B.",
        "Cannot be one of: A, B",
        "Isn't one of A, B",
        "Any value except one of A, B.",
        "For example, one of A, B.",
        "e.g. one of A, B.",
        "The value is not limited to one of A, B.",
        "Values: A, B, which are not allowed.",
        "If the value is one of A, B, it is ignored.",
        "When the type is X, valid values: A, B.",
        "Values: a, b, etc.",
        "Valid values: A, B, ...",
        "Values: A, B and so on.",
        "Values include: A, B, and more.",
        "Possible values: a, b or others.",
        "Possible values: e.g. Up",
        "Possible values:\n- a: x\n- b: y\n- etc.",
        "Forbidden value: Up",
        "不能取值为A、B",
        "不支持的值：A、B。",
        "禁止的取值：A、B。",
        "无效值：A、B",
        "非法取值：A、B",
        "推荐取值：A、B",
        "例如取值为A、B",
        "如果取值为A、B，则忽略",
        "类型为X时，取值：A、B",
        "取值：A、B等。",
        "取值范围：A、B、C等",
        "Is not a fixed value: v1",
        "Must not match the regular expression [a-z]+",
        "不能匹配正则表达式[a-z]+",
        "Does not default to Up.",
        "不默认为Up。",
        "If the mode is x, defaults to Up.",
    ],
)
def test_values_that_are_not_all_that_there_are(description: str) -> None:
    assert facts(description, TEXT).keywords == {}


@pytest.mark.parametrize(
    ("description", "keywords"),
    [
        ("When specified, allowed values are A, B.", {"enum": ["A", "B"]}),
        ("Not required, one of A, B.", {"enum": ["A", "B"]}),
        ("The field is not mandatory and can be one of A, B.", {"enum": ["A", "B"]}),
        ("It cannot be empty. Options: A, B.", {"enum": ["A", "B"]}),
        ("不能为空，取值：A、B", {"enum": ["A", "B"]}),
        ("如果不填，默认为Up", {"default": "Up"}),
        ("Options: a / b / c", {"enum": ["a", "b", "c"]}),
        ("Valid values: a, b (deprecated), c", {"enum": ["a", "b", "c"]}),
        ("Values: A (default), B (deprecated)", {"enum": ["A", "B"], "default": "A"}),
        ("Values: A (deprecated, use B), B", {"enum": ["A", "B"]}),
        ("取值：A（默认）、B（已废弃）", {"enum": ["A", "B"], "default": "A"}),
        ("取值：A（按需）、B（包月，已废弃）", {}),
        ("Valid values: a, b. Deprecated: c.", {"enum": ["a", "b"]}),
        ("Values:\n- A: up. Deprecated.\n- B: down", {"enum": ["A", "B"]}),
        ("Deprecated values: a, b.", {}),
        ("Old name of the hue (deprecated).", {"deprecated": True}),
        ("(Deprecated) The hue.", {"deprecated": True}),
        ("该参数已弃用，取值：A、B", {"enum": ["A", "B"], "deprecated": True}),
    ],
)
def test_what_is_said_of_one_value_or_of_the_field(description: str, keywords: dict[str, Any]) -> None:
    assert facts(description, TEXT).keywords == keywords


@pytest.mark.parametrize(
    ("description", "keywords"),
    [
        ("must not be greater than 10", {"maximum": 10}),
        ("must not be greater than or equal to 10", {"maximum": 9}),
        ("must not be less than or equal to 3", {"minimum": 4}),
        ("cannot be greater than 3", {"maximum": 3}),
        ("It shouldn't be more than 5", {"maximum": 5}),
        ("should be no fewer than 2", {"minimum": 2}),
        ("The value must not be less than 1 or greater than 10.", BOTH),
        ("The value should be neither less than 1 nor greater than 10.", BOTH),
        ("not less than 1 and less than 10", {"minimum": 1, "maximum": 9}),
        ("不能小于3", {"minimum": 3}),
        ("取值不应小于3", {"minimum": 3}),
        ("不得大于10", {"maximum": 10}),
        ("不能大于等于10", {"maximum": 9}),
        ("不能设置为大于10的值", {"maximum": 10}),
        ("不允许超过10", {"maximum": 10}),
        ("不能小于1，也不能大于10", BOTH),
        ("不能小于1且不能大于10", BOTH),
        ("不能小于1或大于10", BOTH),
        ("未设置时，取值范围为1~10", BOTH),
        ("If not set, the value must be at least 3", {"minimum": 3}),
        ("The value can be at most 5.", {"maximum": 5}),
        ("If the value is less than 10, it is ignored.", {}),
        ("Should the value be less than 10, it is ignored.", {}),
        ("Values greater than 100 are rounded down.", {}),
        ("values less than 5 are rejected", {}),
        ("Values ≥ 100 are ignored", {}),
        ("The value may be larger than 5", {}),
        ("The value need not be greater than 5.", {}),
        ("The value doesn't have to be at least 5.", {}),
        ("The value is not required to be greater than 3", {}),
        ("must be greater than 0 if the mode is dim", {}),
        ("The value must be <=86400(for 1 day) if it burns", {}),
        ("must not be a positive integer", {}),
        ("It must not be between 1 and 5.", {}),
        ("Values between 1 and 5 are reserved.", {}),
        ("Recommended range: 1 to 10", {}),
        ("Recommended maximum: 10", {}),
        ("大于100的值会被截断", {}),
        ("取值小于5将被拒绝", {}),
        ("当取值大于10时，忽略", {}),
        ("取值大于10，则忽略", {}),
        ("大于10的值无效", {}),
        ("不必大于5", {}),
        ("可以大于5", {}),
        ("取值不在1到5之间", {}),
        ("建议取值范围：1~10", {}),
    ],
)
def test_comparisons_that_are_denied_or_bound_nothing(description: str, keywords: dict[str, Any]) -> None:
    found = facts(description, WHOLE)
    assert (found.keywords, found.contradictions) == (keywords, [])


@pytest.mark.parametrize(
    ("description", "kind", "keywords"),
    [
        ("at least 1 second and at most 2 minutes", WHOLE, {}),
        ("Timeout in seconds. Maximum: 1 hour", WHOLE, {}),
        ("less than 5 minutes", WHOLE, {}),
        ("maximum value is 10 GB", WHOLE, {}),
        ("Value range: 1 to 60 minutes.", WHOLE, {}),
        ("Default: 5 minutes", WHOLE, {}),
        ("Must be between 1 and 5 milliseconds", WHOLE, {}),
        ("超时时间，单位：秒。最大值：1小时", WHOLE, {}),
        ("取值范围：1~30天", WHOLE, {}),
        ("最大值为2千米", WHOLE, {}),
        ("Number of days. Value range: 1 to 10 days. Default: 7 days.", WHOLE, {**BOTH, "default": 7}),
        ("Size in GB. At most 500 GB.", WHOLE, {"maximum": 500}),
        ("超时时间，单位：秒。取值范围：1~10秒。", WHOLE, BOTH),
        ("天数，取值范围：1~10天", WHOLE, BOTH),
        ("Maximum value: 8.2 million", NUMBER, {"maximum": 8_200_000}),
        ("最大值为2.3亿", NUMBER, {"maximum": 230_000_000}),
        ("最大值：5千万", WHOLE, {"maximum": 50_000_000}),
        ("Maximum: 2.123456789123 million", NUMBER, {}),
    ],
)
def test_numbers_with_units_and_multiples(description: str, kind: str, keywords: dict[str, Any]) -> None:
    assert facts(description, kind).keywords == keywords


@pytest.mark.parametrize(
    "description",
    [
        "Possible values: " + "a/" * 900 + "a!",
        "range: " + "a/" * 900 + "a!",
        "one of " + "a\n\n" * 600 + "!",
        "1-" * 1000,
        "1 to " * 400,
        "not " * 500,
        "(deprecated " * 170,
        "不" * 2000,
    ],
)
@pytest.mark.parametrize("kind", [TEXT, WHOLE])
def test_no_words_take_long(description: str, kind: str) -> None:
    started = time.process_time()
    facts(description, kind)
    assert time.process_time() - started < 1
