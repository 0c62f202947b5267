"""Which endpoints a shard takes: every one is in exactly one of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.run.shard import INDEX_VARIABLE, Shard, read
from contracts.settings.config_file import SettingsError


@given(st.lists(st.integers(), max_size=50), st.integers(1, 60))
def test_the_shards_divide_everything(items: list[int], count: int) -> None:
    parts = [Shard(index, count).of(items) for index in range(count)]
    assert sorted(item for part in parts for item in part) == sorted(items)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_every_nth_endpoint_from_the_index_on() -> None:
    assert Shard(1, 3).of("abcdefgh") == ("b", "e", "h")
    assert Shard(5, 8).of("abc") == ()


@pytest.mark.parametrize(
    ("given", "environment", "shard"),
    [
        ("0/4", {}, Shard(0, 4)),
        ("3/4", {INDEX_VARIABLE: "1"}, Shard(3, 4)),
        ("4", {INDEX_VARIABLE: "1"}, Shard(1, 4)),
        ("1", {INDEX_VARIABLE: "0"}, Shard(0, 1)),
    ],
)
def test_the_index_stands_in_the_option_or_in_the_variable(
    given: str, environment: dict[str, str], shard: Shard
) -> None:
    assert read(given, environment) == shard


@pytest.mark.parametrize(
    ("given", "index", "said"),
    [
        ("4/4", None, "--shard: of 4 shards the last is 3, found 4"),
        ("4", "4", "JOB_COMPLETION_INDEX: of 4 shards the last is 3, found 4"),
        ("4", None, "--shard: 4 needs the variable JOB_COMPLETION_INDEX, or write I/4"),
        ("4", "x", "JOB_COMPLETION_INDEX: expected a whole number, found 'x' (--shard)"),
        ("0", "0", "--shard: expected at least 1 shard"),
        ("0/0", None, "--shard: expected at least 1 shard"),
        *(
            (text, "0", f"--shard: expected I/N, or N with I from JOB_COMPLETION_INDEX, found {text!r}")
            for text in ("", "-1/4", "1/4/2", "/4", "1/", "1 / 4", "x", "1.5", "٣", "9" * 5000)
        ),
    ],
)
def test_anything_else_is_told_in_a_line(given: str, index: str | None, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(given, {} if index is None else {INDEX_VARIABLE: index})
    assert str(caught.value) == said
