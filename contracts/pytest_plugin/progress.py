"""One line on the terminal that tells how far a run is, written over in place; nothing where there is no terminal."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from typing import Any, Final

import pytest

from contracts.pytest_plugin.xdist import KEY
from contracts.report.text import colour
from contracts.report.text.layout import Paint, pad

PAUSE: Final = 0.2
FAMILY: Final = 12
WIDTH: Final = 80
# What the command sets: pytest itself says nothing then.
QUIET: Final = -2


class NoLetters:
    """Keeps pytest from printing a letter for each case, where the command has the word."""

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self) -> Generator[None, tuple[str, str, Any], tuple[str, str, str]]:
        """The category as it is, without letter and word."""
        category, _letter, _word = yield
        return category, "", ""


class Progress:
    """Told of cases by pytest's hooks, in the process that was started; a thread of its own writes the line.

    `requests`: how many have been answered in this process, as long as it sends them itself.
    """

    def __init__(self, requests: Callable[[], int], *, coloured: bool) -> None:
        # pytest holds back what is written to standard output while a case runs, but not what a copy of it takes.
        self._out = os.dup(sys.stdout.fileno())
        self._requests = requests
        self._paint = Paint(coloured)
        self._by_worker: dict[str, int] = {}
        self._family = ""
        self._all = self._done = self._failed = 0
        self._started = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._write, name="progress", daemon=True)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note how many cases there are, where this process runs them."""
        self._all = len(session.items) or self._all

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Note how many cases there are for all workers."""
        self._all = len(ids)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Note which family is being judged; the first case begins the line."""
        self._family = family(nodeid)
        if not self._thread.is_alive() and not self._ended.is_set():
            self._thread.start()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a case that has come to its end."""
        told = json.loads(getattr(report, KEY, "{}"))
        if told:
            self._done += 1
            self._failed += report.outcome == "failed"
            self._by_worker[getattr(report, "worker_id", "")] = told.get("requests", 0)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Take the line away, before anything else is printed."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
            self._put("\r\x1b[K")
        os.close(self._out)

    def line(self, width: int) -> str:
        """The line as it is now, no wider than `width`."""
        seconds = time.monotonic() - self._started
        requests = max(self._requests(), sum(self._by_worker.values()))
        failed = f"{self._failed} failed"
        text = (
            f"{pad(self._family, FAMILY)}  {self._done}/{self._all} cases  {requests} requests"
            f"  {requests / max(seconds, 0.1):.0f}/s  {failed}  {int(seconds) // 60}:{int(seconds) % 60:02}"
        )[:width]
        return text.replace(failed, self._paint(failed, "red")) if self._failed else text

    def _write(self) -> None:
        while not self._ended.wait(PAUSE):
            self._put(f"\r{self.line(self._columns() - 1)}\x1b[K")

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._out).columns or WIDTH
        except OSError:
            return WIDTH

    def _put(self, text: str) -> None:
        with suppress(OSError):  # the terminal is gone: nobody misses the line
            os.write(self._out, text.encode("utf-8", "replace"))


def family(nodeid: str) -> str:
    """What a case is about, by its file: one holds the cases of a family."""
    name = nodeid.partition("::")[0].rpartition("/")[2]
    return name.removeprefix("test_").removesuffix(".py").replace("_", " ")


def add(config: pytest.Config, requests: Callable[[], int], *, wanted: bool) -> None:
    """Put the line in the place of pytest's letters where the command runs, in the process that was started.

    `wanted`: whether anybody is to see it; without a terminal nobody does.
    """
    if config.option.verbose > QUIET or hasattr(config, "workerinput"):
        return
    if config.pluginmanager.register(NoLetters(), "contract-no-letters") is None:
        return
    if wanted and sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        progress = Progress(requests, coloured=colour.wanted(sys.stdout, os.environ))
        config.pluginmanager.register(progress, "contract-progress")
