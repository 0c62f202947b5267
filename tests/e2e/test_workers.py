"""Several processes for one run, and several runs on one namespace."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.reference.behaviour import Behaviour
from contracts.reference.conformant import conformant
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Resource
from tests.unit.pytest_plugin.test_order import handed_out, time_taken

from .conftest import CLEAN, Command, Finished, Served, begun
from .test_errors import expect_error, wait_for
from .test_findings import accepts_image
from .test_secrets import pythonpath

WORKERS = "--workers=3"


# What `at_work` sees: refused replacements, with which a run of all cases begins, leave a job as it is.
CHANGING = ("--", "-k", "not immutable")


def at_work(served: Served) -> bool:
    return len([job for job in served.jobs() if job["metadata"]["generation"] > 3]) >= 2


def children(pid: int) -> list[int]:
    return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def test_workers_say_what_one_process_says(run: Command, serve: Callable[..., Any]) -> None:
    with serve(accepts_image) as served:
        alone, together = run(*served.arguments, "--seed=1"), run(*served.arguments, "--seed=1", WORKERS)
        assert served.jobs() == []
    assert alone.status == together.status == 1, together.output
    assert alone.outcomes == together.outcomes
    assert together.outcomes["immutable.replica-specs"] == "failed"
    first = [one.report["requirements"] for one in (alone, together)]
    cases = [{row["id"]: sorted(case["id"] for case in row["cases"]) for row in rows} for rows in first]
    assert cases[0] == cases[1]
    assert [one["field"] for one in together.findings("immutable.replica-specs")]
    assert "curl -sS -i " in together.findings("immutable.replica-specs")[0]["reproduce"]


def test_records_of_workers_hold_every_case_once(run: Command) -> None:
    finished = run(WORKERS)
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
        "import json, pathlib\nfrom contracts.pytest_plugin.case import cost_of\n"
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


def test_target_down(run: Command) -> None:
    expect_error(run("--target=http://127.0.0.1:9", WORKERS), "Connection refused", "--target")


def test_an_adopted_job_is_not_shared(run: Command, serve: Callable[..., Any]) -> None:
    with serve() as served:
        for arguments in ([WORKERS], ["--", "-n", "2"]):
            finished = run(*served.arguments, "--name=x", *arguments)
            assert finished.status == 4, finished.output
            assert "--name" in finished.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_leaves_nothing(serve: Callable[..., Any], tmp_path: Path, number: signal.Signals) -> None:
    with serve() as served:
        with begun(*served.arguments, WORKERS, *CHANGING, directory=tmp_path) as process:
            wait_for(lambda: at_work(served))
            os.kill(process.pid, number)
            output, _ = process.communicate(timeout=90)
        assert process.returncode == 2, output
        assert served.jobs() == []
    finished = Finished(2, output, tmp_path / "reports")
    assert finished.report["exitStatus"] == 2
    assert finished.report["requests"] > 10, "what the workers had seen is kept"


def test_a_worker_that_is_killed_is_an_error_and_can_be_undone(serve: Callable[..., Any], tmp_path: Path) -> None:
    with serve() as served:
        with begun(*served.arguments, "--workers=2", *CHANGING, directory=tmp_path) as process:
            wait_for(lambda: at_work(served))
            os.kill(children(process.pid)[0], signal.SIGKILL)
            output, _ = process.communicate(timeout=200)
        finished = Finished(process.returncode, output, tmp_path / "reports")
        assert finished.status == 3, output
        assert "error: " in output
        assert "failed" not in finished.outcomes.values(), output
        assert len(served.jobs()) == 1
        undone = subprocess.run(
            [sys.executable, "-m", "contracts", "restore", f"--token-file={served.token_file}"],
            env={**CLEAN, "XDG_STATE_HOME": str(tmp_path / "state")},
            timeout=60,
            check=False,
        )
        assert undone.returncode == 0
        assert served.jobs() == []


def test_two_runs_do_not_disturb_each_other(serve: Callable[..., Any], tmp_path: Path) -> None:
    with serve() as served, ExitStack() as stack:
        line = (*served.arguments, "--workers=2")
        runs = [stack.enter_context(begun(*line, directory=tmp_path / name)) for name in ("one", "other")]
        for process in runs:
            output, _ = process.communicate(timeout=200)
            assert process.returncode == 0, output
        assert served.jobs() == []


@pytest.mark.parametrize("workers", [(), (WORKERS,)], ids=["alone", "workers"])
def test_the_pace_is_kept_in_each_second(serve: Callable[..., Any], tmp_path: Path, workers: tuple[str, ...]) -> None:
    times: list[float] = []

    def noting(resource: Resource, options: ReferenceOptions) -> Behaviour:
        steps = conformant(resource, options)

        def authenticate(request: Any) -> str:
            times.append(time.monotonic())
            return steps.authenticate(request)

        return replace(steps, authenticate=authenticate)

    with serve(noting) as served:
        arguments = (*served.arguments, *workers, "--max-rps=50", "--", "-k", "replaceable")
        with begun(*arguments, directory=tmp_path) as process:
            output, _ = process.communicate(timeout=200)
    assert process.returncode == 0, output
    times.sort()
    busiest = max(sum(1 for other in times[index:] if other < moment + 1) for index, moment in enumerate(times))
    assert 25 < busiest <= 50, busiest
