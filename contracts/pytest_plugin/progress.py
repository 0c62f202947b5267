"""One line on the terminal that tells how far a run is, written over in place; nothing where there is no terminal."""

import io
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO, Final, cast

import pytest
from rich.console import Console, ConsoleOptions
from rich.live import Live
from rich.text import Text

from contracts.pytest_plugin.xdist import COST_KEY, KEY, RERUN
from contracts.report.outcomes import counted
from contracts.report.text.layout import colour_wanted

PER_SECOND: Final = 5
FAMILY: Final = 12
WIDTH: Final = 80
# Of all that is to be sent, so much must be done before it tells how long the rest takes: a twentieth.
FEWEST: Final = 20
# Beyond any terminal: nothing is cut but by the terminal's own width.
WIDEST: Final = 10_000
NAME: Final = "contract-progress"


class Terminal(io.TextIOBase):
    """A descriptor of a terminal as the file of a console; a terminal that is gone is no error: nobody misses it."""

    encoding = "utf-8"

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, text: str) -> int:
        """Write all of the text at once."""
        with suppress(OSError):
            os.write(self._descriptor, text.encode("utf-8", "replace"))
        return len(text)

    def columns(self) -> int:
        """How many it has now."""
        with suppress(OSError):
            return os.get_terminal_size(self._descriptor).columns or WIDTH
        return WIDTH

    def close(self) -> None:
        """Close the descriptor."""
        if not self.closed:
            os.close(self._descriptor)
        super().close()


class ProgressConsole(Console):
    """A console for a line that is as long as its own terminal is wide; rich asks the standard streams for that."""

    def __init__(self, terminal: Terminal, *, coloured: bool) -> None:
        super().__init__(
            file=cast("IO[str]", terminal),
            width=WIDEST,
            force_terminal=True,
            force_jupyter=False,
            color_system="standard" if coloured else None,
            legacy_windows=False,
        )
        self._terminal = terminal

    @property
    def options(self) -> ConsoleOptions:
        """One column less than there is: some terminals begin a new line behind the last one."""
        return super().options.update(width=self._terminal.columns() - 1)

    def show_cursor(self, show: bool = True) -> bool:  # noqa: ARG002
        """Leave the cursor as it is: a run that is killed could not show it again."""
        return False


class Progress:
    """Told of cases by pytest's hooks, in the process that was started; rich writes the line in a thread of its own.

    `requests`: how many have been answered in this process, as long as it sends them itself. `deadline`: when the time
    budget is used up, by the monotonic clock.
    """

    def __init__(self, requests: Callable[[], int], deadline: float | None = None, *, coloured: bool) -> None:
        # pytest holds back what is written to standard output while a case runs, but not what a copy of it takes.
        self._terminal = Terminal(os.dup(sys.stdout.fileno()))
        self._began = 0.0
        self._requests = requests
        self._by_worker: dict[str, int] = {}
        self._family = ""
        self._all = self._done = self._failed = self._cost = self._all_costs = 0
        self._deadline = deadline
        self._live = Live(
            get_renderable=lambda: self.line(time.monotonic() - self._began),
            console=ProgressConsole(self._terminal, coloured=coloured),
            refresh_per_second=PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

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
        if not self._began:
            self._began = time.monotonic()
            self._live.start(refresh=True)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a case that has come to its end."""
        if (told := json.loads(getattr(report, KEY, "{}"))) and str(report.outcome) != RERUN:
            self._done += 1
            self._failed += report.outcome == "failed"
            cost, self._all_costs = getattr(report, COST_KEY, (0, 0))
            self._cost += cost
            self._by_worker[getattr(report, "worker_id", "")] = told.get("requests", 0)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Take the line away, before anything else is printed."""
        self._live.stop()
        self._terminal.close()

    def _left(self, seconds: float) -> str:
        """How long it will take, going by what the cases took that are done; nothing before that says something."""
        if self._cost * FEWEST < self._all_costs or not self._cost:
            return ""
        left = seconds * max(self._all_costs - self._cost, 0) / self._cost
        if self._deadline is not None:
            left = min(left, max(self._deadline - time.monotonic(), 0.0))
        return f", {_clock(left)} left"

    def line(self, seconds: float) -> Text:
        """The line as it is now, so many seconds after the first case began."""
        requests = max(self._requests(), sum(self._by_worker.values()))
        return Text.assemble(
            f"{self._family:{FAMILY}}  {self._done}/{counted(self._all, 'case')}  {counted(requests, 'request')}"
            f"  {requests / max(seconds, 0.1):.0f}/s  ",
            (f"{self._failed} failed", "bold red" if self._failed else ""),
            f"  {_clock(seconds)}{self._left(seconds)}",
            no_wrap=True,
            overflow="crop",
        )


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def family(nodeid: str) -> str:
    """What a case is about, by its file: one holds the cases of a family."""
    name = nodeid.partition("::")[0].rpartition("/")[2]
    return name.removeprefix("test_").removesuffix(".py").replace("_", " ")


def add(config: pytest.Config, requests: Callable[[], int], deadline: float | None) -> None:
    """Show the line on the terminal, if there is one, in the process that was started."""
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and not config.pluginmanager.hasplugin(NAME):
        coloured = colour_wanted(sys.stdout, os.environ)
        config.pluginmanager.register(Progress(requests, deadline, coloured=coloured), NAME)
