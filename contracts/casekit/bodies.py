"""Bodies that are no JSON object, or hold texts that parsers doubt, made of a proper one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from contracts.judge import client_mistakes


@dataclass(frozen=True)
class BrokenBody:
    """One way to spoil a body, with a name for reports."""

    name: str
    _all: Callable[[bytes], Mapping[str, bytes]]

    def spoil(self, body: bytes) -> bytes:
        """What is sent instead of a proper body."""
        return self._all(body)[self.name]

    def __str__(self) -> str:
        return self.name


MALFORMED: Final = tuple(BrokenBody(name, client_mistakes.malformed) for name in client_mistakes.malformed(b"{}"))
DOUBTFUL: Final = tuple(BrokenBody(name, client_mistakes.doubtful) for name in client_mistakes.doubtful(b"{}"))
