"""junit.xml out of a record, read again."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from contracts.report import junit
from contracts.report.files import ReportError, may_overwrite
from contracts.report.model import CaseResult, Outcome, RecordedFinding, Report, RequirementResult

from .samples import FAILED, FINDING, PASSED, SOUND, reports

CASE = "test_pretty.py::test_x[a-b::c]"
FOUND = replace(FINDING, id="3f2a91", message="replicas: 1 → 3", change=())
OTHER = replace(FINDING, id="aaaaaa", message="something else")


def row(
    identifier: str, *cases: CaseResult, findings: tuple[RecordedFinding, ...] = (), reason: str = ""
) -> RequirementResult:
    return replace(PASSED, id=identifier, cases=cases, findings=findings, reason=reason)


def of(*requirements: RequirementResult) -> Report:
    return replace(SOUND, requirements=requirements)


def suite(report: Report) -> ET.Element:
    (found,) = ET.fromstring(ET.tostring(junit.to_xml(report, "sha256:0")))
    return found


def only(report: Report) -> ET.Element:
    (found,) = suite(report).iter("testcase")
    return found


@given(reports)
def test_any_report_is_well_formed_and_counted(report: Report) -> None:
    found = suite(report)
    cases = list(found.iter("testcase"))
    names = {case.id for one in report.requirements for case in one.cases if not case.optional}
    assert len(cases) >= len(names)
    assert found.get("tests") == str(len(cases))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert found.get(attribute) == str(len(list(found.iter(tag))))


def test_a_case_stands_once_with_its_worst_outcome_and_all_its_requirements() -> None:
    case = CaseResult(CASE, Outcome.PASSED, 0.25)
    found = only(of(row("pretty.a", case), row("pretty.b", replace(case, outcome=Outcome.ERROR, reason="timed out"))))
    assert (found.get("classname"), found.get("name"), found.get("time")) == ("test_pretty", "test_x[a-b::c]", "0.250")
    assert [(one.get("name"), one.get("value")) for one in found.iter("property")] == [
        ("requirement", "pretty.a"),
        ("level", "document"),
        ("source", "URI, lines 41-43"),
        ("requirement", "pretty.b"),
        ("level", "document"),
        ("source", "URI, lines 41-43"),
    ]
    assert [child.tag for child in found] == ["properties", "error"]
    assert found.find("error").get("message") == "timed out"  # type: ignore[union-attr]


def test_a_failure_holds_what_the_case_found_and_how_to_see_it_again() -> None:
    case = CaseResult(CASE, Outcome.FAILED, findings=("3f2a91",))
    found = only(of(row("pretty.a", case, findings=(OTHER, FOUND))))
    assert found.findtext("failure") == (
        "pretty.a: replicas: 1 → 3 (spec.replicas)\n  document: URI, lines 41-43\n"
        "  expected: refused      observed: 200"
    )
    assert found.findtext("system-out") == "reproduce: sh reproduce/3f2a91.sh"


def test_a_record_that_does_not_tell_whose_a_finding_is_shows_all() -> None:
    found = only(of(row("pretty.a", CaseResult(CASE, Outcome.FAILED), findings=(OTHER, FOUND))))
    assert re.findall("^pretty.a: (.*?) \\(", found.findtext("failure") or "", re.MULTILINE) == [
        "something else",
        "replicas: 1 → 3",
    ]


def test_a_finding_that_the_record_does_not_show_leaves_the_reason() -> None:
    case = CaseResult(CASE, Outcome.FAILED, findings=("bbbbbb",))
    found = only(of(row("pretty.a", case, findings=(FOUND,), reason="12 findings, of which 10 are shown")))
    assert found.findtext("failure") == "12 findings, of which 10 are shown"


@pytest.mark.parametrize("outcome", [Outcome.SKIPPED, Outcome.WAIVED, Outcome.NOT_APPLICABLE])
def test_what_is_no_judgement_is_skipped_with_its_reason(outcome: Outcome) -> None:
    found = only(of(row("pretty.a", CaseResult(CASE, outcome, reason="give --token-file"))))
    assert found.find("skipped").get("message") == "give --token-file"  # type: ignore[union-attr]


def test_a_case_with_nothing_to_try_is_left_out() -> None:
    case = CaseResult(CASE, Outcome.SKIPPED, optional=True, reason="no annotation")
    found = suite(of(row("pretty.a", case, CaseResult("test_pretty.py::test_y", Outcome.PASSED))))
    assert (found.get("tests"), found.get("skipped")) == ("1", "0")
    assert [one.get("name") for one in found.iter("testcase")] == ["test_y"]


@pytest.mark.parametrize(("outcome", "tag"), [(Outcome.FAILED, "failure"), (Outcome.ERROR, "error")])
def test_a_requirement_that_no_case_speaks_for_is_told_itself(outcome: Outcome, tag: str) -> None:
    passed = CaseResult(CASE, Outcome.PASSED)
    told, silent = replace(row("a.told", replace(passed, outcome=outcome)), outcome=outcome), row("a.silent", passed)
    found = suite(of(told, replace(silent, outcome=outcome, reason="nobody answers")))
    named = {str(one.get("classname")): one for one in found.iter("testcase")}
    assert list(named) == ["test_pretty", "requirements"]
    assert named["requirements"].get("name") == "a.silent"
    assert named["requirements"].find(tag).get("message") == "nobody answers"  # type: ignore[union-attr]


def test_characters_that_xml_forbids_are_replaced() -> None:
    case = CaseResult("test_a.py::test_\x00\ud800\ufffe]", Outcome.ERROR, reason="\x1b[2J\x0b")
    found = only(of(row("pretty.a", case)))
    assert found.get("name") == "test_\ufffd\ufffd\ufffd]"
    assert found.find("error").get("message") == "\ufffd[2J\ufffd"  # type: ignore[union-attr]


def test_the_file_is_known_as_this_suites_again(tmp_path: Path) -> None:
    path = junit.write(replace(of(FAILED), error="interrupted"), tmp_path)
    assert path == tmp_path / "junit.xml"
    assert may_overwrite(path, junit.MARK)
    root = ET.parse(path).getroot()
    assert root.findtext("testsuite/system-err") == "interrupted"
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="cannot be written"):
        junit.write(SOUND, tmp_path / "file")
