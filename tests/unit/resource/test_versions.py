"""Which reads lag behind what was answered, and which versions are new."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.resource.versions import FEWEST_GROWN, MOST_VAIN_WAITS, Versions
from contracts.spec.fields import VERSION


def of(version: Json) -> Json:
    return paths.put({}, VERSION, version)


def test_a_version_from_before_the_answered_one_lags() -> None:
    versions = Versions()
    versions.read(of("1"))
    versions.answered(of("3"))
    assert versions.lags(of("1"))
    assert not versions.lags(of("3"))
    assert not versions.lags(of("2")), "another writer's, who wrote later still"
    versions.read(of("3"))
    assert versions.lags(of("1")), "of several replicas one may lag"
    versions.read(of("4"))
    assert versions.lags(of("3"))
    versions.answered(of("2"))
    assert not versions.lags(of("4")), "a greater number is later"


def test_an_answer_that_changed_nothing_is_not_waited_for() -> None:
    versions = Versions()
    versions.read(of("1"))
    versions.answered(of("1"))
    assert not versions.lags(of("1"))


def test_after_vain_waits_what_is_read_is_taken() -> None:
    versions = Versions()
    versions.read(of("1"))
    for number in range(MOST_VAIN_WAITS):
        versions.answered(of(f"{number + 2}"))
        assert versions.lags(of("1"))
        versions.read(of("1"), vain=True)
    versions.answered(of("9"))
    assert not versions.lags(of("1"))


@given(
    st.lists(st.sampled_from(["1", "2", "3", MISSING, 7, None]), max_size=9), st.sampled_from(["1", "4", MISSING, 7])
)
def test_new_is_what_was_neither_read_nor_answered(seen: list[Json], version: Json) -> None:
    versions = Versions()
    for one in seen:
        versions.read(of(one))
    mark = versions.mark()
    versions.answered(of("3"))
    versions.read(of(version))
    assert versions.is_new(of(version), mark) == (isinstance(version, str) and version not in [*seen, "3"])


def test_a_version_that_no_answer_has_shown_is_another_writers() -> None:
    seen = Versions()
    seen.read(of("1"))
    assert seen.foreign == 0  # what stood there in the beginning
    for version in ("2", "3"):
        seen.answered(of(version))
        seen.read(of(version))
    assert seen.foreign == 0
    seen.answered(of("4"))
    seen.read(of("5"))
    seen.read(of("5"))
    assert seen.foreign == 1


def test_after_an_answer_without_version_the_next_new_one_is_its_own() -> None:
    seen = Versions()
    seen.read(of("1"))
    seen.answered(MISSING)
    seen.read(of("1"))
    seen.read(of("2"))
    assert seen.foreign == 0
    seen.read(of("3"))
    assert seen.foreign == 1


def test_an_old_version_stays_old_however_often_it_was_waited_for() -> None:
    seen = Versions()
    seen.read(of("1"))
    seen.answered(of("3"))
    for _ in range(MOST_VAIN_WAITS + 1):
        seen.read(of("1"), vain=True)
    assert seen.is_old(of("1"))
    assert not seen.is_old(of("3"))
    assert not seen.is_old(of("4")), "it may be another writer's"
    assert not seen.is_old(of("2")), "also as it was not seen"
    assert seen.is_behind(of("2")), "but it may be older"
    assert not seen.is_behind(of("other")), "which a text does not tell"
    seen.read(of("other"))
    assert seen.is_old(of("3"))
    assert not seen.is_behind(of("other"))


def test_a_version_with_which_a_write_was_refused_is_behind() -> None:
    seen = Versions()
    seen.read(of("a"))
    seen.outdated(of("a"))
    assert seen.is_behind(of("a"))
    assert not seen.is_old(of("a")), "it may have been refused for something else"
    assert not seen.is_behind(of("b"))


def test_own_is_what_a_write_was_answered_with() -> None:
    seen = Versions()
    seen.read(of("1"))
    seen.answered(of("2"))
    assert [seen.is_own(of(one)) for one in ("1", "2", MISSING)] == [False, True, False]


def grown(writes: int) -> Versions:
    """What is known after so many writes with a greater version each."""
    seen = Versions()
    seen.read(of("100"))
    for number in range(100, 100 + writes):
        seen.answered(of(f"{number + 1}"), f"{number}")
        seen.read(of(f"{number + 1}"))
    return seen


def test_versions_are_ordered_once_they_were_seen_to_grow() -> None:
    assert not grown(FEWEST_GROWN).ordered, "the last write is judged by those before it"
    assert grown(FEWEST_GROWN + 1).ordered


def test_order_is_no_evidence_after_a_version_that_went_back() -> None:
    seen = grown(FEWEST_GROWN + 1)
    last = seen.latest
    seen.answered(of("50"), last)
    by_that_very_write = seen.ordered  # it may be the target's fault
    seen.read(of("50"))
    seen.answered(of("60"), "50")
    assert (by_that_very_write, seen.ordered) == (True, False)
    assert seen.lags(of("50"))
    assert seen.lags(of(last)), "a greater number is none that is later"
    assert not seen.is_behind(of("55")), "and a smaller one is none that is earlier"


@pytest.mark.parametrize(
    ("answered", "replaced"),
    [
        pytest.param("90", "80", id="answers that have crossed"),
        pytest.param("110", "9000", id="a version that was never given, and is taken"),
        pytest.param("90", None, id="none was sent"),
        pytest.param(MISSING, "109", id="none was answered"),
    ],
)
def test_order_is_evidence_still(answered: Json, replaced: str | None) -> None:
    seen = grown(FEWEST_GROWN + 1)
    seen.answered(of(answered), replaced)
    seen.answered(of("200"), seen.latest)
    assert seen.ordered
