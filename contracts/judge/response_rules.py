"""Rules about the answer alone, or against what is stored: status, media type, body. Pure."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import jsonschema_rs

from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Difference, Path
from contracts.judge.model import NO_HTTP, Replacement, Response, Scope
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.spec.contract import Contract

# HTTP status codes of the reasons that the Kubernetes API conventions define ("Response Status Kind").
REASONS: Final = {
    "BadRequest": (400,),
    "Unauthorized": (401,),
    "Forbidden": (403,),
    "NotFound": (404,),
    "MethodNotAllowed": (405,),
    "NotAcceptable": (406,),
    "AlreadyExists": (409,),
    "Conflict": (409,),
    "Gone": (410,),
    "Expired": (410,),
    "RequestEntityTooLarge": (413,),
    "UnsupportedMediaType": (415,),
    "Invalid": (422,),
    "TooManyRequests": (429,),
    "InternalError": (500,),
    "ServiceUnavailable": (503,),
}

JSON_TYPE: Final = "application/json"
# The validator makes all errors at once, some kilobytes each; of a larger body it is asked for the first alone.
LARGE_BODY: Final = 256 * 1024


def documented_status(scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """Only documented statuses are answered."""
    status = replacement.response.status
    if status == NO_HTTP:
        observed = Observed(Seen.NOTE, note=replacement.response.defect)
        yield Finding("status.only-documented", Expected(Demand.HTTP), observed)
    elif status not in scope.statuses or (status > 500 and not isinstance(replacement.response.value, dict)):
        expected = Expected(Demand.STATUS, tuple(sorted(scope.statuses)))
        yield Finding("status.only-documented", expected, Observed(Seen.STATUS, status))


def no_server_error(scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """500 is never the answer to what a client sends."""
    status = replacement.response.status
    dropped = replacement.response.dropped
    if dropped or (status >= 500 and status not in scope.contract.convention_statuses):
        observed = Observed(Seen.NOTE, note=replacement.response.defect) if dropped else Observed(Seen.STATUS, status)
        yield Finding("status.500", Expected(Demand.STATUS_CLASS, (2, 4)), observed)


def valid_credential(_scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """A valid credential is never answered with 401."""
    if replacement.authorized and replacement.response.status == 401:
        yield Finding("status.401", Expected(Demand.OTHER_STATUS, (401,)), Observed(Seen.STATUS, 401))


def content_type(_scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """A body is application/json and is JSON."""
    answer = replacement.response
    if answer.status == NO_HTTP or not (answer.body or answer.defect):
        return
    if answer.media_type != JSON_TYPE:
        observed = Observed(Seen.VALUE, answer.status, answer.headers.get("content-type", MISSING))
        yield Finding("response.content-type", Expected(Demand.MEDIA_TYPE, (JSON_TYPE,)), observed)
    if answer.value is MISSING:
        observed = Observed(Seen.NOTE, answer.status, note=answer.decoded[1])
        yield Finding("response.content-type", Expected(Demand.JSON), observed)


def error_body(_scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """The body of a refusal is a Status object whose code is the HTTP status."""
    answer = replacement.response
    if answer.status < 400:
        return
    yield from (Finding("response.error-body", *defect) for defect in status_defects(answer))


def status_defects(answer: Response) -> Iterator[tuple[Expected, Observed, Path]]:
    """What is wrong with a Status body: what is expected and observed, and in which field."""
    body, status = answer.value, answer.status
    if not isinstance(body, dict):
        note = answer.decoded[1] if body is MISSING else ""
        yield Expected(Demand.STATUS_OBJECT), Observed(Seen.NOTE if note else Seen.VALUE, status, body, note), ()
        return
    for field, expected in (("kind", "Status"), ("apiVersion", "v1"), ("status", "Failure"), ("code", status)):
        found = body.get(field, MISSING)
        if not paths.same(found, expected):
            yield Expected(Demand.ANSWERED, (expected,)), Observed(Seen.VALUE, status, found), (field,)
    message, reason = body.get("message", MISSING), body.get("reason", "")
    if not isinstance(message, str) or not message:
        yield Expected(Demand.NON_EMPTY_TEXT), Observed(Seen.VALUE, status, message), ("message",)
    if not isinstance(reason, str) or status not in REASONS.get(reason, (status,)):
        yield Expected(Demand.REASON_OF_STATUS, (status,)), Observed(Seen.VALUE, status, reason), ("reason",)


def response_schema(scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """The body of an accepted replacement has the documented structure."""
    answer = replacement.response
    if not answer.accepted:
        return
    if answer.value is MISSING:
        observed = Observed(Seen.NOTE, answer.status, note=answer.decoded[1])
        yield Finding("response.schema", Expected(Demand.OBJECT), observed)
        return
    errors: dict[Path, str] = {}
    for error in _schema_errors(_validator(scope.contract, scope.profile), answer):
        errors.setdefault(tuple(error.instance_path), error.message)
    for where, reason in errors.items():
        if where[:1] == ("spec",) and paths.same(paths.get(answer.value, where), paths.get(replacement.before, where)):
            continue  # what an adopted object's owner has once written there is not this answer's doing
        observed = Observed(Seen.NOTE, answer.status, note=reason)
        yield Finding("response.schema", Expected(Demand.SCHEMA), observed, where)


def _schema_errors(validator: Any, answer: Response) -> Iterator[Any]:
    value = strict.without_surrogates(answer.value) if b"\\ud" in answer.body.lower() else answer.value
    if len(answer.body) <= LARGE_BODY:
        yield from validator.iter_errors(value)
        return
    try:
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        yield error


@cache
def _validator(contract: Contract, profile: str) -> Any:
    return jsonschema_rs.validator_for(contract.response_schema(profile))


def stored_state(scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """The body of an accepted replacement is the object as stored; what controllers write may differ by now."""
    answer, after = replacement.response, replacement.after
    if not answer.accepted or replacement.disturbed or after is MISSING or not isinstance(answer.value, dict):
        return
    wrong = [*paths.differences(after, answer.value, spared=scope.server_owned)]
    for path in scope.server_owned:
        there = all(paths.get(value, path) is not MISSING for value in (replacement.before, after))
        if there and paths.get(answer.value, path) is MISSING:
            wrong.append(Difference(path, paths.get(after, path), MISSING))
    for change in wrong:
        observed = Observed(Seen.ANSWERED, answer.status, change.after)
        yield Finding("response.is-stored-state", Expected(Demand.STORED, (change.before,)), observed, change.path)


RESPONSE_ALONE_RULES: Final = (documented_status, no_server_error, valid_credential, content_type, error_body)
RESPONSE_RULES: Final = (*RESPONSE_ALONE_RULES, response_schema, stored_state)
