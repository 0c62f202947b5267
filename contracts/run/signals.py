"""Signal handling: SIGINT, SIGTERM and SIGHUP (the terminal is closed) end a run in good order, debounced."""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Who asks again at once (an impatient user, a terminal that is closed, a parent beside it) asks for the same thing.
DEBOUNCE: Final = 2.0

_Handler = Callable[[int, Any], Any] | int | None


class Interruption:
    """A signal handler that raises `KeyboardInterrupt`, but not a second time within `DEBOUNCE` seconds."""

    def __init__(self) -> None:
        self._until = 0.0
        self._postponing = self._waiting = False
        self.received = False

    def __call__(self, _number: int, _frame: object) -> None:
        """Raise, unless that was done a moment ago: an exception within the handling of the other would lose it."""
        now = time.monotonic()
        if now < self._until:
            return
        self._until = now + DEBOUNCE
        self.received = True
        if self._postponing and not self._waiting:
            self._waiting = True
        else:
            raise KeyboardInterrupt

    @contextmanager
    def postponed(self) -> Iterator[None]:
        """Within, the first signal waits until the end, and the second one does not; see `postponed`."""
        self._postponing = True
        try:
            yield
        finally:
            self._postponing, waiting, self._waiting = False, self._waiting, False
            if waiting:
                raise KeyboardInterrupt


_HANDLER: Final = Interruption()


def received() -> bool:
    """Whether a signal has asked for the end of this process.

    What is raised while an object is being destroyed gets lost (Python: `sys.unraisablehook`), so who can still end the
    work in good order has to ask.
    """
    return _HANDLER.received


def handle(*, worker: bool = False) -> None:
    """Install the handler in the process that was started; what it was started to ignore (nohup) stays ignored.

    A worker is ended with SIGTERM by its parent, to which a terminal that is closed is left.
    """
    for number in SIGNALS:
        if number == signal.SIGTERM or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _HANDLER)
    if worker:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


def ignore() -> None:
    """Ignore them from now on: once everything is told, nobody shall take the exit status away."""
    _install(dict.fromkeys(SIGNALS, signal.SIG_IGN))


@contextmanager
def held_back() -> Iterator[None]:
    """Within, SIGINT waits; in a process that is started within, until that one calls `release`.

    A terminal sends Ctrl+C to the processes that are being started as well, which would show where they are by then.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def release() -> None:
    """Let SIGINT through in a process that was started while it was held back."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def postponed() -> AbstractContextManager[None]:
    """Within, a signal waits until the end, but for a second one: what is sent by then may not be answered in time.

    A write that is not waited for may be carried out after everything was undone. Other threads than the main one are
    not interrupted anyway.
    """
    return _HANDLER.postponed() if threading.current_thread() is threading.main_thread() else nullcontext()


@contextmanager
def ignored() -> Iterator[None]:
    """Ignore them within; does nothing in another thread than the main one, which Python does not let decide that."""
    try:
        previous = _install(dict.fromkeys(SIGNALS, signal.SIG_IGN))
    except ValueError:
        previous = {}
    try:
        yield
    finally:
        _install(previous)


@dataclass
class StopRequests:
    """How often a signal has asked for an end; for who polls, since an exception might come up at any moment."""

    count: int = 0

    def __call__(self, number: int, _frame: object) -> None:
        """Count a signal; SIGHUP may come more than once and is no reason to kill."""
        self.count = max(self.count, 1) if number == signal.SIGHUP else self.count + 1


@contextmanager
def counted() -> Iterator[StopRequests]:
    """Count them within, but for those that this process was started to ignore."""
    stop = StopRequests()
    previous = _install({one: stop for one in SIGNALS if signal.getsignal(one) is not signal.SIG_IGN})
    try:
        yield stop
    finally:
        _install(previous)


def _install(handlers: Mapping[signal.Signals, _Handler]) -> dict[signal.Signals, _Handler]:
    """Install handlers; gives those that they replace."""
    return {number: signal.signal(number, handler) for number, handler in handlers.items()}
