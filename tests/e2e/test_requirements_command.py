"""The command `requirements`: what is judged, and what of the page that covers."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from contracts.cli.main import main

from .command import Command, call

PAGE = Path(__file__).parents[3] / "shared/documents/replacing-a-pytorchjob.txt"
page_at_hand = pytest.mark.skipif(not PAGE.exists(), reason="the vendor's page is not at hand")


def requirements(*arguments: str, directory: Path) -> subprocess.CompletedProcess[str]:
    return call("requirements", *arguments, directory=directory, COLUMNS="100")


def test_the_matrix_covers_the_page(tmp_path: Path) -> None:
    done = requirements("--matrix", directory=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "at /paths/…/put/x-replaceable-fields/0" in done.stdout
    assert done.stdout.splitlines()[-1].endswith(" 0 uncovered")


def test_the_matrix_as_json_names_the_cases(tmp_path: Path) -> None:
    done = requirements("--matrix", "--format=json", directory=tmp_path)
    matrix = json.loads(done.stdout)
    named = {name for unit in matrix["units"] for name in unit["requirements"]}
    assert set(matrix["requirements"]) == named
    for requirement in matrix["requirements"].values():
        assert requirement["outcome"] is None
        assert all(case.startswith("test_") and "::" in case for case in requirement["cases"])
        assert requirement["cases"]


@page_at_hand
def test_a_page_with_a_new_sentence_is_not_covered(tmp_path: Path) -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    page = tmp_path / "page.txt"
    page.write_text("\n".join([*lines[:13], "Jobs that are done cannot be replaced.", *lines[13:]]))
    done = requirements("--matrix", f"--page={page}", directory=tmp_path)
    assert done.returncode == 1
    assert "14      sentence: UNCOVERED" in done.stdout


@pytest.mark.parametrize("option", ["--page=x", "--record=x", "--format=json"])
def test_what_is_for_the_matrix_alone_needs_it(capsys: pytest.CaptureFixture[str], option: str) -> None:
    assert main(["requirements", option]) == 4
    assert capsys.readouterr().err == "pytorchjob-contract: --page, --record and --format need --matrix\n"


def test_a_run_says_what_it_exercised_and_the_matrix_what_came_of_it(run: Command, tmp_path: Path) -> None:
    some = ("--seed=1", "--", "-k", "labels or other_values")
    alone, shared = run(*some), run("--workers=2", *some)
    for one in (alone, shared):
        observed = one.report["observed"]
        assert observed["coverage"]["replacements"] == sum(observed["statuses"].values()) > 0
        assert observed["latency"]["PUT"]["answers"] >= observed["coverage"]["replacements"]
        found = {(element["kind"], element["name"]): element for element in observed["coverage"]["elements"]}
        assert found["property", "metadata.labels"]["accepted"] > 0
        assert found["property", "metadata.labels.*"]["values"] > 2
        assert found["parameter", "pretty"]["values"] > 2
        assert found["status", "200"]["shown"] == observed["statuses"]["200"]
        assert not found["status", "201"]["shown"]
        assert {option["name"]: option["changed"] for option in one.report["configuration"]}["seed"] is True
        assert one.report["versions"]["python"]
    done = requirements("--matrix", f"--record={alone.directory}", directory=tmp_path)
    assert re.search(r"replaceable\.labels \(\d+ cases, passed\)", " ".join(done.stdout.split()))
    assert not [unit for unit in alone.report["traceability"] if not (unit["requirements"] or unit["reason"])]


def test_a_record_of_the_page_alone_does_not_contradict_itself(run: Command) -> None:
    """Cases ask for requirements of both levels, of which the profile judges some."""
    done = run("--profile=document", "--seed=1", "--", "-k", "test_response")
    assert "not-applicable" in done.outcomes.values()
    verified = call("report", "verify", str(done.directory), directory=done.directory)
    assert (verified.returncode, verified.stderr) == (0, "")
