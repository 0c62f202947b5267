"""The line that tells how far a run is."""

from __future__ import annotations

import json
import re
import time
from types import SimpleNamespace
from typing import Any

from contracts.pytest_plugin.progress import Progress, family
from contracts.pytest_plugin.xdist import COST_KEY, KEY


def report(outcome: str, worker: str, requests: int, *costs: int) -> Any:
    told: dict[str, object] = {KEY: json.dumps({"requests": requests}), **({COST_KEY: costs} if costs else {})}
    return SimpleNamespace(outcome=outcome, worker_id=worker, **told)


def test_line_adds_up_what_the_workers_tell_and_shows_failures_in_red() -> None:
    progress = Progress(lambda: 0, coloured=True)
    progress.pytest_xdist_node_collection_finished(["a"] * 85)
    progress.pytest_runtest_logreport(report("passed", "gw0", 10))
    progress.pytest_runtest_logreport(report("failed", "gw1", 5))
    progress.pytest_runtest_logreport(report("passed", "gw0", 20))
    progress.pytest_runtest_logreport(SimpleNamespace(outcome="passed"))  # type: ignore[arg-type]
    line = progress.line(75.0)
    assert re.fullmatch(r" +3/85 cases  25 requests  0/s  1 failed  1:15", line.plain)
    assert [(line.plain[span.start : span.end], span.style) for span in line.spans] == [("1 failed", "bold red")]
    progress.pytest_sessionfinish()


def test_line_tells_the_time_left_by_what_the_cases_done_took() -> None:
    progress = Progress(lambda: 0, coloured=False)
    progress.pytest_runtest_logreport(report("passed", "gw0", 10, 1, 100))
    assert "left" not in progress.line(2.0).plain, "too little is done to say"
    progress.pytest_runtest_logreport(report("passed", "gw0", 90, 19, 100))
    assert progress.line(20.0).plain.endswith("  0:20, 1:20 left")
    progress.pytest_sessionfinish()


def test_no_more_time_is_left_than_the_budget_leaves() -> None:
    progress = Progress(lambda: 0, time.monotonic() - 1, coloured=False)
    progress.pytest_runtest_logreport(report("passed", "gw0", 90, 50, 100))
    assert progress.line(20.0).plain.endswith("  0:20, 0:00 left")
    progress.pytest_sessionfinish()


def test_family_is_the_name_of_the_file() -> None:
    assert family("tests/contract/test_of_my_own.py::test_it[status.200]") == "of my own"
    assert family("test_pretty.py::test_x") == "pretty"
