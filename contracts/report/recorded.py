"""What a record holds of findings: values, words, the exchange that shows each, and the causes of many."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from contracts.report.sources import Source

ID_LENGTH: Final = 6


def finding_id(requirement: str, rule: str, field: str) -> str:
    """The id of a finding: the same in every run that finds the same."""
    name = "\n".join((requirement, rule, field)).encode("utf-8", "replace")
    return hashlib.sha256(name).hexdigest()[:ID_LENGTH]


# What servers and gateways call a request in their answer; the first kind that there is counts.
REQUEST_IDS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:[a-z0-9]+-)*request-?id",
        r"(?:[a-z0-9]+-)*correlation-?id",
        r"(?:[a-z0-9]+-)*audit-?id",
        r"(?:[a-z0-9]+-)*(?:trace|transaction|log|operation)-?id|traceparent|cf-ray|x-cloud-trace-context",
    )
)
TELLING: Final = re.compile("content-type|server|via|date|retry-after|warning|location", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Waived:
    """Why a finding is accepted, where that is looked after, and the last day (ISO 8601) on which it is."""

    reason: str
    ticket: str
    expires: str


@dataclass(frozen=True, slots=True)
class RequestId:
    """The header by which the target's own logs know a request."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class RecordedExchange:
    """One request and its response, secrets masked, bodies shortened; `seconds` from sending to the whole answer.

    `at`: when it was sent (ISO 8601, UTC), "" where it was not. `request_id`: what the answer calls it.
    """

    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: str
    status: int
    response_headers: Mapping[str, str]
    response_body: str
    seconds: float
    at: str = ""
    request_id: RequestId | None = None


def telling_headers(exchange: RecordedExchange) -> tuple[tuple[str, str], ...]:
    """The headers of an answer that help who looks for it in a log: who answered, when, with what, to which request."""
    return tuple(
        (name, value)
        for name, value in exchange.response_headers.items()
        if TELLING.fullmatch(name) or any(pattern.fullmatch(name) for pattern in REQUEST_IDS)
    )


def request_id(headers: Mapping[str, str]) -> RequestId | None:
    """What an answer with these headers calls its request; None where it says nothing."""
    for pattern in REQUEST_IDS:
        for name, value in headers.items():
            if value and pattern.fullmatch(name):
                return RequestId(name, value)
    return None


@dataclass(frozen=True, slots=True)
class Values:
    """A finding's values: those of which one is expected, the one that was observed, and the status of the answer.

    An absent field is `{"absent": true}`; `status` is None where no answer had one. `demand`: what is expected of the
    values. `note`: what the target's error, or who has read the answer, says of it; `named`: fields that it names.
    `count`, `requests`: of a rate, how often it was seen, and of how many requests.
    """

    expected: tuple[object, ...] = ()
    observed: object = None
    status: int | None = None
    demand: str = ""
    note: str = ""
    named: tuple[str, ...] = ()
    count: int | None = None
    requests: int | None = None


@dataclass(frozen=True, slots=True)
class RecordedFinding:
    """One deviation: what happened, in which field (empty when in none), and the line that shows it again.

    `id` and `rule` are empty in records that were written before findings had them; requirement, rule and field make
    two findings of different runs the same. `change`: what was sent otherwise than stored, as JSON Patch operations
    (RFC 6902). `count`: how often it came up in the run. `waiver`: why the finding does not count; None when it does.
    """

    message: str
    field: str
    expected: str
    observed: str
    reproduce: str
    change: tuple[Mapping[str, object], ...] = ()
    waiver: Waived | None = None
    id: str = ""
    rule: str = ""
    count: int = 1
    values: Values = Values()
    exchange: RecordedExchange | None = None

    @property
    def said(self) -> str:
        """What happened, with the field where the words do not name it."""
        return f"{self.message} ({self.field})" if self.field and self.field not in self.message else self.message

    def lines(self, requirement: str, source: Source) -> tuple[str, str, str]:
        """The finding in words, with the requirement that it breaks and where that comes from."""
        return (
            f"{requirement}: {self.said}",
            f"  {'document' if source.lines else 'source'}: {source}",
            f"  expected: {self.expected}      observed: {self.observed}",
        )


class CauseKind(StrEnum):
    """What explains many findings: how requests are answered, what is not stored, or what happens now and then."""

    REFUSAL = "refusal"
    FAILURE = "failure"
    SUCCESS = "success"
    DROPPED = "dropped"
    BODY = "body"
    SPORADIC = "sporadic"
    LAG = "lag"


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause of many findings: what it is, which requirements it explains, and which options may help.

    `findings`: how many different ones it explains. `count`: how often it was seen; `requests`, `methods`: of how many
    requests, where it is a rate. `note`: what the target says of it. `fields`: what is not stored. `finding`,
    `exchange`: the first.
    """

    kind: CauseKind
    message: str
    requirements: tuple[str, ...]
    findings: int
    count: int
    requests: int | None = None
    methods: tuple[str, ...] = ()
    status: int | None = None
    note: str = ""
    fields: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    finding: str = ""
    exchange: RecordedExchange | None = None
