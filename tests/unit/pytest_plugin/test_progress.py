"""The line that tells how far a run is."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

from contracts.pytest_plugin.progress import Progress, family
from contracts.pytest_plugin.xdist import KEY


def report(outcome: str, worker: str, requests: int) -> Any:
    return SimpleNamespace(outcome=outcome, worker_id=worker, **{KEY: json.dumps({"requests": requests})})


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


def test_family_is_the_name_of_the_file() -> None:
    assert family("tests/contract/test_of_my_own.py::test_it[status.200]") == "of my own"
    assert family("test_pretty.py::test_x") == "pretty"
