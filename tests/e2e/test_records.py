"""What a run leaves for other programs: JUnit for CI systems, HAR for the developer tools of a browser."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema_rs
import pytest

from contracts.spec.load import load_contract
from tests.har_schema import HAR

from .command import Command, Finished
from .endpoint import Serve

WORKERS = "--workers=2"
SOME = ("--", "-k", "labels or correct_replacement")


@pytest.mark.parametrize("workers", [(), pytest.param((WORKERS,), marks=pytest.mark.slow)], ids=["alone", "workers"])
def test_har_holds_every_request(run: Command, serve: Serve, tmp_path: Path, workers: tuple[str, ...]) -> None:
    path = tmp_path / "deep" / "run.har"
    with serve() as served:
        finished = run(*served.arguments, *workers, f"--har={path}", *SOME)
        secrets = [served.endpoint.options.token, served.endpoint.options.denied_token]
    assert finished.status == 0, finished.output
    assert [one.name for one in path.parent.iterdir()] == ["run.har"]
    text = path.read_text()
    for secret in secrets:
        assert secret not in text
    document = json.loads(text)
    jsonschema_rs.validator_for(HAR, validate_formats=True).validate(document)
    entries = document["log"]["entries"]
    # with workers, one request more looks in advance whether the target can be judged
    assert len(entries) == finished.report["requests"]
    replacements = [one["response"]["status"] for one in entries if one["request"]["method"] == "PUT"]
    assert len(replacements) == sum(finished.report["observed"]["statuses"].values())


@pytest.mark.parametrize("workers", [(), pytest.param((WORKERS,), marks=pytest.mark.slow)], ids=["alone", "workers"])
def test_har_of_findings_holds_their_exchanges_alone(run: Command, workers: tuple[str, ...]) -> None:
    finished = run("--fault=labels-merged", *workers, "--har=findings", *SOME)
    assert finished.status == 1, finished.output
    assert not [one for one in finished.directory.iterdir() if ".part-" in one.name]
    document = json.loads((finished.directory / "findings.har").read_text())
    jsonschema_rs.validator_for(HAR, validate_formats=True).validate(document)
    cases: dict[str, set[str]] = {}
    for row in finished.report["requirements"]:
        for case in row["cases"]:
            cases.setdefault(case["id"], set()).update(case["findings"])
    entries = document["log"]["entries"]
    for entry in entries:
        assert entry["_findings"]
        assert cases[entry["_case"]] >= {*entry["_findings"]}
        assert entry["comment"] == f"finding {', '.join(entry['_findings'])}"
    found = [one for row in finished.report["requirements"] for one in row["findings"] if one["exchange"]]
    assert {one["id"] for one in found} == {name for entry in entries for name in entry["_findings"]}
    sent = {(entry["startedDateTime"], entry["request"]["url"]) for entry in entries}
    assert {(one["exchange"]["at"], one["exchange"]["url"]) for one in found} <= sent


def test_har_of_a_target_that_is_down_tells_why(run: Command, tmp_path: Path) -> None:
    finished = run("--target=http://127.0.0.1:9", "--timeout=1", f"--har={tmp_path / 'x.har'}", *SOME)
    assert finished.status == 3
    entries = json.loads((tmp_path / "x.har").read_text())["log"]["entries"]
    assert {one["response"]["status"] for one in entries} == {0}
    assert "refused" in entries[0]["comment"]


def test_har_that_cannot_be_written_is_wrong_usage(run: Command) -> None:
    finished = run("--har=/proc/nowhere/x.har", *SOME)
    assert finished.status == 4, finished.output
    assert "--har" in finished.output


Cases = dict[tuple[str, str], ET.Element]


def junit(finished: Finished) -> Cases:
    tree = ET.parse(finished.directory / "junit.xml")
    assert tree.find("testsuite").get("name") == "pytorchjob-contract"  # type: ignore[union-attr]
    cases = list(tree.iter("testcase"))
    named = {(str(case.get("classname")), str(case.get("name"))): case for case in cases}
    assert len(named) == len(cases)
    return named


def properties(case: ET.Element, name: str) -> set[str]:
    return {str(one.get("value")) for one in case.iter("property") if one.get("name") == name}


@pytest.fixture(scope="module")
def alone(run: Command) -> Cases:
    return junit(run("--fault=request-echoed", "--seed=1", *SOME))


@pytest.fixture(scope="module")
def together(run: Command) -> Cases:
    return junit(run("--fault=request-echoed", "--seed=1", WORKERS, *SOME))


def test_junit_says_the_same_with_workers(alone: Cases, together: Cases) -> None:
    contract = load_contract()
    assert set(alone) == set(together)
    for name, case in alone.items():
        requirements = properties(case, "requirement")
        assert requirements, name
        for kind in ("requirement", "level", "source"):
            assert properties(case, kind) == properties(together[name], kind), name
        assert properties(case, "level") == {contract.requirements[one].level for one in requirements}
        assert [child.tag for child in case if child.tag in ("failure", "skipped", "error")] == [
            child.tag for child in together[name] if child.tag in ("failure", "skipped", "error")
        ]


def test_junit_tells_how_to_see_a_failure_again(alone: Cases, together: Cases) -> None:
    for cases in (alone.values(), together.values()):
        failed = [case for case in cases if case.find("failure") is not None]
        assert failed
        for case in failed:
            assert "reproduce: " in (case.findtext("system-out") or "")
            assert "reproduce" not in (case.findtext("failure") or "")
        assert all(case.find("system-out") is None for case in cases if len(case) == 1)
