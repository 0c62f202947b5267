"""A finding on the terminal: six lines, all that its reader needs, and the same number of findings everywhere."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from contracts.report.html.pages import conformance_page
from contracts.report.junit import to_xml
from contracts.report.model import (
    Acceptance,
    CaseResult,
    Outcome,
    RecordedExchange,
    RecordedFinding,
    Report,
    RequirementResult,
    Verdict,
)
from contracts.report.runs.comparison import compare
from contracts.report.strength import finding_count, strength
from contracts.report.text import comparison
from contracts.report.text.findings import MOST_LINES, finding, telling_first
from contracts.report.text.layout import rendered
from contracts.report.text.summary import exit_line, summary, verdict_line
from contracts.report.writers import to_yaml

from .samples import FAILED, PASSED, SOUND, words

CHANGED = RecordedFinding(
    message="spec.replicas changed from 1 to 3",
    field="spec.replicas",
    expected="refused, or stored value still 1",
    observed="200, stored value 3",
    reproduce="curl -sS " + "x" * 5000,
    change=({"op": "replace", "path": "/spec/replicas", "value": 3},),
    id="3f2a91",
)
BROKEN = replace(FAILED, id="immutable.replica-specs", findings=(CHANGED,), finding_count=14)
exchanges = st.builds(
    RecordedExchange,
    words,
    st.just("http://h/p?q=1"),
    st.just({}),
    words,
    st.just(200),
    st.just({}),
    words,
    st.just(0.1),
)
changes = st.lists(
    st.fixed_dictionaries({"op": st.just("add"), "path": words, "value": st.text(max_size=200)}), max_size=4
).map(tuple)
findings = st.builds(
    RecordedFinding,
    *(st.text(max_size=300) for _ in range(5)),
    change=changes,
    id=st.just("3f2a91"),
    exchange=st.none() | exchanges,
)


def lines(requirement: RequirementResult, width: int) -> list[str]:
    return rendered(
        finding(requirement, requirement.findings[0], width, "reports/conformance.json"), width
    ).splitlines()


@pytest.mark.parametrize("width", [60, 80, 100])
def test_long_values_that_differ_late_do_not_look_alike(width: int) -> None:
    text = "".join(f"{number:03}" for number in range(60))
    found = replace(
        CHANGED, expected=f'stored value "{text}a{text[:9]}"', observed=f'200, stored value "{text}b{text[:9]}"'
    )
    shown = {line.split()[0]: line for line in lines(replace(BROKEN, findings=(found,)), width)}
    assert "058059a000" in shown["expected:"]
    assert "058059b000" in shown["observed:"]
    assert all(cell_len(shown[name]) <= width for name in ("expected:", "observed:"))


def test_a_finding_reads_as_designed() -> None:
    assert lines(BROKEN, 100) == [
        "immutable.replica-specs  spec.replicas changed from 1 to 3                       #3f2a91 and 13 more",
        "  page:      It holds (URI, lines 41-43)",
        "  sent:      replace /spec/replicas 3",
        "  expected:  refused, or stored value still 1        observed: 200, stored value 3",
        "  show it:   pytorchjob-contract replay reports 3f2a91",
    ]


@given(findings, st.integers(60, 220))
@example(replace(CHANGED, expected="", observed=" "), 60)
def test_every_finding_is_six_lines_at_most_and_its_requirement_is_whole(one: RecordedFinding, width: int) -> None:
    shown = lines(replace(BROKEN, findings=(one,)), width)
    assert len(shown) <= MOST_LINES
    assert shown[0].startswith(BROKEN.id)
    assert "#3f2a91 and 13 more" in shown[0]
    assert all(cell_len(line) <= width or line.startswith("  show it:") for line in shown)
    assert not any(line.rstrip().endswith("observed:") for line in shown)


def test_a_script_is_named_beside_the_command() -> None:
    one = replace(CHANGED, reproduce="sh reproduce/3f2a91.sh")
    again = "pytorchjob-contract replay reports 3f2a91   or: sh reports/reproduce/3f2a91.sh"
    assert lines(replace(BROKEN, findings=(one,)), 80)[-1] == f"  show it:   {again}"


def requirement(number: int, outcome: Outcome) -> RequirementResult:
    broken = replace(BROKEN, id=f"family-{number % 6}.name-{number}", family=f"family-{number % 6}")
    if outcome is Outcome.FAILED:
        return broken
    return replace(broken, outcome=outcome, findings=(), finding_count=0, cases=PASSED.cases)


def test_two_failures_take_under_forty_lines() -> None:
    rows = [requirement(number, Outcome.FAILED if number < 2 else Outcome.PASSED) for number in range(39)]
    report = replace(SOUND, requirements=tuple(sorted(rows, key=lambda one: one.family)))
    for width in (80, 200):
        assert summary(report, False, width, "reports/conformance.json").count("\n") < 40


def test_every_format_counts_the_same_findings() -> None:
    report = replace(SOUND, requirements=(PASSED, BROKEN, FAILED))
    assert finding_count(report) == 15
    assert "Findings: 15 against 2 requirements" in summary(report, False, 80)
    assert "(15 findings against 2 requirements)" in conformance_page(report, "sha256:0")
    assert yaml.safe_load(to_yaml(report, ""))["findings"] == 15
    assert [
        one.get("value") for one in to_xml(report, "sha256:0").iter("property") if one.get("name") == "findings"
    ] == ["15"]
    assert "15 findings against 2 requirements" in comparison.as_text(compare(report, report))


def weakened() -> Report:
    return replace(SOUND, weakened=("3 generated examples instead of 25 (--examples)",))


def test_a_weakened_run_says_so_in_every_headline() -> None:
    said = weakened().weakened[0]
    assert said in " ".join(summary(weakened(), False, 80).split())
    assert verdict_line(weakened()).endswith(f"weakened: {said}")
    assert f"weakened</span> {said}" in conformance_page(weakened(), "sha256:0")
    assert yaml.safe_load(to_yaml(weakened(), ""))["weakened"] == [said]
    assert said in ET.tostring(to_xml(weakened(), "sha256:0"), encoding="unicode")
    assert "weakened" not in summary(SOUND, False, 80)


def test_how_strongly_a_run_judged() -> None:
    failed = replace(FAILED, cases=(CaseResult("a", Outcome.FAILED), CaseResult("b", Outcome.SKIPPED)))
    found = strength(replace(SOUND, requirements=(PASSED, failed), acceptance={"positive": Acceptance(10_000, 9_996)}))
    assert (found.cases, found.requests, found.covered, found.units) == (2, 20, 1, 2)
    assert found.words() == (
        "2 cases, 20 requests, 9996 of 10000 correct generated requests accepted (99.9 %), "
        "1 of 2 units of the page judged"
    )
    assert strength(replace(SOUND, requirements=(FAILED,), requests=1, acceptance={}, traceability=())).words() == (
        "0 cases, 1 request"
    )
    assert yaml.safe_load(to_yaml(SOUND, ""))["judged"]["pageUnits"] == {"judged": 1, "asked": 2}


SKIPPED = replace(PASSED, id="status.403", outcome=Outcome.SKIPPED, reason="no credential", cases=())


@pytest.mark.parametrize(
    ("report", "why"),
    [
        (replace(SOUND, exit_status=1), "exit status 1: 1 finding against 1 requirement: immutable.status"),
        (
            replace(SOUND, requirements=(PASSED, SKIPPED), verdict=Verdict.PARTIAL, exit_status=1),
            "exit status 1: not everything was judged (--require-complete): status.403",
        ),
        (
            replace(SOUND, requirements=(PASSED,), exit_status=1, waiver_problems=("the waiver of x expired",)),
            "exit status 1: the waiver of x expired",
        ),
        (replace(SOUND, exit_status=2), "exit status 2: interrupted: not everything was judged"),
        (replace(SOUND, exit_status=3, error="not reachable"), "exit status 3: not reachable"),
        (replace(SOUND, exit_status=0), ""),
    ],
)
def test_every_exit_status_but_0_has_a_reason(report: Report, why: str) -> None:
    assert exit_line(report) == why


def test_what_was_changed_at_the_field_is_shown_before_what_an_earlier_request_left() -> None:
    left = tuple({"op": "remove", "path": f"/metadata/annotations/contract-key-{number}"} for number in range(3))
    added = {"op": "add", "path": "/metadata/annotations/Contract_A~1key", "value": "x"}
    other = {"op": "add", "path": "/spec/dim", "value": 1}
    found = replace(CHANGED, field="metadata.annotations", change=(*left, other, added))
    assert telling_first(found) == [added, *left, other]
    assert telling_first(replace(found, field="")) == [other, added, *left]


def test_of_many_requirements_that_were_not_judged_the_first_are_named() -> None:
    judged = CaseResult("a.py::judged", Outcome.PASSED)
    cut = CaseResult("a.py::cut", Outcome.SKIPPED, reason="budget")
    rows = [
        replace(PASSED, id=f"pretty.{number}", outcome=Outcome.SKIPPED, reason="cut off", cases=(judged, cut))
        for number in range(9)
    ]
    text = summary(replace(SOUND, requirements=tuple(rows)), colour=False, width=120)
    assert "  pretty.0, pretty.1, pretty.2 and 6 more (1 of their 2 cases judged): cut off\n" in text
    few = summary(replace(SOUND, requirements=tuple(rows[:2])), colour=False, width=120)
    assert "  pretty.0, pretty.1: cut off\n" in few


def test_what_others_have_written_is_named_in_full() -> None:
    names = tuple(f"spec.containers[{number}].env" for number in range(20))
    observed = replace(SOUND.observed, server_added=names, other_writers=names, dropped=names)
    text = summary(replace(SOUND, observed=observed), colour=False, width=80)
    for name in names:
        assert text.count(name) >= 2, name
    assert "dropped when it was created" in text
    assert text.count(names[-1]) == 2, "other lists are shortened"
