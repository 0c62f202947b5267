"""Observers of a run's exchanges: the HAR, and the lines on the terminal for who asked to see each of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from contracts.client import har
from contracts.client.exchange import Exchange
from contracts.judge.model import NO_HTTP
from contracts.masking.masker import Masker
from contracts.settings.options import Settings


class Recorder:
    """Told of every attempt of one process (`Client.watch`), by any of its threads."""

    def __init__(self, settings: Settings, secrets: Masker, process: str = "", *, first: bool = True) -> None:
        """Begin what the settings ask for; raises `OSError` when the HAR cannot be written.

        `process`: a worker's name. `first`: whether this process is the one that was started.
        """
        self.secrets = secrets
        self.har = None if settings.plan else settings.har
        self._part: har.HarPart | None = None
        # pytest holds back what is written to standard error while a case runs, but not what a copy of it takes.
        self._stderr = os.dup(2) if settings.exchanges else None
        if self.har is not None:
            if first:
                har.check(self.har)
                har.discard(self.har)
            self._part = har.HarPart(self.har, process or "main", secrets)

    @property
    def active(self) -> bool:
        """Whether anything is to be noted at all."""
        return self._part is not None or self._stderr is not None

    def __call__(self, exchange: Exchange, began: float) -> None:
        """Take note of one attempt."""
        if self._part is not None:
            self._part.add(exchange, began)
        if self._stderr is not None:
            with suppress(OSError):
                os.write(self._stderr, (line(exchange, self.secrets) + "\n").encode("utf-8", "replace"))

    def close(self) -> str:
        """End this process's part; gives what went wrong with it, "" if nothing."""
        if self._stderr is not None:
            os.close(self._stderr)
            self._stderr = None
        if self._part is None:
            return ""
        self._part.close()
        return self._part.error

    def finish(self) -> str:
        """Make one HAR of the parts of all processes; gives what went wrong, "" if nothing."""
        failed = self.close()
        if self.har is None:
            return ""
        try:
            har.merge(self.har, self.secrets)
        except OSError as error:
            failed = failed or f"{self.har}: {error.strerror}"
        return failed and f"the HAR is not complete: {failed} (--har)"

    def files(self) -> Iterator[Path]:
        """What may have been written, for the search for secrets."""
        if self.har is not None and self.har.parent.is_dir():
            yield from (one for one in (self.har, *har.parts_of(self.har)) if one.is_file())


def line(exchange: Exchange, secrets: Masker) -> str:
    """One attempt in a line: method, path, status, time."""
    parts = urlsplit(exchange.url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    answer = exchange.response
    status = str(answer.status) if answer.status != NO_HTTP else f"- ({' '.join(answer.defect.split())[:120]})"
    shown = "".join(character if character.isprintable() else "\ufffd" for character in path)
    return secrets.mask(f"{exchange.method} {shown} {status} {exchange.seconds * 1000:.0f} ms")
