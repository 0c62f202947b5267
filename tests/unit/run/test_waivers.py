"""Waivers: what they cover, when they expire or are not needed any more, and files that cannot be used."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.report.model import CaseResult, Outcome, RecordedFinding, Verdict
from contracts.report.model import Waived as Mark
from contracts.report.outcomes import exit_status, verdict
from contracts.report.trust.consistency import inconsistencies
from contracts.run.waivers import Waiver, Waivers, parse
from contracts.settings.config_file import SettingsError
from tests.unit.report.samples import FAILED, PASSED, SOUND

TODAY = date(2026, 5, 1)
WAIVER = Waiver("immutable.status", "the vendor corrects it", "JIRA-12", TODAY)
ONE = RecordedFinding("spec.replicas changed from 1 to 2", "spec.replicas", "", "", "", rule="unchanged-rest")
OTHER = RecordedFinding("spec.suspend added", "spec.suspend", "", "", "", rule="every-attempt")
JUDGED = replace(PASSED, id="immutable.status")
ENTRY = "- {requirement: immutable.status, reason: the vendor corrects it, ticket: JIRA-12, expires: 2026-05-01}"


def on(day: date, *waivers: Waiver) -> Waivers:
    return Waivers(waivers, day)


findings = st.lists(
    st.builds(lambda message, field: replace(ONE, message=message, field=field), st.text(min_size=1), st.text())
)
waivers = st.lists(
    st.builds(
        Waiver,
        st.sampled_from(["immutable.status", "pretty.default"]),
        st.just("why"),
        st.just("T-1"),
        st.dates(TODAY - timedelta(days=2), TODAY + timedelta(days=2)),
        st.text(max_size=2),
    ),
    max_size=3,
)


@given(findings, waivers)
def test_the_waiver_of_a_finding_is_one_that_covers_it(found: list[RecordedFinding], some: list[Waiver]) -> None:
    known = on(TODAY, *some)
    for one in found:
        valid = [each for each in some if each.expires >= TODAY and each.covers("immutable.status", one)]
        assert known.of("immutable.status", one) == (valid[0] if valid else None)


@given(findings, waivers)
def test_an_expired_waiver_covers_nothing(found: list[RecordedFinding], some: list[Waiver]) -> None:
    late = on(TODAY + timedelta(days=3), *some)
    assert not any(late.of("immutable.status", one) for one in found)
    assert len(list(late.problems([JUDGED], {}))) == len(some)


@given(findings, waivers)
def test_a_waiver_that_covers_something_today_is_no_problem(found: list[RecordedFinding], some: list[Waiver]) -> None:
    valid = [one for one in some if one.expires >= TODAY and one.requirement == "immutable.status"]
    needed = [one for one in valid if any(one.covers("immutable.status", each) for each in found)]
    problems = list(on(TODAY, *valid).problems([replace(JUDGED, outcome=Outcome.FAILED)], {"immutable.status": found}))
    assert len(problems) == len(valid) - len(needed)


@pytest.mark.parametrize(
    ("text", "covered"),
    [("", [ONE, OTHER]), ("replicas", [ONE]), ("added", [OTHER]), ("spec.", [ONE, OTHER]), ("Replicas", [])],
)
def test_part_of_message_or_field_chooses_the_findings(text: str, covered: list[RecordedFinding]) -> None:
    some = on(TODAY, replace(WAIVER, finding=text))
    assert [one for one in (ONE, OTHER) if some.of("immutable.status", one)] == covered
    assert some.of("immutable.atomic", ONE) is None


def test_a_waiver_holds_up_to_and_including_its_last_day() -> None:
    assert WAIVER.mark == Mark("the vendor corrects it", "JIRA-12", "2026-05-01")
    assert on(TODAY, WAIVER).of("immutable.status", ONE) is WAIVER
    late = on(TODAY + timedelta(days=1), WAIVER)
    assert late.of("immutable.status", ONE) is None
    assert list(late.problems([FAILED], {"immutable.status": [ONE]})) == [
        "the waiver of immutable.status (JIRA-12) expired on 2026-05-01"
    ]


def test_a_waiver_that_is_not_needed_is_named() -> None:
    assert list(on(TODAY, WAIVER).problems([JUDGED], {})) == [
        "the waiver of immutable.status (JIRA-12) is no longer needed: nothing was found that it covers; take it out"
    ]


@pytest.mark.parametrize("outcome", [Outcome.SKIPPED, Outcome.ERROR, Outcome.NOT_APPLICABLE])
def test_what_was_not_judged_says_nothing_about_a_waiver(outcome: Outcome) -> None:
    some = on(TODAY, WAIVER)
    assert not list(some.problems([replace(JUDGED, outcome=outcome)], {}))
    partly = replace(JUDGED, outcome=Outcome.FAILED, cases=(CaseResult("one", outcome),))
    assert not list(some.problems([partly], {"immutable.status": []})) or outcome is Outcome.NOT_APPLICABLE
    assert not list(some.problems([JUDGED], {}, {"immutable.status"}))


def test_a_waived_run_is_partial_at_best() -> None:
    waived = replace(FAILED, outcome=Outcome.WAIVED, reason="why", findings=(replace(ONE, waiver=Mark("", "", "")),))
    assert verdict([PASSED, waived]) is Verdict.PARTIAL
    assert verdict([PASSED, waived, FAILED]) is Verdict.NONCONFORMANT
    sound = replace(SOUND, requirements=(PASSED, waived), verdict=Verdict.PARTIAL, exit_status=0)
    assert inconsistencies(sound) == ()
    half = replace(waived, findings=(*waived.findings, ONE))
    assert inconsistencies(replace(sound, requirements=(PASSED, half))) == (
        "immutable.status: waived although one of its findings is not",
    )
    wrong = replace(sound, requirements=(PASSED, replace(waived, outcome=Outcome.FAILED)))
    assert "immutable.status: failed although all of its findings are waived" in inconsistencies(wrong)


@pytest.mark.parametrize(
    ("name", "plain", "with_problems"),
    [(Verdict.CONFORMANT, 0, 1), (Verdict.PARTIAL, 0, 1), (Verdict.NONCONFORMANT, 1, 1), (Verdict.ERROR, 3, 3)],
)
def test_a_problem_with_a_waiver_fails_the_run(name: Verdict, plain: int, with_problems: int) -> None:
    assert exit_status(name, False, False) == plain
    assert exit_status(name, False, False, waiver_problems=True) == with_problems
    assert exit_status(name, True, False, waiver_problems=True) == 2


@pytest.mark.parametrize(
    ("chosen", "covered"),
    [
        ({"rule": "unchanged-rest"}, [ONE]),
        ({"path": "spec.suspend"}, [OTHER]),
        ({"path": "spec"}, []),
        ({"rule": "unchanged-rest", "path": "spec.suspend"}, []),
        ({"rule": "unchanged-rest", "path": "spec.replicas", "finding": "from 1"}, [ONE]),
        ({"path": "spec.replicas", "finding": "added"}, []),
    ],
)
def test_rule_and_path_choose_the_findings(chosen: dict[str, str], covered: list[RecordedFinding]) -> None:
    some = on(TODAY, replace(WAIVER, **chosen))  # type: ignore[arg-type]
    assert [one for one in (ONE, OTHER) if some.of("immutable.status", one)] == covered


def test_a_key_of_a_map_can_be_waived() -> None:
    text = "- {requirement: immutable.status, path: 'metadata.labels[\"example.com/x\"]', reason: why, ticket: T-1,"
    [waiver] = parse(f"{text} expires: 2026-05-01}}", "w.yaml", ["immutable.status"])
    one = replace(ONE, field='metadata.labels["example.com/x"]')
    assert waiver.covers("immutable.status", one)
    assert not waiver.covers("immutable.status", replace(one, field="metadata.labels"))
    assert str(waiver) == f"the waiver of immutable.status, {waiver.path!r} (T-1)"


@pytest.mark.parametrize("text", [ENTRY, f"waivers:\n{ENTRY}", ENTRY.replace("2026-05-01", "'2026-05-01'")])
def test_a_file_is_read(text: str) -> None:
    assert parse(text, "w.yaml", ["immutable.status"]) == (WAIVER,)
    assert parse("", "w.yaml", []) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("just text", "w.yaml: expected a list of waivers"),
        ("- a\n", "w.yaml: entry 1: expected the keys requirement, rule, path, finding, reason, ticket, expires"),
        (ENTRY.replace("immutable.status", "immutable.x"), "entry 1 (immutable.x): there is no such requirement"),
        (ENTRY.replace("reason: the vendor corrects it, ", ""), "entry 1 (immutable.status): reason is missing"),
        (ENTRY.replace("ticket: JIRA-12", "ticket: ''"), "entry 1 (immutable.status): ticket is missing"),
        (ENTRY.replace(", expires: 2026-05-01", ""), "entry 1 (immutable.status): expires is missing"),
        (ENTRY.replace("requirement: immutable.status, ", ""), "entry 1: requirement is missing"),
        (ENTRY.replace("2026-05-01", "soon"), "entry 1 (immutable.status): expires must be a day such as 2026-05-31"),
        (ENTRY.replace("2026-05-01", "2026-02-30"), "w.yaml: day is out of range for month"),
        (ENTRY.replace("ticket", "tciket"), "entry 1 (immutable.status): unknown key 'tciket'; there are"),
        (ENTRY.replace("}", ", finding: ''}"), "entry 1 (immutable.status): finding must be a text; leave it out"),
        (ENTRY.replace("}", ", path: [spec]}"), "entry 1 (immutable.status): path must be a text; leave it out"),
        (ENTRY.replace("}", ", rule: 5}"), "entry 1 (immutable.status): rule must be a text; leave it out"),
        (f"{ENTRY}\n{ENTRY.replace('immutable', 'nothing')}", "entry 2 (nothing.status)"),
        ("[", "w.yaml: "),
    ],
)
def test_an_entry_that_cannot_be_used_is_named_in_one_line(text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse(text, "w.yaml", ["immutable.status"])
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
