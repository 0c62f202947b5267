"""Findings in words: a line for every rule, demand and observation, whatever values they hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Mutation
from contracts.judge import rules
from contracts.judge.mutations import WAYS
from contracts.report import words
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen

TEXTS = st.text(max_size=12) | st.sampled_from(["\n", "\ud83d", "a\r\nb", "x" * 500, "\u2028", '"'])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
) | st.just(MISSING)
PATHS = st.lists(TEXTS | st.integers(0, 9), max_size=4).map(tuple)
MUTATIONS = st.builds(Mutation, st.sampled_from(WAYS), PATHS, VALUES, VALUES)
# What these demand are statuses, numbers and media types of ours, never what a target or a case has sent.
PLAIN = (Demand.STATUS, Demand.STATUS_CLASS, Demand.MEDIA_TYPE, Demand.ACCEPTED_COUNT)
NUMBERS = st.integers(0, 599)
EXPECTED = st.builds(Expected, st.sampled_from(PLAIN), st.lists(NUMBERS, max_size=5).map(tuple)) | st.builds(
    Expected, st.sampled_from([one for one in Demand if one not in PLAIN]), st.lists(VALUES, max_size=5).map(tuple)
)
STATUSES = st.none() | st.integers(100, 599)
OBSERVED = st.builds(Observed, st.just(Seen.COUNT), st.none(), NUMBERS) | st.builds(
    Observed, st.sampled_from([one for one in Seen if one is not Seen.COUNT]), STATUSES, VALUES, TEXTS
)
NAMES = tuple(words.RULES)
LINES = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=20)
FINDINGS = st.builds(
    Finding,
    st.sampled_from(["status.200", "status.201", "response.schema"]),
    EXPECTED,
    OBSERVED,
    PATHS,
    rule=st.sampled_from(NAMES) | LINES,
    attempt=st.none() | MUTATIONS,
    sentence=LINES,
    subject=LINES,
)
ANY_FINDING = Finding("status.200", Expected(Demand.STATUS, (200,)), Observed(Seen.STATUS, 500))
LONGEST = words.LONGEST_VALUE + 40


def is_line(text: str) -> bool:
    return not {"\n", "\r"} & set(text)


@given(FINDINGS)
def test_whatever_was_found_is_said_in_lines(finding: Finding) -> None:
    for text in (words.message(finding), words.expected(finding.expected), words.observed(finding.observed)):
        assert is_line(text)
        text.encode(errors="replace")


@given(EXPECTED, OBSERVED)
def test_values_are_said_shortly(expected: Expected, observed: Observed) -> None:
    assert len(words.observed(observed)) < LONGEST
    assert len(words.expected(expected)) < LONGEST


def test_every_rule_has_words_and_no_other() -> None:
    # what is told from several requests is no rule about one replacement
    of_several = {"sporadic-failure", "read-after-write", "version-repeated"}
    assert set(words.RULES) == {rule.__name__.replace("_", "-") for rule in rules.RULES} | of_several


def test_every_demand_has_words() -> None:
    assert set(words.DEMANDS) == set(Demand)


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_speaks_for_itself(name: str) -> None:
    said = words.message(replace(ANY_FINDING, rule=name, path=("spec", "x")))
    assert said
    assert said != name


@pytest.mark.parametrize("name", NAMES)
def test_a_case_that_is_called_like_a_rule_speaks_its_own_words(name: str) -> None:
    said = words.message(replace(ANY_FINDING, rule=name, sentence="It holds.", subject="large"))
    assert said == "It holds: large"


@pytest.mark.parametrize(
    ("sentence", "subject", "attempt", "said"),
    [
        ("It holds.", "", None, "It holds"),
        ("It holds.", "large", None, "It holds: large"),
        ("", "", None, "my-case"),
        ("It holds.", "", Mutation("remove", ("spec", "x"), 1, MISSING), "spec.x removed"),
        ("It holds.", "pretty", Mutation("add", ("spec", "x"), MISSING, 1), "spec.x added as 1 (pretty)"),
    ],
)
def test_what_a_case_says(sentence: str, subject: str, attempt: Mutation | None, said: str) -> None:
    finding = replace(ANY_FINDING, rule="my-case", sentence=sentence, subject=subject, attempt=attempt)
    assert words.message(finding) == said


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (Expected(Demand.STATUS, (200,)), "200"),
        (Expected(Demand.STATUS, (400, 403)), "400 or 403"),
        (Expected(Demand.STATUS, (400, 403, 409, 422)), "one of 400, 403, 409, 422"),
        (Expected(Demand.STATUS_CLASS, (2, 4)), "2xx or 4xx"),
        (Expected(Demand.STORED, (MISSING, None)), "stored value absent"),
        (Expected(Demand.UNCHANGED, ("x",)), 'stored value still "x"'),
        (Expected(Demand.REFUSED_OR_UNCHANGED, (1,)), "refused, or stored value still 1"),
        (Expected(Demand.ANSWERED, ({"a": 1},)), 'answered value {"a": 1}'),
        (Expected(Demand.MEDIA_TYPE, ("application/json",)), "application/json"),
        (Expected(Demand.ACCEPTED_COUNT, (1,)), "1 accepted"),
    ],
)
def test_what_is_expected(expected: Expected, said: str) -> None:
    assert words.expected(expected) == said


@pytest.mark.parametrize(
    ("observed", "said"),
    [
        (Observed(Seen.STATUS, 500), "500"),
        (Observed(Seen.STORED, 200, 3), "200, stored value 3"),
        (Observed(Seen.STORED, None, MISSING), "stored value absent"),
        (Observed(Seen.ANSWERED, 200, None), "200, answered value null"),
        (Observed(Seen.VALUE, 403, ["x"]), '["x"]'),
        (Observed(Seen.COUNT, None, 2), "2 accepted"),
        (Observed(Seen.NOTE, 400, note="no\n  such  field"), "400, no such field"),
        (Observed(Seen.NOTE, None, note=""), "nothing"),
        (Observed(Seen.NOTE, 500, note=""), "500"),
        (Observed(Seen.NOTE, None, note="x" * 900), "x" * words.LONGEST_NOTE),
    ],
)
def test_what_is_observed(observed: Observed, said: str) -> None:
    assert words.observed(observed) == said


@given(MUTATIONS)
def test_the_title_of_an_attempt_names_its_field(mutation: Mutation) -> None:
    title = words.title(mutation)
    assert title.startswith(paths.render(mutation.path))
    assert is_line(title)
    assert len(title) <= len(mutation.field) + 2 * words.SHORT_VALUE + len(" changed from  to ")


@given(FINDINGS, VALUES)
def test_what_makes_two_findings_the_same_is_neither_values_nor_words(finding: Finding, other: Json) -> None:
    observed = replace(finding.observed, value=other)
    assert replace(finding, observed=observed, sentence="other", subject="x").key == finding.key
    assert replace(finding, path=(*finding.path, "more")).key != finding.key
    assert replace(finding, rule=f"{finding.rule}-").key != finding.key
    assert replace(finding, requirement="other").key != finding.key


def test_nothing_that_was_observed_is_blank() -> None:
    assert words.observed(Observed(Seen.NOTE)) == "nothing"


@pytest.mark.parametrize(
    ("requests", "said"), [(1, "1 of 1 GET request (every one)"), (4, "1 of 4 GET requests (about one in 4)")]
)
def test_one_request_is_no_requests(requests: int, said: str) -> None:
    assert words.rate(1, requests, ("GET",)) == said


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("spec", "a"), {"b": 2}, True),
        (("spec", "a", "b"), 2, True),
        (("spec",), {"a": {"b": 2}, "c": 3}, True),
        (("spec", "a", "b"), 3, False),
        (("spec", "a"), MISSING, False),
        (("spec", "c"), {"b": 2}, False),
    ],
)
def test_a_change_is_told_as_the_attempt_only_where_that_was_stored(path: paths.Path, value: Json, told: bool) -> None:
    attempt = Mutation("change", ("spec", "a"), {"b": 1}, {"b": 2})
    expected, observed = Expected(Demand.REFUSED_OR_UNCHANGED, (1,)), Observed(Seen.STORED, 200, value)
    said = words.message(Finding("immutable.other-spec", expected, observed, path, "unchanged-rest", attempt))
    assert said == (words.title(attempt) if told else f"a replacement changes {paths.render(path)}")
