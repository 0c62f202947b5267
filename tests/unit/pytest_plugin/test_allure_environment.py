"""What Allure shows around the results."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.judge.model import Scope
from contracts.pytest_plugin import allure_results
from contracts.pytest_plugin.allure_results import BROKEN, GAP, MOST_FINDINGS, SUITE_ERROR, UNAVAILABLE, brief
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.spec.load import load_contract

from ..report.test_golden import REPORTS

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "o/r",
    "GITHUB_RUN_ID": "12345",
    "GITHUB_RUN_NUMBER": "7",
    "GITHUB_WORKFLOW": "contract",
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_PROJECT_URL": "https://gitlab.example/o/r",
    "CI_JOB_URL": "https://gitlab.example/o/r/-/jobs/9",
    "CI_JOB_NAME": "contract",
    "CI_PIPELINE_IID": "8",
}


def test_files_are_written(tmp_path: Path) -> None:
    report = replace(next(iter(REPORTS.values())), versions={"python": "3.99", "schemathesis": "4.99"})
    allure_results.write(tmp_path, report, {})
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "allurerc.mjs",
        "categories.json",
        "environment.properties",
    ]
    lines = (tmp_path / "environment.properties").read_text("ascii").splitlines()
    given = dict(line.split("=", 1) for line in lines)
    assert {"target", "namespace", "profile", "suite", "python", "schemathesis"} <= set(given)
    assert given["target"] == report.target.url


def test_the_job_is_named_in_ci(tmp_path: Path) -> None:
    assert allure_results.executor({}) == {}
    github, gitlab = allure_results.executor(GITHUB), allure_results.executor(GITLAB)
    assert github["buildUrl"] == "https://github.com/o/r/actions/runs/12345"
    assert (github["buildName"], github["buildOrder"]) == ("contract #7", 7)
    assert gitlab["buildUrl"] == GITLAB["CI_JOB_URL"]
    assert (gitlab["type"], gitlab["buildOrder"]) == ("gitlab", 8)
    allure_results.write(tmp_path, next(iter(REPORTS.values())), GITHUB)
    assert json.loads((tmp_path / "executor.json").read_text()) == github


def test_each_kind_of_message_has_one_category() -> None:
    for prefix in (BROKEN, GAP, UNAVAILABLE, SUITE_ERROR):
        matching = [one for one in allure_results.CATEGORIES if re.fullmatch(str(one["messageRegex"]), f"{prefix}a\nb")]
        assert len(matching) == 1


@pytest.mark.parametrize("profile", ["kubernetes", "document"])
def test_what_only_the_document_leaves_out_is_a_gap(profile: str) -> None:
    contract = load_contract()
    scope, expected = Scope(contract, profile), Expected(Demand.STATUS, (200,))
    status = Observed(Seen.STATUS, contract.convention_statuses[0])
    stored = Observed(Seen.STORED, contract.convention_statuses[0], "x")
    finalizers = ("metadata", "finalizers")
    for gap in (
        Finding("status.only-documented", expected, status),
        Finding("immutable.other-metadata", expected, stored, finalizers),
        Finding("immutable.other-metadata", expected, Observed(Seen.STORED, 200, "x"), (*finalizers, 0)),
    ):
        assert scope.is_gap(gap)
    for fault in (
        Finding("status.only-documented", expected, Observed(Seen.STATUS, 418)),
        Finding("immutable.identity", expected, Observed(Seen.STORED, 200, "x"), ("metadata", "uid")),
        # what is wrong beside the status is no gap, though the status is one
        Finding("status.refusal-changes-nothing", expected, stored, ("metadata", "uid")),
        Finding("response.error-body", expected, replace(stored, seen=Seen.VALUE)),
    ):
        assert not scope.is_gap(fault)


def test_messages_hold_whole_findings() -> None:
    text = "a: b\n  document: c" + "x" * 5000
    assert brief(BROKEN, [text]) == f"contract broken: {text}"
    many = brief(BROKEN, [f"finding {number}" for number in range(MOST_FINDINGS + 3)])
    assert many.splitlines()[-2:] == [f"finding {MOST_FINDINGS - 1}", "and 3 findings more"]
    assert len(brief(BROKEN, ["x"] * MOST_FINDINGS).splitlines()) == MOST_FINDINGS
