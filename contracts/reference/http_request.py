"""A request and its answer as the steps of the endpoint see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

JSON = "application/json"
# The status of an answer in whose place the connection is closed.
NO_ANSWER = 0
MERGE_PATCH = "application/merge-patch+json"


@dataclass(frozen=True, slots=True)
class Route:
    """Which collection, or which object of it, a path means; the key of an object in the store."""

    namespace: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; header names in lower case, of several equal ones the first.

    `raw_path`: the path as it was sent, nothing decoded. `connection`: which one it came on.
    `judged_method`: of the operation that the contract is about.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    client_certificate: bool = False
    raw_path: str = ""
    connection: str = ""
    judged_method: str = "PUT"

    @property
    def is_judged(self) -> bool:
        """Whether it asks for the operation that the contract is about."""
        return self.method == self.judged_method

    @property
    def media_type(self) -> str:
        """The body's media type without parameters; JSON when the client does not say (recordings)."""
        return self.headers.get("content-type", JSON).partition(";")[0].strip().lower()

    @property
    def dry_run(self) -> bool:
        """Is nothing to be stored?"""
        return bool(self.query.get("dryRun"))

    @property
    def strict(self) -> bool:
        """Are unknown and duplicate fields errors?"""
        return self.query.get("fieldValidation") == "Strict"


@dataclass(frozen=True)
class Response:
    """An answer before it is written.

    `body`: what is written instead of the encoded value; without a `content_type` no such header is sent.
    """

    status: int
    value: Any
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    always_pretty: bool = False
    body: bytes | None = None


def parse_query(query: str) -> dict[str, str]:
    """The parameters of a query string, the first of several equal ones."""
    return dict(reversed(parse_qsl(query, keep_blank_values=True, errors="replace")))
