"""The whole command against conformant endpoints: nobody innocent is accused, nothing is left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from contracts.reference.options import Immutability
from contracts.report.trust import verification
from contracts.spec.load import load_contract
from tests.design import REQUIREMENT_IDS

from .command import CASES, CLEAN, LIMIT, ROOT, Command, Finished, prefixed
from .endpoint import Serve


@pytest.fixture(scope="module")
def default_run(run: Command) -> Finished:
    return run()


def test_default_run_is_conformant_and_complete(default_run: Finished) -> None:
    assert default_run.status == 0, default_run.output
    report = default_run.report
    assert report["verdict"] == "conformant"
    assert set(REQUIREMENT_IDS) <= set(default_run.outcomes)
    assert set(default_run.outcomes.values()) == {"passed"}, default_run.output
    assert all(row["cases"] for row in report["requirements"])


def test_generated_replacements_are_accepted(default_run: Finished) -> None:
    positive = default_run.report["acceptance"]["positive"]
    assert positive["sent"] >= 20
    assert positive["accepted"] >= 0.9 * positive["sent"]


def test_the_record_is_consistent(default_run: Finished) -> None:
    assert verification.verify(default_run.directory / "conformance.json").problems == ()


def test_junit_holds_every_case(default_run: Finished) -> None:
    written = ElementTree.parse(default_run.directory / "junit.xml").getroot().iter("testcase")
    names = {case.get("name") for case in written}
    cases = [case for row in default_run.report["requirements"] for case in row["cases"]]
    judged = {case["id"].partition("::")[2] for case in cases if not case["optional"]}
    assert judged
    assert names == judged


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


def test_summary_counts_every_requirement_and_the_page_names_each(default_run: Finished) -> None:
    assert set(REQUIREMENT_IDS) <= default_run.outcomes.keys()
    for family, number in Counter(name.partition(".")[0] for name in default_run.outcomes).items():
        assert f"{family}: {number} passed" in default_run.output
    assert f"verdict: conformant: {len(default_run.outcomes)} passed" in default_run.output
    assert default_run.output.count("\n") < 30
    page = (default_run.directory / "conformance.html").read_text().replace("<wbr>", "")
    assert all(name in page for name in default_run.outcomes)


@pytest.mark.slow
@pytest.mark.parametrize("controller", [(), ("--controller=0.05",)], ids=["alone", "controller"])
@pytest.mark.parametrize("mode", list(Immutability))
def test_no_false_alarm(run: Command, mode: str, controller: tuple[str, ...]) -> None:
    finished = run(f"--immutability={mode}", *controller)
    assert finished.status == 0, finished.output
    assert set(finished.outcomes.values()) == {"passed"}, finished.output
    expected = "ignored" if mode == "ignore" else "refused"
    assert finished.report["observed"]["immutability"]["spec.pytorchReplicaSpecs"] in (expected, "mixed")


@pytest.mark.slow
@pytest.mark.parametrize("mode", [Immutability.REFUSE_400, Immutability.IGNORE])
def test_document_profile(run: Command, mode: str) -> None:
    finished = run("--profile=document", f"--immutability={mode}")
    assert finished.status == 0, finished.output
    levels = {row["id"]: row["level"] for row in finished.report["requirements"]}
    for name, outcome in finished.outcomes.items():
        assert outcome == ("not-applicable" if levels[name] == "kubernetes" else "passed"), name


def test_undocumented_status_fails_the_document_profile(run: Command, serve: Serve) -> None:
    with serve(immutability=Immutability.REFUSE_422) as served:
        finished = run(*served.arguments, "--profile=document", "--", "-k", "type-meta and change")
    assert finished.status == 1
    assert finished.outcomes["status.only-documented"] == "failed"


def test_nothing_is_left(run: Command, serve: Serve) -> None:
    with serve(lenient_metadata=True) as served:
        before = served.jobs()
        finished = run(*served.arguments, "--", "-k", "finalizers or ownerReferences or labels")
        assert finished.status == 0, finished.output
        assert served.jobs() == before
    gaps = finished.report["observed"]["documentGaps"]
    assert gaps["fields"] == ["metadata.finalizers", "metadata.ownerReferences"]


@pytest.mark.parametrize(
    "some", [("--", "-k", "not immutable and not generated"), pytest.param((), marks=pytest.mark.slow)]
)
def test_adopted_job_is_put_back(run: Command, serve: Serve, some: tuple[str, ...]) -> None:
    with serve() as served:
        name = served.create(annotations={"a/b": "c"})
        before = served.kept()
        finished = run(*served.arguments, f"--name={name}", "--yes", *some)
        assert finished.status == 0, finished.output
        assert served.kept() == before


def test_token_in_another_header(run: Command, serve: Serve) -> None:
    with serve() as served:
        finished = run(*served.arguments, "--auth-header=X-Auth-Token", "--", "-k", "credential or labels")
    assert finished.status == 0, finished.output
    assert finished.outcomes["status.401"] == "passed"
    assert finished.outcomes["status.403"] == "passed"


def test_denied_namespace_stands_in_for_a_denied_token(run: Command, serve: Serve) -> None:
    with serve() as served:
        arguments = [one for one in served.arguments if not one.startswith("--denied")]
        denied = f"--denied-namespace={served.endpoint.denied_namespace}"
        finished = run(*arguments, denied, "--", "-k", "denied or correct_replacement")
        without = run(*arguments, "--require-complete", "--", "-k", "denied or correct_replacement")
    assert finished.outcomes["status.403"] == "passed", finished.output
    assert without.outcomes["status.403"] == "skipped"
    assert without.status == 1
    assert "--denied-token-file or --denied-namespace" in without.output


def test_plain_pytest_does_the_same(serve: Serve, tmp_path: Path) -> None:
    with serve() as served:
        line = [
            sys.executable,
            "-m",
            "pytest",
            str(CASES),
            *prefixed(served.arguments),
            f"--contract-report-dir={tmp_path}",
            "-q",
        ]
        done = subprocess.run(
            [*line, "-k", "labels or correct or absent"],
            capture_output=True,
            text=True,
            timeout=LIMIT,
            cwd=ROOT,
            env=CLEAN,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((tmp_path / "conformance.json").read_text())
    assert report["verdict"] == "partial"
    assert {row["id"]: row["outcome"] for row in report["requirements"]}["replaceable.labels"] == "passed"
    assert report["target"]["url"] == served.endpoint.url


def test_secrets_are_nowhere(run: Command, serve: Serve) -> None:
    with serve() as served:
        finished = run(*served.arguments, "--", "-vv", "--tb=long", "-k", "labels or credential")
        secrets = [served.endpoint.options.token, served.endpoint.options.denied_token]
    files = [file for file in finished.directory.rglob("*") if file.is_file()]
    assert len(files) > 10
    for secret in secrets:
        assert secret not in finished.output
        for file in files:
            assert secret.encode() not in file.read_bytes(), file
