"""What an answer shows of an object to who may not see it. Pure."""

from collections.abc import Iterator
from typing import Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json, Path
from contracts.judge.model import Response
from contracts.spec.fields import UID

# Shorter texts are words that any answer may hold.
SHORTEST: Final = 10


def shown(live: Json, known: str, answer: Response) -> Iterator[Path]:
    """The paths of the object's texts that an answer holds, in its body or a header.

    `known`: what the client has said itself, in body and URL, and may thus be told again.
    """
    headers = "\n".join(answer.headers.values())
    text = f"{answer.body.decode(errors='replace')}\n{headers}"
    for path, value in paths.walk(live):
        telling = isinstance(value, str) and (len(value) >= SHORTEST or path == UID)
        if telling and value in text and value not in known:
            yield path
