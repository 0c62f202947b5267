"""Standard streams that are closed, or whose reader goes away: what is at work comes to its end all the same."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Any, Final

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
    for number, name in ((1, "stdout"), (2, "stderr")):
        before = getattr(sys, name)
        if before is None or before is getattr(sys, f"__{name}__"):
            raw = _Forgiving(number, "w", closefd=False)
            lines = number == 2 or raw.isatty()
            encoding, buffer = before.encoding if before else "utf-8", io.BufferedWriter(raw)
            setattr(sys, name, io.TextIOWrapper(buffer, encoding, "backslashreplace", line_buffering=lines))


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
