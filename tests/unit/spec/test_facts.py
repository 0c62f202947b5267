"""Facts in descriptions: which words say what, in English and Chinese, and which say nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.spec.page.facts import facts
from contracts.spec.page.member_types import MemberType, member_type, near

TEXT, WHOLE, NUMBER, TRUTH = "string", "integer", "number", "boolean"
UP_OR_DOWN = {"enum": ["Up", "Down"], "default": "Up"}
WORDS = MemberType(TEXT)


@pytest.mark.parametrize(
    ("description", "kind", "keywords"),
    [
        ("One of Up, Down and Side. Default to Up.", TEXT, {"enum": ["Up", "Down", "Side"], "default": "Up"}),
        ("Its state, one of True, False, Unknown.", TEXT, {"enum": ["True", "False", "Unknown"]}),
        ("Which of them. Valid values are: - Up: every lamp is turned up", TEXT, {"enum": ["Up"]}),
        ("Accepted values are: 'Up' - to the sky; 'Down' - to the ground.", TEXT, {"enum": ["Up", "Down"]}),
        ('Defaults to "" for lamps. Defaults to "lights.example.org" for others.', TEXT, {}),
        ("Defaults to 1.5 for all lamps.", NUMBER, {}),
        ("Defaults to everything.", TEXT, {}),
        ("Valid values are up, down, or side.", TEXT, {"enum": ["up", "down", "side"]}),
        ('Values: "up", "down".', TEXT, {"enum": ["up", "down"]}),
        ("Value:\n- Up: to the sky\n- Down: to the ground", TEXT, {"enum": ["Up", "Down"]}),
        ("取值：A、B或C。默认为B。", TEXT, {"enum": ["A", "B", "C"], "default": "B"}),
        ("可设置的值有：- Up: means up. - Down: means down.", TEXT, {"enum": ["Up", "Down"]}),
        ("One of 1, 2 and 4.", WHOLE, {"enum": [1, 2, 4]}),
        ("The value of this parameter isv1.", TEXT, {"const": "v1"}),
        ("该参数的值为Lamp。", TEXT, {"const": "Lamp"}),
        ("value must be positive integer.", WHOLE, {"minimum": 1}),
        ("Must be positive.", NUMBER, {"exclusiveMinimum": 0}),
        ("必须为正整数", WHOLE, {"minimum": 1}),
        ("Value must be a positive integer.Value range: > 0.", WHOLE, {"minimum": 1}),
        ("A valid port, 0 < x < 65536.Value range: [1, 65535].", WHOLE, {"minimum": 1, "maximum": 65535}),
        ("取值范围：(0, 10)，默认值为3", WHOLE, {"minimum": 1, "maximum": 9, "default": 3}),
        ("取值范围：1~10", NUMBER, {"minimum": 1, "maximum": 10}),
        ("The value must be greater than 1.5.", NUMBER, {"exclusiveMinimum": 1.5}),
        ("大于等于1，小于100的整数", WHOLE, {"minimum": 1, "maximum": 99}),
        ("Must be non-negative. Defaults to 30 seconds.", WHOLE, {"minimum": 0, "default": 30}),
        ("If unspecified, defaults to 1.", WHOLE, {"default": 1}),
        ("Default is false.", TRUTH, {"default": False}),
        ("Defaults to /dev/log. Cannot be updated.", TEXT, {"default": "/dev/log"}),
        ("0 characters < its name length ≤ 63 characters.", TEXT, {"minLength": 1, "maxLength": 63}),
        ("Value length: > 0 characters.", TEXT, {"minLength": 1}),
        ("长度为1-64个字符", TEXT, {"minLength": 1, "maxLength": 64}),
        ("A regular expression [a-z]([-a-z]*[a-z])?.Cannot", TEXT, {"pattern": "^(?:[a-z]([-a-z]*[a-z])?)$"}),
        ("Populated by the system. Read-only.This field", TEXT, {"readOnly": True}),
        ("该字段只读。", TEXT, {"readOnly": True}),
        ("Deprecated: use hue.", TEXT, {"deprecated": True}),
        ("该字段已废弃。", TEXT, {"deprecated": True}),
        ("计费方式。0: 按需；2: 已废弃：包月", TEXT, {}),
        ("The value is fixed at **v1** and cannot be changed.", TEXT, {"const": "v1"}),
        ("API版本，固定值“v3”。", TEXT, {"const": "v3"}),
        ("Ranges from 1 to 4,800. Default: 2,400", WHOLE, {"minimum": 1, "maximum": 4800, "default": 2400}),
        ("-2,147,483,648 to 2,147,483,647", WHOLE, {"minimum": -(2**31), "maximum": 2**31 - 1}),
        ("1 to 2^31-1. Default: 5,000", WHOLE, {"minimum": 1, "maximum": 2**31 - 1, "default": 5000}),
        ("0 to 2^31 - 1", WHOLE, {"minimum": 0, "maximum": 2**31 - 1}),
        ("0 to 2**31-1", WHOLE, {"minimum": 0, "maximum": 2**31 - 1}),
        ("0~2³¹-1", WHOLE, {"minimum": 0, "maximum": 2**31 - 1}),
        ("取值范围：1~20万，默认值：1万", WHOLE, {"minimum": 1, "maximum": 200_000, "default": 10_000}),
        ("Maximum: 5 million", WHOLE, {"maximum": 5_000_000}),
        ("Maximum: 2,000. Minimum: 10", WHOLE, {"minimum": 10, "maximum": 2000}),
        ("At most 65 535", WHOLE, {"maximum": 65535}),
        ("Value range: [1,100]", WHOLE, {"minimum": 1, "maximum": 100}),
        ("Range: 1,100", WHOLE, {"minimum": 1, "maximum": 100}),
        ("Value range: 1, 2, 5", WHOLE, {"enum": [1, 2, 5]}),
        ("Value range: 1 to 10k", WHOLE, {}),
        ("One of 100,200,500.", WHOLE, {"enum": [100, 200, 500]}),
        ("One of 1,000, 2,000 or 5,000.", WHOLE, {"enum": [1000, 2000, 5000]}),
        ("Maximum length: 1,024", TEXT, {"maxLength": 1024}),
        ("最大长度：1,024", TEXT, {"maxLength": 1024}),
        ("1 to 1,024 characters. Default: 1,000", TEXT, {"minLength": 1, "maxLength": 1024}),
        ("Minimum: 2\nMaximum: 52", TEXT, {"minLength": 2, "maxLength": 52}),
        ("Minimum: 2 Maximum: 52", TEXT, {"minLength": 2, "maxLength": 52}),
        ("Regex Pattern: ^[a-z]+$", TEXT, {"pattern": "^(?:[a-z]+)$"}),
        ("正则匹配：^[a-z]+$", TEXT, {"pattern": "^(?:[a-z]+)$"}),
        ("满足正则表达式[a-z]+。", TEXT, {"pattern": "^(?:[a-z]+)$"}),
        ("Enum: [Up, Down]", TEXT, {"enum": ["Up", "Down"]}),
        ("Enum: [Up Down]", TEXT, {"enum": ["Up", "Down"]}),
        ('Enum: "Up" "Down"', TEXT, {"enum": ["Up", "Down"]}),
        ("Must be one of Up (default), Down", TEXT, {"enum": ["Up", "Down"], "default": "Up"}),
        ("Supported values: Up, Down, and Side (default).", TEXT, {"enum": ["Up", "Down", "Side"], "default": "Side"}),
        ("支持的取值：Up（默认）、Down", TEXT, {"enum": ["Up", "Down"], "default": "Up"}),
        ("Options: 1 (default), 2", WHOLE, {"enum": [1, 2], "default": 1}),
        ("取值为1-90之间", WHOLE, {"minimum": 1, "maximum": 90}),
        ("取值在1到90之间", WHOLE, {"minimum": 1, "maximum": 90}),
        ("介于1和90之间", WHOLE, {"minimum": 1, "maximum": 90}),
        ("1-90之间的整数", WHOLE, {"minimum": 1, "maximum": 90}),
        ("Options: Up, Down, or any other word.", TEXT, {}),
        ("The lamp (default) burns.", TEXT, {}),
        ("Between 1 and 60. Default 30.", WHOLE, {"minimum": 1, "maximum": 60, "default": 30}),
        ("1 to 1000.", WHOLE, {"minimum": 1, "maximum": 1000}),
        ("(1..500)", WHOLE, {"minimum": 1, "maximum": 500}),
        ("Value range: 1..500. Waits 30 seconds by default.", WHOLE, {"minimum": 1, "maximum": 500, "default": 30}),
        ("How long; 30 seconds by default.", WHOLE, {"default": 30}),
        ("The value\nranges from **1** to **64**", WHOLE, {"minimum": 1, "maximum": 64}),
        ("**取值范围**：\n5-2000", WHOLE, {"minimum": 5, "maximum": 2000}),
        ("取值范围：\n- Up：向上\n- Down：向下", TEXT, {"enum": ["Up", "Down"]}),
        ("固定值：`lights.example/v1`", TEXT, {"const": "lights.example/v1"}),
        ("Up, Down or Side. Default: Up.", TEXT, {"enum": ["Up", "Down", "Side"], "default": "Up"}),
        ("`up` | `down`", TEXT, {"enum": ["up", "down"]}),
        ("Possible value: All.", TEXT, {"enum": ["All"]}),
        ("枚举值：All", TEXT, {"enum": ["All"]}),
        ("1 to 128 printable characters", TEXT, {"minLength": 1, "maxLength": 128}),
        ("最小长度：1\n最大长度：63", TEXT, {"minLength": 1, "maxLength": 63}),
        ("名称，最长64个字符", TEXT, {"maxLength": 64}),
        ("最大长度36字节", TEXT, {}),
        ("可选值：Up、lights.example/up", TEXT, {"enum": ["Up", "lights.example/up"]}),
        ("One of Up, and lights.example/up.", TEXT, {"enum": ["Up", "lights.example/up"]}),
        ("取值：up/down", TEXT, {"enum": ["up", "down"]}),
        ("类型，默认取值为“text/plain”", TEXT, {"default": "text/plain"}),
        ("取值：text/plain", TEXT, {}),
        ("合法值为：All", TEXT, {"enum": ["All"]}),
        ("Options:\n\n-  **Up**\n-  **Down**", TEXT, {"enum": ["Up", "Down"]}),
        ("取值：\n-   up\n-   down\n默认值：up", TEXT, {"enum": ["up", "down"], "default": "up"}),
        ("取值：\n- true：亮\n- false：灭\n默认取值：\nfalse", TEXT, {"enum": ["true", "false"], "default": "false"}),
        ("How.\nRange\nUp\nDown\nDefault Value\nUp", TEXT, {"enum": ["Up", "Down"], "default": "Up"}),
        ("The options are as follows:\n\nUp\nDown\n\nThe default is Up.", TEXT, UP_OR_DOWN),
        ("取值范围：\nUp：向上\nDown：向下\n默认取值：\nUp", TEXT, {"enum": ["Up", "Down"], "default": "Up"}),
        ("The value can be:\nup\ndown", TEXT, {"enum": ["up", "down"]}),
        ("The value can be:\n- up: to the sky\n- down: to the ground", TEXT, {"enum": ["up", "down"]}),
        ("Options:\nUp: to the\nsky above all\nDown: to the ground", TEXT, {}),
        ("Options: N/A. Default value: N/A", TEXT, {}),
        ("Default value: -", TEXT, {}),
        ("Constraints: None\nRange: None\nDefault value: None", TEXT, {}),
        ("Default value: None", TEXT, {"default": "None"}),
        ("Example values: red, blue.", TEXT, {}),
        ("Example values:\nred\nblue", TEXT, {}),
        ("示例值：red、blue", TEXT, {}),
        ("How. Range:\nUp: to the sky\nDown: to the ground", TEXT, {"enum": ["Up", "Down"]}),
        ("Range\nN/A\nDefault Value\nN/A", TEXT, {}),
        ("Constraints\nN/A\nRange\nUp\nNote: none", TEXT, {}),
        # What is said of something else, or not to its end, or without parting, says nothing.
        ("Mounted read-only if true, read-write otherwise.", TRUTH, {}),
        ("Value:AlwaysOnFailureNeverDefault: Always.", TEXT, {}),
        ("Defaults to Always if a tag is given, or Never otherwise.", TEXT, {}),
        ("Defaults to image's default. Defaults to empty.", TEXT, {}),
        ("One of the lamps is lit.", TEXT, {}),
        ("Lamps that burn for more than 10 hours are cleaned.", WHOLE, {}),
        ("Between 0 and 0777, at most 50%.", WHOLE, {}),
        ("It must be a regular expression a-z?.", TEXT, {}),
        ("It must be a regular expression [a-z.", TEXT, {}),
        ("value must be positive integer.", TEXT, {}),
    ],
)  # fmt: skip
def test_what_words_say(description: str, kind: str, keywords: dict[str, Any]) -> None:
    found = facts(description, kind)
    assert (found.keywords, found.contradictions) == (keywords, [])


@pytest.mark.parametrize(
    ("description", "values"),
    [
        ("value must be positive integer.", [0]),
        ("Must be a positive integer. Value range: > 0.", []),
        ("Value range: ≥ 1.", []),
        ("必须为正整数。", [0]),
    ],
)
def test_zero_is_open_where_nothing_but_positive_is_said(description: str, values: list[int]) -> None:
    found = facts(description, WHOLE)
    assert (found.keywords, found.open) == ({"minimum": 1}, values)


def test_of_two_statements_the_one_that_forbids_less_is_kept() -> None:
    found = facts("Minimum value is 1. Value range: [0, 5]. At most 9.", WHOLE)
    assert found.keywords == {"minimum": 0, "maximum": 9}
    assert found.contradictions == ["one least value, not 1 and 0", "one largest value, not 5 and 9"]


@pytest.mark.parametrize(
    ("description", "kind", "keywords", "told"),
    [
        ("1 to 9. Default: 10", WHOLE, {"minimum": 1, "maximum": 9}, "a default that maximum 9 allows, not 10"),
        ("取值范围：1~9，默认值：0", WHOLE, {"minimum": 1, "maximum": 9}, "a default that minimum 1 allows, not 0"),
        ("Options: a, b. Default: c", TEXT, {"enum": ["a", "b"]}, "a default that is one of a, b, not c"),
        ("At most 3 characters. Default: high", TEXT, {"maxLength": 3}, "a default that maxLength 3 allows, not high"),
        ("Value range: 90 to 10.", WHOLE, {}, "a range from its least value to its largest, not 90 to 10"),
        ("Fixed value: c. Options: a, b.", TEXT, {"enum": ["a", "b"]}, "a fixed value that is one of a, b, not c"),
    ],
)  # fmt: skip
def test_a_value_that_the_same_words_forbid_is_told(
    description: str, kind: str, keywords: dict[str, Any], told: str
) -> None:
    found = facts(description, kind)
    assert (found.keywords, found.contradictions) == (keywords, [told])


@given(st.text(), st.sampled_from([TEXT, WHOLE, NUMBER, TRUTH, "object", None]))
def test_any_words_are_read(description: str, kind: str | None) -> None:
    assert isinstance(facts(description, kind).keywords, dict)


@pytest.mark.parametrize(
    ("words", "description", "expected"),
    [
        ("String", "", WORDS),
        ("Long", "", MemberType(WHOLE)),
        ("布尔", "", MemberType(TRUTH)),
        ("time.Time", "", MemberType(TEXT, format="date-time")),
        ("Array of strings", "", MemberType("array", WORDS)),
        ("字符串数组", "", MemberType("array", WORDS)),
        ("[]string", "", MemberType("array", WORDS)),
        ("Map<String,String>", "", MemberType("map", WORDS)),
        ("map[string]string", "", MemberType("map", WORDS)),
        ("Object", "Map of string keys and values.", MemberType("map", WORDS)),
        ("Array of Wick objects", "A map of names to Wick.", MemberType("map", MemberType("object", name="Wick"))),
        ("Array ofWick objects", "", MemberType("array", MemberType("object", name="Wick"))),
        ("Wickobject", "", MemberType("object", name="Wick")),
        ("Wick对象数组", "", MemberType("array", MemberType("object", name="Wick"))),
        ("io.lights.v1.Wick object", "", MemberType("object", name="io.lights.v1.Wick")),
        ("Wick", "", MemberType("object", name="Wick")),
        ("-", "", None),
        (None, "", None),
    ],
)
def test_types(words: str | None, description: str, expected: MemberType | None) -> None:
    assert member_type(words, description) == expected


@pytest.mark.parametrize(
    ("one", "other", "likely"),
    [
        ("burnSecond", "burnSeconds", True),
        ("WickSpecs", "longWickSpecs", True),
        ("burnSecodns", "burnSeconds", False),
        ("BurnSeconds", "burnSeconds", True),
        ("name", "names", False),
        ("Specs", "longWickSpecs", False),
        ("burnMinutes", "burnSeconds", False),
    ],
)
def test_near_misses(one: str, other: str, likely: bool) -> None:
    assert (near(one, other), near(other, one)) == (likely, likely)
