"""Allure results: the same wherever and with however many processes a run is made; and the report made of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from contracts.reference.options import Immutability
from contracts.spec.load import load_contract

from .command import LIMIT, ROOT, Command, Finished, pythonpath
from .endpoint import Serve
from .misbehaving import KINDS, Front, Kind

SOME = ("--seed=1", "--", "-k", "labels or correct_replacement")
FAULTY = "--fault=nothing-answered"
SAME = ("name", "status", "fullName", "testCaseId", "titlePath", "description", "parameters", "links", "statusDetails")


def results(finished: Finished) -> dict[str, dict[str, Any]]:
    files = list((finished.directory / "allure-results").glob("*-result.json"))
    found = {one["historyId"]: one for one in (json.loads(file.read_text()) for file in files)}
    assert len(found) == len(files)
    return found


def labels(result: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (one["name"], one["value"]) for one in result["labels"] if one["name"] not in ("host", "thread", "language")
    }


@pytest.fixture(scope="module")
def alone(run: Command) -> Finished:
    return run(FAULTY, *SOME)


@pytest.mark.slow
def test_workers_write_the_same_results(run: Command, alone: Finished) -> None:
    first, second = results(alone), results(run(FAULTY, "--workers=2", *SOME))
    assert set(first) == set(second)
    for key, one in first.items():
        other = second[key]
        if "finding" not in str(one.get("steps")):  # whichever came across a finding first words it
            assert labels(one) == labels(other), one["name"]
        for name in SAME[:-1]:
            assert one.get(name) == other.get(name), one["name"]
        assert (one.get("statusDetails") is None) == (other.get("statusDetails") is None)


def test_results_say_what_was_asked_and_no_path_of_a_file(alone: Finished) -> None:
    for one in results(alone).values():
        assert re.match(r"[A-Z][^_]*( \(|$)", one["name"]), one["name"]
        text = json.dumps(one)
        assert str(ROOT) not in text
        assert "site-packages" not in text
        for step in one.get("steps", ()):
            assert " " in step["name"], "a step reads like a sentence"
            assert len(step.get("attachments", ())) <= 12
        if one["status"] == "passed":
            assert "attachments" not in text
    assert not list((alone.directory / "allure-results").glob("*-container.json"))


def test_no_fixture_is_shown_with_an_unknown_end(run: Command) -> None:
    """`immutable_fields` lives as long as the session, and so past the time at which it is written."""
    done = run("--seed=1", "--", "-k", "every_attempt and type-meta-change")
    assert [one["status"] for one in results(done).values()] == ["passed"]
    assert not list((done.directory / "allure-results").glob("*-container.json"))


def test_titles_say_what_is_tried(run: Command) -> None:
    """Cases for which a budget leaves no room have their titles too."""
    found = results(run("--seed=1", "--requests=20")).values()
    names = [one["name"] for one in found]
    assert len(set(names)) == len(names) > 250
    ids = load_contract().requirements
    assert [name for name in names if any(one in name for one in ids)] == []
    assert "Change every field below spec.pytorchReplicaSpecs" in names


def test_a_failure_is_told_in_whole_findings(alone: Finished) -> None:
    told = [one["statusDetails"]["message"] for one in results(alone).values() if one["status"] == "failed"]
    assert told
    for message in told:
        assert re.search(r"(observed: .+|findings? more)$", message), message[-200:]


def categories(finished: Finished) -> set[tuple[str, ...]]:
    rules = json.loads((finished.directory / "allure-results/categories.json").read_text())
    return {
        tuple(
            rule["name"]
            for rule in rules
            if one["status"] in rule["matchedStatuses"]
            and re.search(rule["messageRegex"], one["statusDetails"]["message"])
        )
        for one in results(finished).values()
        if one["status"] in ("failed", "broken")
    }


def test_categories_match_what_real_runs_say(run: Command, serve: Serve, alone: Finished) -> None:
    assert categories(alone) == {("Contract broken",)}
    with serve(immutability=Immutability.REFUSE_422) as served:
        gap = run(*served.arguments, "--profile=document", "--", "-k", "type-meta and change")
    assert categories(gap) == {("Document gap",)}, gap.output


def test_a_target_that_goes_away_has_a_category(run: Command, serve: Serve) -> None:
    cut = next(kind for kind in KINDS if kind.name == "reset")
    asked: list[str] = []

    def gone_from_the_first_write(method: str) -> Kind | None:
        asked.append(method)
        return cut if "PUT" in asked else None

    with serve() as served, Front(served.endpoint.port, gone_from_the_first_write) as front:
        gone = run(*served.arguments, f"--target={front.url}", "--", "-k", "labels and set_change_clear")
    assert categories(gone) == {("Target unavailable",)}, gone.output


def test_a_failure_of_our_own_has_a_category(run: Command, tmp_path: Path) -> None:
    """A plugin that breaks one case: neither the target nor its contract is blamed for it."""
    (tmp_path / "broken.py").write_text(
        "import pytest\n@pytest.hookimpl(tryfirst=True)\ndef pytest_runtest_call(item):\n"
        "    if item.name.startswith('test_correct_replacement'):\n        raise KeyError('lost')\n"
    )
    done = run(
        "--seed=1", "--", "-p", "broken", "-k", "correct_replacement", environment={"PYTHONPATH": pythonpath(tmp_path)}
    )
    assert done.status == 3, done.output
    broken = [one for one in results(done).values() if one["status"] == "broken"]
    assert broken
    assert all(one["statusDetails"]["message"].startswith("suite error: ") for one in broken)
    assert ("Suite error",) in categories(done)


def test_an_environment_goes_with_the_results(alone: Finished) -> None:
    text = (alone.directory / "allure-results/environment.properties").read_text()
    for name in (
        "target=http://127",
        "namespace=kube-test",
        "profile=kubernetes",
        "suite=",
        "python=3.",
        "schemathesis=",
    ):
        assert name in text


def tool(name: str) -> str:
    local = ROOT / "tests/node/node_modules/.bin" / name
    found = str(local) if local.exists() else shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed (npm install --prefix tests/node; apt-get install chromium)")
    return found


@pytest.mark.slow
def test_the_report_is_built_and_shown(alone: Finished, tmp_path: Path) -> None:
    allure, chromium = tool("allure"), tool("chromium")
    tool("node")
    for _ in range(2):
        built = subprocess.run(
            [
                allure,
                "generate",
                "--config",
                alone.directory / "allure-results/allurerc.mjs",
                alone.directory / "allure-results",
            ],
            env={key: value for key, value in os.environ.items() if key != "ALLURE_SINGLE_FILE"},
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        assert built.returncode == 0, built.stderr
    report = alone.directory / "allure-report"
    assert not list(report.rglob("*.js")), "what a page loads beside itself stays away on file://"
    history = (alone.directory / "allure-history.jsonl").read_text().splitlines()
    assert len(history) == 1, "a report that is built twice is one run"
    flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    shown = subprocess.run(
        [
            chromium,
            *flags.split(),
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--virtual-time-budget=10000",
            "--dump-dom",
            (report / "index.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert "replaceable.labels" in shown.stdout, shown.stderr
    assert "kube-test" in shown.stdout
