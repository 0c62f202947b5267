"""Workers of a run (pytest-xdist): the role of each process, what a worker is told, and what it tells in the end.

The process that was started hands out the cases and writes the record; each worker has a job of its own on the target.
"""

import json
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.pytest_plugin.names import KEY as KEY
from contracts.report import codec
from contracts.report.error_kinds import ErrorKind
from contracts.run.partial_result import CaseRecord, PartialResult
from contracts.settings.options import Settings

# On the report of a case: about how many replacements it sends, and all cases of the session together.
COST_KEY: Final = "contract_cost"
# How pytest-rerunfailures reports a case that it runs once more.
RERUN: Final = "rerun"
_CRASHED: Final = "the worker {} did not come to its end"
_INTERNAL: Final = ErrorKind.INTERNAL
# Seconds that workers are given to clean up and tell what they found.
LAST_WORD: Final = 60.0
# Keeps the working directory off the path of modules, where a file could hide a module that the workers need.
SAFE_PATH: Final = "PYTHONSAFEPATH"
OWN_VALUE: Final = "pytorchjob-contract"
# How many requests of a session were sent before its run began.
SPENT: Final = pytest.StashKey[int]()


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


@dataclass(frozen=True)
class WorkerResult:
    """What a worker tells in the end: what it observed, and the case that was cut off in its middle, if one was.

    `unusable`: what of the cases cannot be used, so that none was run.
    """

    part: PartialResult
    cut_off: tuple[CaseRecord, ...] = ()
    unusable: str = ""


@dataclass
class Workers:
    """The processes that pytest-xdist has started for this one; `nodes` as it calls them."""

    nodes: list[Any] = field(default_factory=list)
    _directory: Path | None = None

    def instruct(self, node: Any, settings: Settings, processes: int, spent: int = 0) -> None:
        """Tell a worker what it cannot find out: seed, its part of pace and budget, where to write its process id.

        `spent`: how many requests of the budget were sent before the workers started.
        """
        if self._directory is None:
            self._directory = Path(tempfile.mkdtemp(prefix="pytorchjob-contract-"))
        rate = settings.max_rps
        # Whole requests a second for each, so that those of all together never exceed the pace in any second.
        pace = max(1, int(rate // processes)) if rate and processes > 1 else rate
        requests = settings.requests and max(0, settings.requests - spent) // processes
        told = {
            "settings": {"seed": settings.seed, "max_rps": pace, "requests": requests},
            "process": str(self._directory / node.gateway.id),
        }
        node.workerinput[KEY] = json.dumps(told)
        self.nodes.append(node)

    def wait(self) -> None:
        """Wait until every worker has cleaned up and told what it found, interrupting those that are still at work."""
        for node in self.nodes:
            if not _ended(node):
                node.shutdown()
                if self._directory is not None:
                    with suppress(OSError, ValueError):  # not begun yet, or over by now
                        os.kill(int((self._directory / node.gateway.id).read_text(encoding="ascii")), signal.SIGTERM)
        deadline = time.monotonic() + LAST_WORD
        while time.monotonic() < deadline and not all(map(_ended, self.nodes)):
            time.sleep(0.05)
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)

    def results(self) -> Iterator[WorkerResult]:
        """What all workers have told; one that has not come to its end is an error."""
        for node in self.nodes:
            if not hasattr(node, "workeroutput"):
                yield WorkerResult(PartialResult(error=_CRASHED.format(node.gateway.id), error_kinds=(_INTERNAL,)))
            elif KEY in node.workeroutput:
                yield codec.loads(node.workeroutput[KEY], WorkerResult)


def instructed(config: Any, settings: Settings) -> Settings:
    """The settings of a worker, which from now on can be interrupted by the process that started it."""
    told = json.loads(config.workerinput[KEY])
    if os.environ.get(SAFE_PATH) == OWN_VALUE:
        del os.environ[SAFE_PATH]  # an exec plugin of a kubeconfig may be a script with modules beside it
    Path(told["process"]).write_text(str(os.getpid()), encoding="ascii")
    return replace(settings, **told["settings"])


def _ended(node: Any) -> bool:
    return hasattr(node, "workeroutput") or node.channel.isclosed()
