"""One exchange with a target: the request as it was sent, and its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from contracts import __version__
from contracts.judge.model import Response

USER_AGENT: Final = f"pytorchjob-contract/{__version__}"


@dataclass(frozen=True)
class Exchange:
    """One request and its answer. Credentials in `headers` are masked; `certificate`: with the client certificate."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    response: Response
    seconds: float
    credential_header: str | None = None
    certificate: bool = False


# Told of each attempt, also of one that found no answer (`NO_HTTP`), and when it began (seconds since 1970).
Watch = Callable[[Exchange, float], None]
