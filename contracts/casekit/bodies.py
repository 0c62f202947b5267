"""Bodies that are no JSON object, or hold texts that parsers doubt, made of a proper one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from contracts.jsonvalue.paths import Json
from contracts.judge import client_mistakes

LONGEST_LABEL: Final = 40


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


def labelled(text: str) -> Mapping[str, Json]:
    """An allowed change that shows whether a request that was to be refused was carried out after all."""
    word = "".join(character for character in text if character.isalnum())[:LONGEST_LABEL]
    return {"metadata.labels": {"contract-refused": word}}
