"""Comparison of two records: empty with itself, mirrored when swapped, worse when there is more to worry about."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cli.main import main
from contracts.report.files import ReportError
from contracts.report.model import (
    MOST_FINDINGS,
    CaseResult,
    DocumentGaps,
    Observations,
    Outcome,
    RecordedFinding,
    Report,
    RequirementResult,
    Treatment,
    Verdict,
)
from contracts.report.outcomes import JUDGED
from contracts.report.record import write as write_record
from contracts.report.runs.comparison import Changed, Comparison, Kind, Row, compare
from contracts.report.text.comparison import as_json, as_markdown, as_text, headline, write
from tests.unit.report.samples import FAILED, FINDING, PASSED, SOUND, observations, requirement_results

reports = st.builds(
    lambda requirements, observed, duration, profile: replace(
        SOUND, requirements=requirements, observed=observed, duration_seconds=duration, profile=profile
    ),
    st.lists(requirement_results, max_size=4, unique_by=lambda one: one.id).map(tuple),
    observations,
    st.floats(0, 1e6),
    st.sampled_from(["kubernetes", "document"]),
)


def of(*requirements: RequirementResult, **more: object) -> Report:
    return replace(SOUND, requirements=requirements, **more)  # type: ignore[arg-type]


def outcome(value: Outcome) -> RequirementResult:
    return replace(FAILED, outcome=value, findings=(FINDING,) if value is Outcome.FAILED else ())


def row(old: RequirementResult, new: RequirementResult) -> Row:
    return compare(of(old), of(new)).rows[0]


def is_empty(comparison: Comparison) -> bool:
    changed = any(row.old is not row.new or row.appeared or row.vanished for row in comparison.rows)
    return not (changed or comparison.premises or comparison.observed or comparison.slower or comparison.faster)


@given(reports)
def test_a_record_compared_with_itself_shows_nothing(report: Report) -> None:
    comparison = compare(report, report)
    assert is_empty(comparison)
    assert not comparison.is_worse


@given(reports, reports)
def test_swapping_mirrors(old: Report, new: Report) -> None:
    forth, back = compare(old, new), compare(new, old)
    assert {mirrored(one) for one in forth.rows} == set(map(repr, back.rows))
    assert [swapped(one) for one in forth.premises] == list(back.premises)
    assert [swapped(one) for one in forth.observed] == list(back.observed)
    assert {Changed(one.what, one.new, one.old) for one in forth.slower} == set(back.faster)
    assert {Changed(one.what, one.new, one.old) for one in forth.faster} == set(back.slower)
    assert (forth.old, forth.new) == (back.new, back.old)
    assert is_empty(forth) == is_empty(back)
    assert {one.id for one in forth.having(Kind.FIXED)} <= {one.id for one in back.having(Kind.NEWLY_FAILING)}


def mirrored(one: Row) -> str:
    return repr(replace(one, old=one.new, new=one.old, appeared=one.vanished, vanished=one.appeared))


def swapped(one: Changed[str]) -> Changed[str]:
    return Changed(one.what, one.new, one.old)


@given(reports, reports)
def test_every_writer_writes_every_comparison(old: Report, new: Report) -> None:
    comparison = compare(old, new)
    assert json.loads(json.dumps(as_json(comparison)))["worse"] is comparison.is_worse
    for text in (as_text(comparison), as_markdown(comparison)):
        assert all(line.isprintable() for line in text.splitlines())
        assert headline(comparison) in text


@pytest.mark.parametrize(
    ("old", "new", "kind", "worse"),
    [
        (Outcome.PASSED, Outcome.FAILED, Kind.NEWLY_FAILING, True),
        (Outcome.SKIPPED, Outcome.FAILED, Kind.FAILING_FIRST_JUDGED, True),
        (Outcome.WAIVED, Outcome.FAILED, Kind.NEWLY_FAILING, True),
        (Outcome.FAILED, Outcome.PASSED, Kind.FIXED, False),
        (Outcome.SKIPPED, Outcome.PASSED, Kind.NEWLY_PASSING, False),
        (Outcome.FAILED, Outcome.FAILED, Kind.STILL_FAILING, False),
        (Outcome.PASSED, Outcome.SKIPPED, Kind.NEWLY_SKIPPED, True),
        (Outcome.ERROR, Outcome.SKIPPED, Kind.NEWLY_SKIPPED, False),
        (Outcome.PASSED, Outcome.ERROR, Kind.NEWLY_ERROR, True),
        (Outcome.SKIPPED, Outcome.ERROR, Kind.NEWLY_ERROR, True),
        (Outcome.FAILED, Outcome.WAIVED, Kind.NEWLY_WAIVED, False),
        (Outcome.PASSED, Outcome.NOT_APPLICABLE, Kind.NO_LONGER_JUDGED, True),
        (Outcome.PASSED, Outcome.PASSED, Kind.SAME, False),
    ],
)
def test_what_became_of_a_requirement(old: Outcome, new: Outcome, kind: Kind, worse: bool) -> None:
    found = row(outcome(old), outcome(new))
    assert (found.kind, found.is_worse) == (kind, worse)


@given(st.none() | st.sampled_from(Outcome))
def test_a_new_failure_is_worse_whatever_was_before(old: Outcome | None) -> None:
    assert Row("a", old, Outcome.FAILED).is_worse is (old is not Outcome.FAILED)
    assert Row("a", old, None).is_worse is (old in JUDGED)


def test_a_requirement_that_only_one_record_knows_is_named() -> None:
    comparison = compare(of(PASSED), of(FAILED))
    assert [(one.id, one.kind) for one in comparison.rows] == [
        (FAILED.id, Kind.FAILING_FIRST_JUDGED),
        (PASSED.id, Kind.NO_LONGER_JUDGED),
    ]
    assert f"{PASSED.id}: passed → unknown" in as_text(comparison)


@pytest.mark.parametrize("first", [True, False])
def test_a_run_that_came_to_no_verdict_is_nothing_to_compare_with(
    first: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outage = replace(of(FAILED), verdict=Verdict.ERROR, exit_status=3, error="not reachable", error_kind="unreachable")
    runs = (outage, of(FAILED)) if first else (of(FAILED), outage)
    found = compare(*runs)
    assert not found.is_worse
    assert headline(found) == f"nothing to compare: the {'old' if first else 'new'} run came to no verdict"
    assert "failing" not in as_text(found).lower()
    old, new = (str(write_record(one, tmp_path / name)) for one, name in zip(runs, ("old", "new"), strict=True))
    assert main(["report", "compare", old, new]) == 3
    assert "nothing to compare" in capsys.readouterr().out


def test_what_is_no_worse_is_not_said_to_be() -> None:
    better, worse = replace(PASSED, id="a.better"), replace(PASSED, id="a.worse")
    failing = replace(FAILED, id="a.better"), replace(FAILED, id="a.worse")
    found = compare(of(failing[0], worse), of(better, failing[1]))
    assert headline(found) == "worse: 1 newly failing; besides: 1 fixed"
    assert headline(compare(of(failing[0]), of(better))) == "not worse: 1 fixed"


def test_a_new_finding_in_what_still_fails_is_worse() -> None:
    other = replace(FINDING, field="spec.other", message="another change")
    found = row(FAILED, replace(FAILED, findings=(FINDING, other)))
    assert (found.kind, found.appeared, found.vanished, found.is_worse) == (Kind.STILL_FAILING, (other,), (), True)
    assert "new: another change (spec.other)" in as_text(compare(of(FAILED), of(replace(FAILED, findings=(other,)))))


def test_which_of_very_many_findings_are_shown_is_chance() -> None:
    many = tuple(replace(FINDING, field=f"spec.{chr(97 + number)}") for number in range(MOST_FINDINGS))
    found = row(replace(FAILED, findings=many), replace(FAILED, findings=(*many[1:], replace(FINDING, field="spec.z"))))
    assert found.appeared
    assert not found.is_worse


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("replicas changed from 1 to 3", "replicas changed from 1 to 17"),
        ('spec.x added as "a"', 'spec.x added as "äö\\" b"'),
        ("contract-1a2b3c is gone", "contract-9f9f9f is gone"),
    ],
)
def test_chance_makes_no_new_finding(one: str, two: str) -> None:
    found = row(
        replace(FAILED, findings=(replace(FINDING, message=one),)),
        replace(FAILED, findings=(replace(FINDING, message=two),)),
    )
    assert not found.appeared
    assert not found.vanished


def test_a_changed_premise_is_said_first() -> None:
    new = replace(
        SOUND, profile="kubernetes", suite=replace(SOUND.suite, version="9"), spec=replace(SOUND.spec, sha256="c" * 64)
    )
    new = replace(new, document=replace(new.document, sha256="d" * 64))
    lines = as_text(compare(SOUND, new)).splitlines()
    premises = [line.split(":")[0] for line in lines if line.startswith("different")]
    assert premises == [f"different {what}" for what in ("profile", "document", "specification", "suite version")]
    assert lines.index("different suite version: 0.1.0 → 9") < next(i for i, x in enumerate(lines) if "compared" in x)


def test_another_port_of_this_machine_is_no_other_target() -> None:
    def at(url: str) -> Report:
        return replace(SOUND, target=replace(SOUND.target, url=url))

    assert is_empty(compare(at("http://127.0.0.1:1"), at("http://127.0.0.1:2")))
    assert not is_empty(compare(at("http://jobs.example:1"), at("http://jobs.example:2")))


def test_changed_behaviour_is_told_and_makes_nothing_worse() -> None:
    new = Observations({"status": Treatment.REFUSED}, {403: 1, 422: 1}, DocumentGaps((), ("metadata.finalizers", "x")))
    comparison = compare(SOUND, replace(SOUND, observed=new))
    assert {(one.what, one.old, one.new) for one in comparison.observed} == {
        ("changes of status", "ignored", "refused"),
        ("status 200", "seen", "not seen"),
        ("status 422", "not seen", "seen"),
        ("document gap: status 409", "seen", "not seen"),
        ("document gap: field x", "not seen", "seen"),
    }
    assert not comparison.is_worse


@pytest.mark.parametrize(
    ("before", "after", "slower"), [(2.0, 3.1, True), (2.0, 3.0, False), (0.1, 0.9, False), (100.0, 120.0, False)]
)
def test_slower_is_half_as_long_again_and_a_second(before: float, after: float, slower: bool) -> None:
    def taking(seconds: float) -> Report:
        return of(replace(PASSED, cases=(CaseResult("one", Outcome.PASSED, seconds),)))

    comparison = compare(taking(before), taking(after))
    assert [one.what for one in comparison.slower] == ([PASSED.id] if slower else [])
    assert not comparison.is_worse


def test_what_a_target_says_is_no_markup() -> None:
    said = replace(FINDING, field="", message="see [x](http://x) `a`` @all <img> | ~~b~~ \n# c \x1b[31m")
    text = as_markdown(compare(of(PASSED), of(replace(FAILED, findings=(said,)))))
    line = next(line for line in text.splitlines() if "new: " in line)
    assert line.startswith("  - new: ```see [x]")
    assert line.endswith("\\x1b[31m```")
    assert "\x1b" not in text


def test_files_and_directories_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    write_record(of(PASSED, verdict=Verdict.CONFORMANT), old)
    file = write_record(of(replace(FAILED, id=PASSED.id)), new)
    assert main(["report", "compare", str(old), str(file)]) == 1
    assert "Newly failing (1)\n  pretty.default: passed → failed\n" in capsys.readouterr().out
    assert main(["report", "compare", "--format", "json", str(old), str(new)]) == 1
    assert json.loads(capsys.readouterr().out)["newlyFailing"][0]["id"] == PASSED.id
    assert main(["report", "compare", str(new), str(old)]) == 0
    assert main(["report", "compare", str(old), str(tmp_path / "missing")]) == 3
    assert "cannot be read" in capsys.readouterr().err


def test_a_comparison_is_written_beside_the_record(tmp_path: Path) -> None:
    comparison: Comparison = compare(SOUND, of(PASSED, FAILED, PASSED))
    write(comparison, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["comparison.json", "comparison.md"]
    assert (tmp_path / "comparison.md").read_text() == as_markdown(comparison)
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="cannot be written"):
        write(comparison, tmp_path / "file")


def test_fields_of_findings_are_shown_once() -> None:
    said = RecordedFinding("spec.replicas changed", "spec.replicas", "", "", "")
    text = as_text(compare(of(PASSED), of(replace(FAILED, findings=(said,)))))
    assert text.count("spec.replicas") == 1
