"""The whole command against conformant endpoints: nobody innocent is accused, nothing is left behind."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from contracts.reference import Immutability
from contracts.report import verification
from contracts.spec.contract import load_contract
from tests.design import REQUIREMENT_IDS

from .conftest import Command, Finished


@pytest.fixture(scope="module")
def default_run(run: Command) -> Finished:
    return run()


def test_default_run_is_conformant_and_complete(default_run: Finished) -> None:
    assert default_run.status == 0, default_run.output
    report = default_run.report
    assert report["verdict"] == "conformant"
    assert set(REQUIREMENT_IDS) <= set(default_run.outcomes)
    assert set(default_run.outcomes.values()) == {"passed"}, default_run.output
    assert report["durationSeconds"] < 60
    assert all(row["cases"] for row in report["requirements"])


def test_generated_replacements_are_accepted(default_run: Finished) -> None:
    positive = default_run.report["acceptance"]["positive"]
    assert positive["sent"] >= 20
    assert positive["accepted"] >= 0.9 * positive["sent"]


def test_the_record_is_consistent(default_run: Finished) -> None:
    assert verification.verify(default_run.directory / "conformance.json") == ()


def test_junit_holds_every_case(default_run: Finished) -> None:
    cases = ElementTree.parse(default_run.directory / "junit.xml").getroot().iter("testcase")
    names = {case.get("name") for case in cases}
    judged = {case["id"].partition("::")[2] for row in default_run.report["requirements"] for case in row["cases"]}
    assert judged
    assert judged <= names


def test_allure_results_carry_the_labels(default_run: Finished) -> None:
    contract = load_contract()
    stories = set()
    for file in (default_run.directory / "allure-results").glob("*-result.json"):
        result = json.loads(file.read_text())
        labels = {(label["name"], label["value"]) for label in result["labels"]}
        assert ("epic", contract.document.title) in labels
        assert any(name == "severity" for name, _ in labels)
        assert result["links"]
        assert not result.get("attachments"), "nothing failed, so nothing is attached"
        stories |= {value for name, value in labels if name == "story"}
    assert stories == set(contract.requirements)


def test_summary_names_every_requirement(default_run: Finished) -> None:
    for name in REQUIREMENT_IDS:
        assert re.search(rf"passed +{re.escape(name)}$", default_run.output, re.MULTILINE), name
    assert "verdict: conformant" in default_run.output


@pytest.mark.parametrize("controller", [(), ("--controller=0.05",)], ids=["alone", "controller"])
@pytest.mark.parametrize("mode", list(Immutability))
def test_no_false_alarm(run: Command, mode: str, controller: tuple[str, ...]) -> None:
    finished = run(f"--immutability={mode}", *controller)
    assert finished.status == 0, finished.output
    assert set(finished.outcomes.values()) == {"passed"}, finished.output
    expected = "ignored" if mode == "ignore" else "refused"
    assert finished.report["observed"]["immutability"]["spec.pytorchReplicaSpecs"] in (expected, "mixed")


@pytest.mark.parametrize("mode", [Immutability.REFUSE_400, Immutability.IGNORE])
def test_document_profile(run: Command, mode: str) -> None:
    finished = run("--profile=document", f"--immutability={mode}")
    assert finished.status == 0, finished.output
    levels = {row["id"]: row["level"] for row in finished.report["requirements"]}
    for name, outcome in finished.outcomes.items():
        assert outcome == ("not-applicable" if levels[name] == "kubernetes" else "passed"), name


def test_undocumented_status_fails_the_document_profile(run: Command, serve: Callable[..., Any]) -> None:
    with serve(immutability=Immutability.REFUSE_422) as served:
        finished = run(*served.arguments, "--profile=document", "--", "-k", "immutable")
    assert finished.status == 1
    assert finished.outcomes["status.only-documented"] == "failed"


def test_nothing_is_left(run: Command, serve: Callable[..., Any]) -> None:
    with serve(lenient_metadata=True) as served:
        before = served.jobs()
        finished = run(*served.arguments)
        assert finished.status == 0, finished.output
        assert served.jobs() == before
    gaps = finished.report["observed"]["documentGaps"]
    assert gaps["fields"] == ["metadata.finalizers", "metadata.ownerReferences"]


def test_adopted_job_is_put_back(run: Command, serve: Callable[..., Any]) -> None:
    with serve() as served:
        name = _create(served, {"owner": "somebody"})
        before = _kept(served.send("GET", name).json())
        finished = run(*served.arguments, f"--name={name}", "--yes")
        assert finished.status == 0, finished.output
        assert [_kept(job) for job in served.jobs()] == [before]


def test_token_in_another_header(run: Command, serve: Callable[..., Any]) -> None:
    with serve() as served:
        finished = run(*served.arguments, "--auth-header=X-Auth-Token", "--", "-k", "status or labels")
    assert finished.status == 0, finished.output
    assert finished.outcomes["status.401"] == "passed"
    assert finished.outcomes["status.403"] == "passed"


def test_denied_namespace_stands_in_for_a_denied_token(run: Command, serve: Callable[..., Any]) -> None:
    with serve() as served:
        arguments = [one for one in served.arguments if not one.startswith("--denied")]
        denied = f"--denied-namespace={served.endpoint.denied_namespace}"
        finished = run(*arguments, denied, "--", "-k", "denied or correct_replacement")
        without = run(*arguments, "--require-complete", "--", "-k", "denied or correct_replacement")
    assert finished.outcomes["status.403"] == "passed", finished.output
    assert without.outcomes["status.403"] == "skipped"
    assert without.status == 1
    assert "--denied-token-file or --denied-namespace" in without.output


def test_plain_pytest_does_the_same(serve: Callable[..., Any], tmp_path: Path, run: Command) -> None:
    import subprocess
    import sys

    cases = Path(__file__).resolve().parents[1] / "contract"
    with serve() as served:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", str(cases), *served.arguments, f"--report-dir={tmp_path}", "-q"],
            capture_output=True,
            text=True,
            timeout=240,
            cwd=cases.parents[1],
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((tmp_path / "conformance.json").read_text())
    assert report["verdict"] == "conformant"
    assert report["target"]["url"] == served.endpoint.url


def test_secrets_are_nowhere(run: Command, serve: Callable[..., Any]) -> None:
    with serve() as served:
        finished = run(*served.arguments, "--", "-vv", "--tb=long")
        secrets = [served.endpoint.options.token, served.endpoint.options.denied_token]
    files = [file for file in finished.directory.rglob("*") if file.is_file()]
    assert len(files) > 100
    for secret in secrets:
        assert secret not in finished.output
        for file in files:
            assert secret.encode() not in file.read_bytes(), file


def _create(served: Any, labels: dict[str, str]) -> str:
    example = json.loads(json.dumps(load_contract().example_request))
    metadata = {"name": example["metadata"]["name"], "labels": labels, "annotations": {"a/b": "c"}}
    answer = served.send("POST", json={**example, "metadata": metadata, "status": None})
    assert answer.status_code == 201, answer.text
    return str(metadata["name"])


def _kept(job: dict[str, Any]) -> dict[str, Any]:
    """The object without what the server counts."""
    counted = ("resourceVersion", "generation")
    return {**job, "metadata": {key: value for key, value in job["metadata"].items() if key not in counted}}
