"""Standard streams that are closed, or whose reader goes away: what is at work comes to its end all the same."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Any, Final, TextIO

GONE: Final = (errno.EPIPE, errno.EIO)


class _Forgiving(io.FileIO):
    """A descriptor whose reader may be gone (a pipe, a terminal): nobody misses what it would have read."""

    def write(self, data: Any) -> int:
        """Write, or do as if."""
        try:
            return super().write(data) or 0
        except OSError as error:
            if error.errno not in GONE:
                raise
            return memoryview(data).nbytes


def secure() -> None:
    """Open what is closed, so that no other file takes its number, and forgive readers that go away.

    Only the streams that the process began with; what a test has put in their place stays.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)
    if sys.stdout is None or sys.stdout is sys.__stdout__:
        sys.stdout = _stream(1, sys.stdout)
    if sys.stderr is None or sys.stderr is sys.__stderr__:
        sys.stderr = _stream(2, sys.stderr)


def flush() -> bool:
    """Whether all that was printed could be written; what could not is given up, or Python would end with 120."""
    written = True
    for name in ("stdout", "stderr"):
        try:
            getattr(sys, name).flush()
        except OSError:
            written = False
            setattr(sys, name, io.StringIO())
    return written


def _stream(number: int, before: TextIO | None) -> TextIO:
    encoding = before.encoding if before is not None else "utf-8"
    raw = _Forgiving(number, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding, "backslashreplace", line_buffering=number == 2 or raw.isatty()
    )
