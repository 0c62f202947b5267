"""Findings in words: what a finding's rule, change and values say to a person. No code reads what is made here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.mutation import Mutation
from contracts.jsonvalue.paths import MISSING, Json
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen

LONGEST_VALUE: Final = 200
LONGEST_NOTE: Final = 200
SHORT_VALUE: Final = 60


def message(finding: Finding) -> str:
    """What happened, in a line: the words of the rule, or for a finding of a case what must hold and what was sent."""
    words = RULES.get(finding.rule)
    if words is not None and not finding.sentence:  # a case may be called as a rule is
        return words(finding)
    sentence = finding.sentence.rstrip(".") or finding.rule
    if finding.attempt is not None:
        return f"{title(finding.attempt)} ({finding.subject})" if finding.subject else title(finding.attempt)
    return f"{sentence}: {finding.subject}" if finding.subject else sentence


def title(attempt: Mutation) -> str:
    """An attempt on an immutable field."""
    old, new = paths.show(attempt.old, SHORT_VALUE), paths.show(attempt.new, SHORT_VALUE)
    if attempt.old is MISSING:
        return f"{attempt.field} added as {new}"
    if attempt.new is MISSING:
        return f"{attempt.field} removed"
    verb = {"append": "appended to", "reorder": "reordered"}.get(attempt.way)
    return f"{attempt.field} {verb}" if verb else f"{attempt.field} changed from {old} to {new}"


def expected(demand: Expected) -> str:
    """What a requirement demands."""
    return DEMANDS[demand.demand](demand.values)


def observed(seen: Observed) -> str:
    """What there was instead, the status first where the response had one."""
    said = _seen(seen)
    if seen.status is None or seen.seen in (Seen.VALUE, Seen.COUNT):
        return said
    return f"{seen.status}, {said}" if said else str(seen.status)


def _seen(seen: Observed) -> str:
    if seen.seen in (Seen.STORED, Seen.ANSWERED):
        return f"{seen.seen} value {paths.show(seen.value, LONGEST_VALUE)}"
    if seen.seen is Seen.VALUE:
        return paths.show(seen.value, LONGEST_VALUE)
    if seen.seen is Seen.COUNT:
        return f"{seen.value} accepted"
    return " ".join(seen.note.split())[:LONGEST_NOTE]


def _first(values: tuple[Json, ...]) -> str:
    return paths.show(values[0] if values else MISSING, LONGEST_VALUE)


def _one_of(values: tuple[Json, ...]) -> str:
    return " or ".join(map(str, values)) if len(values) <= 3 else f"one of {', '.join(map(str, values))}"


DEMANDS: Final[Mapping[Demand, Callable[[tuple[Json, ...]], str]]] = {
    Demand.STATUS: _one_of,
    Demand.STATUS_CLASS: lambda values: " or ".join(f"{value}xx" for value in values),
    Demand.OTHER_STATUS: lambda _: "any other status",
    Demand.HTTP: lambda _: "an HTTP response with a status",
    Demand.STORED: lambda values: f"stored value {_first(values)}",
    Demand.UNCHANGED: lambda values: f"stored value still {_first(values)}",
    Demand.REFUSED_OR_UNCHANGED: lambda values: f"refused, or stored value still {_first(values)}",
    Demand.PRESENT: lambda _: "the object is there and as it was",
    Demand.NEW_VALUE: lambda _: "a new value",
    Demand.ANSWERED: lambda values: f"answered value {_first(values)}",
    Demand.MEDIA_TYPE: _one_of,
    Demand.JSON: lambda _: "JSON",
    Demand.OBJECT: lambda _: "the object",
    Demand.PRETTY: lambda _: "indented JSON, one member a line",
    Demand.COMPACT: lambda _: "compact JSON",
    Demand.SCHEMA: lambda _: "the documented structure and type",
    Demand.STATUS_OBJECT: lambda _: "a Status object",
    Demand.NON_EMPTY_TEXT: lambda _: "what was wrong, as text",
    Demand.REASON_OF_STATUS: lambda values: f"a reason that belongs to {_one_of(values)}",
    Demand.ACCEPTED_COUNT: lambda values: f"{_one_of(values)} accepted",
    Demand.WHOLE_NUMBER: lambda _: "a whole number",
    Demand.ASSERTION: lambda _: "the assertion holds",
    Demand.SPECIFICATION: lambda _: "as specified",
}


def _tried(finding: Finding) -> str:
    return title(finding.attempt) if finding.attempt else "a replacement"


def _field(finding: Finding) -> str:
    return paths.render(finding.path)


def _accepted_status(finding: Finding) -> str:
    if finding.requirement == "status.201":
        return "201 is answered though the object existed before"
    return "an accepted replacement is answered with another status"


def _unchanged_rest(finding: Finding) -> str:
    gone = finding.expected.demand is Demand.PRESENT
    return f"{_tried(finding)}: the object is gone" if gone else _tried(finding)


def _documented_status(finding: Finding) -> str:
    if finding.observed.status is None:
        return "the response is no HTTP"
    return f"{finding.observed.status} is answered, which is not documented"


def _content_type(finding: Finding) -> str:
    if finding.expected.demand is Demand.MEDIA_TYPE:
        return f"the response {finding.observed.status} is not sent as JSON"
    return f"the body of the response {finding.observed.status} is not JSON that can be used as it is sent"


def _response_schema(finding: Finding) -> str:
    if finding.expected.demand is Demand.OBJECT:
        return "an accepted replacement is answered without an object"
    return f"the answered {_field(finding) or 'object'} is not as documented"


RULES: Final[Mapping[str, Callable[[Finding], str]]] = {
    "accepted-status": _accepted_status,
    "replaceable-fields": lambda finding: f"{_field(finding)} is not stored as it was sent",
    "unchanged-rest": _unchanged_rest,
    "stored-status": _tried,
    "refusal": lambda finding: f"{_tried(finding)}: refused and yet stored",
    "generation": lambda finding: f"{_tried(finding)}: generation does not count the changes of spec",
    "version": lambda finding: f"the object changed, the {finding.observed.seen} resourceVersion did not",
    "pretty-output": lambda _: "pretty=true is not answered in pretty JSON",
    "documented-status": _documented_status,
    "no-server-error": lambda finding: f"{_tried(finding)} is answered with a server error",
    "valid-credential": lambda _: "a valid credential is answered with 401",
    "content-type": _content_type,
    "error-body": lambda finding: f"the body of a response {finding.observed.status} is no proper Status",
    "response-schema": _response_schema,
    "stored-state": lambda finding: f"the response shows another {_field(finding) or 'object'} than is stored",
}
