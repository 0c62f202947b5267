"""Bounds and lengths in the short words that people use for them, and the only value that is allowed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.spec.page.facts import facts

LOW = (
    "min {}",
    "Min: {}",
    "(min. {})",
    "min={}",
    "lower limit {}",
    "lower bound: {}",
    "下限为 {}",
    "not below {}",
    "{} or more",
    "{} or greater",
    "{} and above",
    "from {} upwards",
)
HIGH = (
    "max {}",
    "Max. value: {}",
    "upper limit {}",
    "上限 {}",
    "not above {}",
    "cannot be over {}",
    "{} max",
    "{} or less",
    "{} and below",
    "up to {}",
    "Up to {} seconds.",
    "capped at {}",
    "limited to {}",
)
BOTH = (
    "min={} max={}",
    "in m/s, {} to {}",
    "Speed in seconds, {} to {}.",
    "Integer, {}-{}",
    "({}-{})",
    "Allowed: {}-{}",
    "Valid values: {} to {}",
    "Speed, from {} through {}",
    "[{},{}]",
    "Must be in [{}, {}]",
    "{} to {} inclusive",
    "Min. {}, max. {}",
)
LENGTHS = (
    "minLength: {}, maxLength: {}",
    "{} to {} chars",
    "length {}-{}",
    "length: {}..{}",
    "length between {} and {}",
    "at least {} and at most {} characters",
    "min length {}, max length {}",
)
NUMBERS = st.integers(min_value=0, max_value=10**6)


@given(number=NUMBERS)
@pytest.mark.parametrize("words", LOW)
def test_least_value(words: str, number: int) -> None:
    assert facts(words.format(number), "integer").keywords == {"minimum": number}


@given(number=NUMBERS)
@pytest.mark.parametrize("words", HIGH)
def test_largest_value(words: str, number: int) -> None:
    assert facts(words.format(number), "integer").keywords == {"maximum": number}


@given(numbers=st.tuples(NUMBERS, NUMBERS).map(sorted))
@pytest.mark.parametrize("words", BOTH)
def test_both(words: str, numbers: list[int]) -> None:
    low, high = numbers
    assert facts(words.format(low, high), "integer").keywords == {"minimum": low, "maximum": high}


@given(numbers=st.tuples(NUMBERS, NUMBERS).map(sorted))
@pytest.mark.parametrize("words", LENGTHS)
def test_lengths(words: str, numbers: list[int]) -> None:
    low, high = numbers
    assert facts(words.format(low, high), "string").keywords == {"minLength": low, "maxLength": high}


@pytest.mark.parametrize(
    ("words", "keywords"),
    [
        ("exclusiveMinimum: 3", {"exclusiveMinimum": 3}),
        ("(0, 5]", {"exclusiveMinimum": 0, "maximum": 5}),
        ("0.1 to 2.5", {"minimum": 0.1, "maximum": 2.5}),
    ],
)
def test_of_numbers(words: str, keywords: dict[str, float]) -> None:
    assert facts(words, "number").keywords == keywords


@pytest.mark.parametrize(
    "words",
    [
        "The job has 3 or more replicas.",
        "Waits up to 90 seconds before it is stopped.",
        "If max 90 is exceeded, the job fails.",
        "must not be in [1,5]",
        "Up to 5 pods are started at once.",
        "Limited to 5 per namespace",
        "Replicas of 3 or more types are scheduled.",
    ],
)
def test_other_numbers_bound_nothing(words: str) -> None:
    assert facts(words, "integer").keywords == {}


@pytest.mark.parametrize(
    ("words", "most"),
    [
        ("Up to 63 chars", 63),
        ("63 characters or fewer", 63),
        ("63 characters max.", 63),
        ("not longer than 63 characters", 63),
        ("shorter than 64 characters", 63),
        ("length ≤ 63", 63),
        ("length < 64", 63),
        ("length must not exceed 63", 63),
        ("不超过 63 个字符", 63),
    ],
)
def test_longest(words: str, most: int) -> None:
    assert facts(words, "string").keywords == {"maxLength": most}


@pytest.mark.parametrize(
    "words", ["max length 63 bytes", "length 1-63 bytes", "If longer than 63 characters, it is cut"]
)
def test_no_length(words: str) -> None:
    assert facts(words, "string").keywords == {}


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("Only `All` is accepted.", ["All"]),
        ("Currently, only `All` is supported", ["All"]),
        ("Must be `All`.", ["All"]),
        ("The only valid value is All", ["All"]),
        ("constant: All", ["All"]),
        ("Only `All` and `None` are supported.", ["All", "None"]),
        ("It must be `A`, `B` or `C`.", ["A", "B", "C"]),
        ("仅支持 `NFS`。", ["NFS"]),
    ],
)
def test_no_other_values(words: str, values: list[str]) -> None:
    assert facts(words, "string").keywords == {"enum": values}


@pytest.mark.parametrize(
    "words",
    [
        "If x is set, only `A` is supported",
        "must not be `A`",
        'must be "A" if x',
        "Must be set.",
        "Only this is supported",
        "must be `A` for administrators",
    ],
)
def test_no_value_is_the_only_one(words: str) -> None:
    assert facts(words, "string").keywords == {}
