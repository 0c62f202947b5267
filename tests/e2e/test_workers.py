"""Several processes for one run, and several runs on one namespace."""

from __future__ import annotations

import json
import os
import signal
import time
import xml.etree.ElementTree as ET
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Resource
from tests.unit.pytest_plugin.test_order import handed_out, time_taken

from .behaviours import accepts_image
from .command import Command, complete, expect_error, pythonpath, started
from .endpoint import Serve
from .undo import restore

WORKERS = "--workers=3"


def children(pid: int) -> list[int]:
    return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def test_workers_say_what_one_process_says(run: Command, serve: Serve) -> None:
    with serve(accepts_image) as served:
        some = ("--seed=1", "--", "-k", "labels or correct or absent or replica-specs-change")
        alone, together = run(*served.arguments, *some), run(*served.arguments, WORKERS, *some)
        assert served.jobs() == []
    assert alone.status == together.status == 1, together.output
    assert alone.outcomes == together.outcomes
    assert together.outcomes["immutable.replica-specs"] == "failed"
    first = [one.report["requirements"] for one in (alone, together)]
    cases = [{row["id"]: sorted(case["id"] for case in row["cases"]) for row in rows} for rows in first]
    assert cases[0] == cases[1]
    assert [one["field"] for one in together.findings("immutable.replica-specs")]
    found = together.findings("immutable.replica-specs")[0]
    assert found["reproduce"] == f"sh reproduce/{found['id']}.sh"
    assert (together.directory / "reproduce" / f"{found['id']}.sh").is_file()


def test_records_of_workers_hold_every_case_once(run: Command) -> None:
    finished = run(WORKERS, "--", "-k", "replaceable or test_status")
    assert finished.status == 0, finished.output
    tree = ET.parse(finished.directory / "junit.xml")
    names = Counter((case.get("classname"), case.get("name")) for case in tree.iter("testcase"))
    reported = {case["id"].split("::")[1] for row in finished.report["requirements"] for case in row["cases"]}
    assert set(names.values()) == {1}
    assert {name for _, name in names} == reported
    results = [json.loads(path.read_text()) for path in (finished.directory / "allure-results").glob("*-result.json")]
    assert set(Counter(one["historyId"] for one in results).values()) == {1}


def test_cases_are_shared_out_evenly(run: Command, tmp_path: Path) -> None:
    """By what the cases say of their length, eight workers take at most a sixth of one's time."""
    (tmp_path / "telling.py").write_text(
        "import json, pathlib\nfrom contracts.casekit.markers import cost_of\n"
        "def pytest_collection_finish(session):\n"
        "    told = json.dumps(list(map(cost_of, session.items)))\n"
        f"    pathlib.Path({str(tmp_path)!r}, 'costs').write_text(told)\n"
    )
    collected = run("--", "-p", "telling", "--collect-only", environment={"PYTHONPATH": pythonpath(tmp_path)})
    assert collected.status == 0, collected.output
    costs = json.loads((tmp_path / "costs").read_text())
    assert len(costs) > 200
    assert len(set(costs)) > 10
    assert time_taken(handed_out(costs, 8), costs, 8) < sum(costs) / 6


@pytest.mark.slow
def test_target_down(run: Command) -> None:
    expect_error(run("--target=http://127.0.0.1:9", WORKERS), "Connection refused", "--target")


def test_an_adopted_job_is_not_shared(run: Command, serve: Serve) -> None:
    with serve() as served:
        for arguments in ([WORKERS], ["--", "-n", "2"]):
            finished = run(*served.arguments, "--name=x", *arguments)
            assert finished.status == 4, finished.output
            assert "--name" in finished.output


@pytest.mark.slow
def test_a_worker_that_is_killed_is_an_error_and_can_be_undone(serve: Serve, tmp_path: Path) -> None:
    with serve() as served:
        with started(*served.arguments, "--workers=2", "--", "-k", "not immutable", directory=tmp_path) as running:
            running.wait_until(served.at_work(jobs=2))
            os.kill(children(running.process.pid)[0], signal.SIGKILL)
            finished = running.end()
        assert finished.status == 3, finished.output
        assert "error: " in finished.output
        assert "failed" not in finished.outcomes.values(), finished.output
        assert len(served.jobs()) == 1
        assert restore(served, running.state).returncode == 0
        assert served.jobs() == []


@pytest.mark.slow
def test_two_runs_do_not_disturb_each_other(serve: Serve, tmp_path: Path) -> None:
    with serve() as served, ExitStack() as stack:
        line = (*served.arguments, "--workers=2", "--", "-k", "labels or correct or absent or one_winner")
        for running in [stack.enter_context(started(*line, directory=tmp_path / name)) for name in ("one", "other")]:
            finished = running.end()
            assert finished.status == 0, finished.output
        assert served.jobs() == []


@pytest.mark.slow
@pytest.mark.parametrize("workers", [(), (WORKERS,)], ids=["alone", "workers"])
def test_the_pace_is_kept_in_each_second(serve: Serve, tmp_path: Path, workers: tuple[str, ...]) -> None:
    times: list[float] = []

    def noting(resource: Resource, options: ReferenceOptions) -> Behaviour:
        steps = conformant(resource, options)

        def authenticate(request: Any) -> str:
            times.append(time.monotonic())
            return steps.authenticate(request)

        return replace(steps, authenticate=authenticate)

    with serve(noting) as served:
        arguments = (*served.arguments, *workers, "--max-rps=30", "--", "-k", "labels or annotations or ttl")
        finished = complete(*arguments, directory=tmp_path)
    assert finished.status == 0, finished.output
    times.sort()
    busiest = max(sum(1 for other in times[index:] if other < moment + 1) for index, moment in enumerate(times))
    # What was sent in time may be held up on its way, one request of each process.
    assert 1 < busiest <= 30 + 3, busiest
