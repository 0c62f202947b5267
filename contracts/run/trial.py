"""One judged replacement, and how the object that is sent is made of the one that is stored. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.client.credentials import Credential
from contracts.client.exchange import Exchange
from contracts.jsonvalue import paths
from contracts.jsonvalue.mutation import Mutation
from contracts.jsonvalue.paths import Json
from contracts.judge.model import Replacement
from contracts.report.finding import Finding

Make = Callable[[Json], Json]


@dataclass(frozen=True)
class Trial:
    """One judged replacement: what happened, and what it broke."""

    replacement: Replacement
    exchange: Exchange
    findings: tuple[Finding, ...]

    @property
    def accepted(self) -> bool:
        """Whether the target answered 2xx."""
        return self.replacement.response.accepted

    @property
    def refused(self) -> bool:
        """Whether the target answered 4xx."""
        return self.replacement.response.refused

    @property
    def status(self) -> int:
        """The status of the response."""
        return self.replacement.response.status

    @property
    def change(self) -> tuple[dict[str, Json], ...]:
        """What was sent otherwise than stored, as JSON Patch; empty where the body was no JSON of ours."""
        before, sent = self.replacement.before, self.replacement.sent
        return () if sent is paths.MISSING else paths.patch(before, sent)


@dataclass(frozen=True)
class Send:
    """How a replacement is made and sent: `make` from the live object, `raw` from its encoded body to what is sent.

    The bytes that `raw` makes may be no JSON. `credential`: another one than the target's; `mutation`: what is tried.
    """

    make: Make
    mutation: Mutation | None = None
    pretty: str | None = None
    query: str = ""
    headers: Mapping[str, str] | None = None
    credential: Credential | Mapping[str, str] | None = None
    raw: Callable[[bytes], bytes] | None = None


def with_values(live: Json, values: Mapping[str, Any]) -> Json:
    """A copy of the live object with other values in some fields; `MISSING` leaves a field out."""
    for name, value in values.items():
        live = paths.put(live, paths.parse(name), value)
    return live


def assign(values: Mapping[str, Any]) -> Make:
    """What makes a replacement of the live object that gives some fields other values."""
    return lambda live: with_values(live, values)
