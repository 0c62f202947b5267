"""A terminal to itself for the command: what it shows there, what is typed, and its end."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .command import CLEAN, LIMIT, Environment, attempts, command_line


@dataclass
class Terminal:
    """The command's process, and the other end of its terminal."""

    process: subprocess.Popen[bytes]
    descriptor: int
    shown: bytes = field(default=b"")

    def read_until(self, word: bytes | None = None) -> bytes:
        """Read until a word is shown, or until the command has ended; gives all that was shown."""
        while word is None or word not in self.shown:
            try:
                piece = os.read(self.descriptor, 65536)
            except OSError:  # Linux says so when nobody has the terminal open any more
                piece = b""
            if not piece:
                assert word is None, self.shown
                break
            self.shown += piece
        return self.shown

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that the run is to bring about, and read meanwhile, as what nobody reads holds it up."""
        for _ in attempts():
            ended = self.process.poll() is not None
            if condition():
                return
            assert not ended, self.read_until()
            if select.select([self.descriptor], [], [], 0.002)[0]:
                self.shown += os.read(self.descriptor, 65536)

    def type(self, keys: bytes) -> None:
        """Type on it."""
        os.write(self.descriptor, keys)

    def close(self) -> None:
        """Close it, as a window is closed."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def end(self) -> int:
        """The exit status of the command, when it has ended."""
        return self.process.wait(timeout=LIMIT)


@contextmanager
def on_a_terminal(
    arguments: Sequence[str], directory: Path, *, columns: int = 100, environment: Environment | None = None
) -> Iterator[Terminal]:
    """A run that has a terminal to itself, its reports and its state in a directory."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    # a terminal forgets on Ctrl-C what is not read yet, which here could be the whole verdict
    control = termios.tcgetattr(theirs)
    control[3] |= termios.NOFLSH
    termios.tcsetattr(theirs, termios.TCSANOW, control)

    # as a shell has it; pytest-xdist's workers, in which this may run, have it otherwise
    def take_the_terminal() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    options: dict[str, Any] = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    process = subprocess.Popen(
        command_line(*arguments, directory=directory / "reports"),
        cwd=directory,
        env={
            **{name: value for name, value in CLEAN.items() if "COLOR" not in name},
            "TERM": "xterm",
            "XDG_STATE_HOME": str(directory / "state"),
            **(environment or {}),
        },
        preexec_fn=take_the_terminal,
        **options,
    )
    os.close(theirs)
    terminal = Terminal(process, ours)
    try:
        yield terminal
    finally:
        process.kill()
        process.wait(timeout=LIMIT)
        terminal.close()
