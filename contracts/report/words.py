"""Findings in words: what a finding's rule, change and values say to a person. No code reads what is made here."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Mutation
from contracts.report.apart import apart
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.report.model import Cause, CauseKind
from contracts.report.outcomes import counted

LONGEST_VALUE: Final = 200
LONGEST_NOTE: Final = 200
SHORT_VALUE: Final = 60
MOST_COMPARED: Final = 1_000_000
UNCHANGED: Final = (Demand.UNCHANGED, Demand.REFUSED_OR_UNCHANGED)


def message(finding: Finding) -> str:
    """What happened, in a line: the words of the rule, or for a finding of a case what must hold and what was sent."""
    if finding.rule in RULES and not finding.sentence:  # a case may be called as a rule is
        return _of_rule(finding)
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
    return _demanded(demand, paths.show(_first(demand), LONGEST_VALUE))


def observed(seen: Observed) -> str:
    """What there was instead, the status first where the response had one."""
    return _seen(seen, paths.show(seen.value, LONGEST_VALUE))


def expected_and_observed(demand: Expected, seen: Observed) -> tuple[str, str]:
    """Both, of long values what lies around the first difference."""
    left, right = (paths.show(value, MOST_COMPARED) for value in (_first(demand), seen.value))
    left, right = apart(left, right, LONGEST_VALUE)
    return _demanded(demand, left), _seen(seen, right)


def _first(demand: Expected) -> Json:
    return demand.values[0] if demand.values else MISSING


def _demanded(demand: Expected, first: str) -> str:
    values = demand.values
    return DEMANDS[demand.demand].format(
        first=first,
        one_of=" or ".join(map(str, values)) if len(values) <= 3 else f"one of {', '.join(map(str, values))}",
        classes=" or ".join(f"{value}xx" for value in values),
    )


def _seen(seen: Observed, value: str) -> str:
    match seen.seen:
        case Seen.VALUE:
            return value
        case Seen.COUNT:
            return f"{seen.value} accepted"
        case Seen.STORED | Seen.ANSWERED:
            said = f"{seen.seen} value {value}"
        case _:
            said = " ".join(seen.note.split())[:LONGEST_NOTE]
    return ", ".join(str(part) for part in (seen.status, said) if part) or "nothing"


def rate(count: int, requests: int, methods: Sequence[str]) -> str:
    """How often something was seen, of how many requests of which methods."""
    often = "every one" if count >= requests else f"about one in {round(requests / count)}"
    return f"{count} of {counted(requests, ' and '.join(methods) + ' request')} ({often})"


def cause(found: Cause, siblings: int) -> str:
    """What explains many findings, in a line; `siblings`: how many replaceable fields stand where `fields` do."""
    said = f": {found.note}" if found.note else ""
    match found.kind:
        case CauseKind.REFUSAL:
            return f"correct requests are refused with {found.status}{said}"
        case CauseKind.FAILURE:
            return f"requests are answered with {found.status} where another status is due{said}"
        case CauseKind.SUCCESS:
            return f"success is answered with {found.status} where another status is due"
        case CauseKind.BODY:
            return f"bodies of answers are not as they must be{said}"
        case CauseKind.SPORADIC:
            return f"the server answers with {found.status} now and then{said}"
        case CauseKind.LAG:
            return "reads lag behind writes that were answered"
        case CauseKind.DROPPED:
            parent = found.fields[0].rpartition(".")[0]
            below = f" below {parent}" if parent else ""
            every = len(found.fields) == siblings and siblings > 1
            many = f"all {siblings} replaceable fields{below} are" if every else f"{', '.join(found.fields)}:"
            return f"{many} dropped though the replacement is accepted"


def options(found: Cause) -> str:
    """The options that may help against a cause, as they are typed."""
    return " ".join(map(shlex.quote, found.options))


DEMANDS: Final[Mapping[Demand, str]] = {
    Demand.STATUS: "{one_of}",
    Demand.STATUS_CLASS: "{classes}",
    Demand.OTHER_STATUS: "any other status",
    Demand.HTTP: "an HTTP response with a status",
    Demand.STORED: "stored value {first}",
    Demand.UNCHANGED: "stored value still {first}",
    Demand.REFUSED_OR_UNCHANGED: "refused, or stored value still {first}",
    Demand.PRESENT: "the object is there and as it was",
    Demand.NOTHING_SHOWN: "nothing of the object is shown",
    Demand.NEW_VALUE: "a new value",
    Demand.ANSWERED: "answered value {first}",
    Demand.MEDIA_TYPE: "{one_of}",
    Demand.JSON: "JSON",
    Demand.OBJECT: "the object",
    Demand.PRETTY: "indented JSON, one member a line",
    Demand.COMPACT: "compact JSON",
    Demand.SCHEMA: "the documented structure and type",
    Demand.ERROR_OBJECT: "a JSON object that says what is wrong",
    Demand.NON_EMPTY_TEXT: "what was wrong, as text",
    Demand.ACCEPTED_COUNT: "{one_of} accepted",
    Demand.WHOLE_NUMBER: "a whole number",
    Demand.NO_FAILURE: "an answer at the first time",
    Demand.LAST_WRITE: "the version that the write was answered with",
    Demand.ASSERTION: "the assertion holds",
    Demand.SPECIFICATION: "as specified",
}

RULES: Final[Mapping[str, str]] = {
    "accepted-status": "an accepted replacement is answered with another status",
    "replaceable-fields": "{field} is not stored as it was sent",
    "unchanged-rest": "{tried}",
    "stored-status": "{tried}",
    "refusal": "{tried}: refused and yet stored",
    "generation": "{tried}: generation does not count the changes of spec",
    "version": "the object changed, the {seen} resourceVersion did not",
    "version-repeated": "the {seen} resourceVersion has stood for other content before",
    "pretty-output": "pretty=true is not answered in pretty JSON",
    "compact-output": "the answer is laid out for people though nobody asks for it",
    "documented-status": "{status} is answered, which is not documented",
    "no-server-error": "{tried} is answered with a server error",
    "valid-credential": "a valid credential is answered with 401",
    "content-type": "the body of the response {status} is not JSON that can be used as it is sent",
    "error-body": "the body of a response {status} is no proper error",
    "response-schema": "the answered {place} is not as documented",
    "sporadic-failure": "the server fails now and then at a request that is answered when it is repeated",
    "read-after-write": "a read shows what was stored before the last write that was answered",
    "stored-state": "the response shows another {place} than is stored",
}
# What the rule says instead where the finding's demand is this one.
RULES_BY_DEMAND: Final[Mapping[tuple[str, Demand], str]] = {
    ("unchanged-rest", Demand.PRESENT): "{tried}: the object is gone",
    ("content-type", Demand.MEDIA_TYPE): "the response {status} is not sent as JSON",
    ("response-schema", Demand.OBJECT): "an accepted replacement is answered without an object",
}


def _is_of(attempt: Mutation, finding: Finding) -> bool:
    """Whether what a finding has observed is what the attempt has sent, so that it may be told as the attempt."""
    path, at = finding.path, len(attempt.path)
    if path[:at] == attempt.path:
        return paths.same(paths.get(attempt.new, path[at:]), finding.observed.value)
    beyond = paths.get(finding.observed.value, attempt.path[len(path) :])
    return attempt.path[: len(path)] == path and paths.same(attempt.new, beyond)


def _of_rule(finding: Finding) -> str:
    if finding.rule == "accepted-status" and finding.requirement == "status.201":
        return "201 is answered though the object existed before"
    if finding.rule == "response-schema" and finding.requirement.endswith(".invalid-refused"):
        return f"{paths.render(finding.path)} is stored with a value that is not valid"
    if finding.rule == "documented-status" and finding.observed.status is None:
        return "the response is no HTTP"
    field = paths.render(finding.path)
    told = finding.attempt is not None and _is_of(finding.attempt, finding)
    if not told and finding.path and finding.expected.demand in UNCHANGED:
        tried = f"a replacement changes {field}"
    else:
        tried = title(finding.attempt) if finding.attempt else "a replacement"
    return RULES_BY_DEMAND.get((finding.rule, finding.expected.demand), RULES[finding.rule]).format(
        field=field,
        place=field or "object",
        tried=tried,
        status=finding.observed.status,
        seen=finding.observed.seen,
    )
