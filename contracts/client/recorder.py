"""Observers of a run's exchanges: the HAR, and the lines on the terminal for who asked to see each of them."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO
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
        self.error = ""
        self.secrets = secrets
        self.har = None if settings.plan else settings.har
        self._lock = threading.Lock()
        self._part: TextIO | None = None
        if self.har is not None:
            if first:
                har.check(self.har)
                har.discard(self.har)
            self.har.parent.mkdir(parents=True, exist_ok=True)
            self._part = har.part_of(self.har, process or "main").open("w", encoding="utf-8")
        # pytest holds back what is written to standard error while a case runs, but not what a copy of it takes.
        self._stderr = os.dup(2) if settings.exchanges else None

    @property
    def active(self) -> bool:
        """Whether anything is to be noted at all."""
        return self._part is not None or self._stderr is not None

    def __call__(self, exchange: Exchange, began: float) -> None:
        """Take note of one attempt; where the HAR cannot be written no more of it is, and `error` says why."""
        if self._part is not None:
            entry = json.dumps(har.entry(exchange, began, self.secrets), ensure_ascii=False)
            with self._lock, self._told(self._part.name):
                if not self.error and not self._part.closed:
                    self._part.write(entry + "\n")
                    self._part.flush()
        if self._stderr is not None:
            with suppress(OSError):
                os.write(self._stderr, (line(exchange, self.secrets) + "\n").encode("utf-8", "replace"))

    def close(self) -> str:
        """End this process's part; gives what went wrong with it, "" if nothing."""
        if self._stderr is not None:
            os.close(self._stderr)
            self._stderr = None
        if self._part is not None:
            with self._lock, self._told(self._part.name):
                self._part.close()  # what was not written is tried once more
        return self.error

    @contextmanager
    def _told(self, file: str | Path) -> Iterator[None]:
        """Keep the first thing that went wrong with a file."""
        try:
            yield
        except OSError as error:
            self.error = self.error or f"{file}: {error.strerror}"

    def finish(self) -> str:
        """Make one HAR of the parts of all processes; gives what went wrong, "" if nothing."""
        self.close()
        if self.har is not None:
            with self._told(self.har):
                har.merge(self.har, self.secrets)
        return self.error and f"the HAR is not complete: {self.error} (--har)"

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
