"""A run that judged less than usual says so, and spends what it may on every requirement first."""

from __future__ import annotations

import re

import pytest
import yaml

from contracts.report.record import load

from .command import Command

# Requests after the last case: what was created is deleted, and looked for.
CLEANING_UP = 40


@pytest.mark.parametrize("workers", [(), pytest.param(("--workers=2",), marks=pytest.mark.slow)])
def test_budget_of_requests(run: Command, workers: tuple[str, ...]) -> None:
    done = run("--requests=1200", *workers)
    [why] = done.report["weakened"]
    assert re.fullmatch(r"\d+ cases not judged within the budget \(--requests\)", why)
    assert why in " ".join(done.output.split())
    assert yaml.safe_load((done.directory / "conformance.yaml").read_text())["weakened"] == [why]
    judged = {
        one.id for one in load(done.directory).requirements if any(case.outcome == "passed" for case in one.cases)
    }
    assert done.report["requests"] <= 1200 + CLEANING_UP
    assert len(judged) >= 28, sorted(judged)


def test_fewer_examples_and_deselected_cases_are_said(run: Command) -> None:
    done = run("--examples=1", "--", "-k", "labels and same_effect")
    assert done.report["weakened"][0] == "1 generated example instead of 25 (--examples)"
    assert re.fullmatch(r"\d+ cases not selected \(pytest arguments\)", done.report["weakened"][1])


@pytest.mark.slow
def test_what_a_profile_leaves_out_weakens_nothing(run: Command) -> None:
    done = run("--profile=document")
    assert done.report["weakened"] == []
