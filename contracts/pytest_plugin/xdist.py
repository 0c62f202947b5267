"""Several processes for one run (pytest-xdist): who is who, what each is told, what the run as a whole says.

The process that was started hands out the cases and writes the record; each worker has a job of its own on the target.
"""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum
from typing import Any, Final

import pytest

from contracts.pytest_plugin import junit
from contracts.report.model import CaseResult, Outcome
from contracts.run import report_builder
from contracts.run.evidence import WITNESSES
from contracts.run.partial_result import PartialResult
from contracts.run.report_builder import Cases
from contracts.run.run import Run, can_be_judged
from contracts.settings.options import Settings

KEY: Final = "contract"
PATIENCE: Final = 60.0
NOTHING_JUDGED: Final = "no replacement was judged"


class Role(Enum):
    """What a process does in a run."""

    ALONE = "all of it"
    CONTROLLER = "hand out the cases, write the record"
    WORKER = "run some of the cases"


def role(config: pytest.Config) -> Role:
    """The role of this process; to be asked once the command line has been looked at."""
    if hasattr(config, "workerinput"):
        return Role.WORKER
    return Role.CONTROLLER if getattr(config.option, "tx", None) and config.option.dist != "no" else Role.ALONE


def workers_beside(config: pytest.Config) -> int:
    """How many workers there are; to be asked in one of them."""
    return int(config.workerinput["workercount"])  # type: ignore[attr-defined]


def distribute(config: pytest.Config, settings: Settings) -> None:
    """Have pytest-xdist start the workers, unless its own options say how many.

    As many as the pace leaves a request a second for; none where the target cannot be judged, which one process can
    say as well. Raises `pytest.UsageError` for workers that would share a job.
    """
    option = config.option
    if not hasattr(option, "numprocesses") or hasattr(config, "workerinput"):
        return
    if option.numprocesses is None and settings.workers > 1 and can_be_judged(settings):
        option.numprocesses = min(settings.workers, max(1, int(settings.max_rps or settings.workers)))
        if option.dist == "no":
            # One case at a time, in the order that `order.handed_out` gives them.
            option.dist, option.maxschedchunk = "load", option.maxschedchunk or 1
    if option.numprocesses and settings.name:
        raise pytest.UsageError("--name adopts one job, which several workers cannot share; leave out --workers")


def instructions(settings: Settings, processes: int) -> str:
    """What a worker has to know that it cannot find out: the seed, and its part of the pace."""
    rate = settings.max_rps
    # Whole requests a second for each, so that those of all together never exceed the pace in any second.
    pace = max(1, int(rate // processes)) if rate and processes > 1 else rate
    return json.dumps({"seed": settings.seed, "max_rps": pace})


def instructed(config: Any, settings: Settings) -> Settings:
    """The settings of a worker."""
    return replace(settings, **json.loads(config.workerinput[KEY]))


def wait_for(nodes: Sequence[Any]) -> None:
    """Wait until every worker has cleaned up and told what it found, interrupting those that are still at work."""
    for node in nodes:
        if not _ended(node):
            node.shutdown()
            # execnet has no public name for the process; without one, the worker ends after its case.
            popen = getattr(getattr(node.gateway, "_io", None), "popen", None)
            if popen is not None:
                popen.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and not all(map(_ended, nodes)):
        time.sleep(0.05)


def _ended(node: Any) -> bool:
    return hasattr(node, "workeroutput") or node.channel.isclosed()


def shares(nodes: Sequence[Any]) -> Iterator[PartialResult]:
    """The shares of all workers; one that has left none says so."""
    for node in nodes:
        if not hasattr(node, "workeroutput"):
            yield PartialResult(error=f"the worker {node.gateway.id} did not come to its end")
        elif KEY in node.workeroutput:
            yield PartialResult.from_json(node.workeroutput[KEY])


def whole_run(share: PartialResult, run: Run, cases: Cases) -> Iterator[tuple[str, CaseResult, str]]:
    """(requirement, case, what to say) for each case about the run as a whole, which no worker could judge."""
    for name in share.whole:
        case = f"test_whole_run.py::test_everything_seen[{name}]"
        found = share.of(name)
        witness = run.contract.requirements[name].witness
        outcome, reason = Outcome.PASSED, ""
        if found:
            accepted = all(run.waivers.of(name, one.finding) for one in found)
            outcome = Outcome.WAIVED if accepted else Outcome.FAILED
        elif not share.judged:
            outcome, reason = Outcome.ERROR, share.error or NOTHING_JUDGED
        elif witness and witness not in share.witnessed:
            outcome, reason = Outcome.SKIPPED, WITNESSES[witness]
        result = CaseResult(case, outcome, reason=reason)
        cases.add(name, result)
        requirement = run.contract.requirements[name]
        yield name, result, "\n".join(report_builder.in_words(requirement, one.finding) for one in found)


def reports(
    result: CaseResult, text: str, properties: Sequence[tuple[str, str]], config: pytest.Config
) -> Iterator[pytest.TestReport]:
    """A case of the run as a whole as pytest reports cases; the last one ends it."""
    kinds = {Outcome.PASSED: "passed", Outcome.SKIPPED: "skipped", Outcome.WAIVED: "skipped"}
    outcome = kinds.get(result.outcome, "failed")
    file, _, name = result.id.partition("::")
    skipped = (file, 0, f"Skipped: {result.reason or text}")
    longrepr: Any = skipped if outcome == "skipped" else result.reason or None
    for when, ended in (("call", outcome), ("teardown", "passed")):
        report = pytest.TestReport(
            result.id,
            (file, 0, name),
            {},
            ended,  # type: ignore[arg-type]
            longrepr if when == "call" else None,
            when,  # type: ignore[arg-type]
            user_properties=properties,
        )
        if text and when == "call" and outcome == "failed":
            junit.tell(report, text, config)
        yield report
