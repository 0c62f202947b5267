"""Rules about the answer alone, or against what is stored: status, media type, body. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import jsonschema_rs

from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Path
from contracts.judge.model import NO_HTTP, Finding, Replacement, Response, Scope
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

# The validator makes all errors at once, some kilobytes each; of a larger body it is asked for the first alone.
LARGE_BODY: Final = 256 * 1024


def documented_status(scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """Only documented statuses are answered."""
    status = replacement.response.status
    if status == NO_HTTP:
        observed = replacement.response.defect
        yield Finding("status.only-documented", "the answer is no HTTP", "", "an HTTP answer with a status", observed)
    elif status not in scope.statuses:
        expected = f"one of {', '.join(map(str, sorted(scope.statuses)))}"
        yield Finding(
            "status.only-documented", f"{status} is answered, which is not documented", "", expected, str(status)
        )


def no_server_error(scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """500 is never the answer to what a client sends."""
    status = replacement.response.status
    if status >= 500 and status not in scope.contract.convention_statuses:
        tried = replacement.mutation.title if replacement.mutation else "a request"
        yield Finding("status.500", f"{tried} is answered with a server error", "", "2xx or 4xx", str(status))


def valid_credential(_scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """A valid credential is never answered with 401."""
    if replacement.authorized and replacement.response.status == 401:
        yield Finding("status.401", "a valid credential is answered with 401", "", "any other status", "401")


def content_type(_scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """A body is application/json and is JSON."""
    answer = replacement.response
    if answer.status == NO_HTTP or not (answer.body or answer.defect):
        return
    status = f"the answer {answer.status}"
    if answer.media_type != "application/json":
        observed = answer.headers.get("content-type") or "no Content-Type"
        yield Finding("response.content-type", f"{status} is not sent as JSON", "", "application/json", observed)
    if answer.value is MISSING:
        problem = "cannot be used as it is sent" if answer.defect else "is not JSON"
        yield Finding("response.content-type", f"the body of {status} {problem}", "", "JSON", answer.decoded[1])


def error_body(_scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """The body of a refusal is a Status object whose code is the HTTP status."""
    answer = replacement.response
    if answer.status < 400:
        return
    for field, expected, observed in status_defects(answer):
        message = f"the body of an answer {answer.status} is no proper Status"
        yield Finding("response.error-body", message, field, expected, observed)


def status_defects(answer: Response) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a Status body: field, expected, observed."""
    body = answer.value
    if not isinstance(body, dict):
        yield "", "a Status object", paths.show(body, 80) if body is not MISSING else answer.decoded[1]
        return
    for field, expected in (("kind", "Status"), ("apiVersion", "v1"), ("status", "Failure"), ("code", answer.status)):
        if not paths.same(body.get(field), expected):
            yield field, paths.show(expected), paths.show(body.get(field, MISSING), 80)
    message, reason = body.get("message", MISSING), body.get("reason", "")
    if not isinstance(message, str) or not message:
        yield "message", "what was wrong, as text", paths.show(message, 80)
    if not isinstance(reason, str) or answer.status not in REASONS.get(reason, (answer.status,)):
        yield "reason", f"a reason that belongs to {answer.status}", paths.show(reason, 80)


def response_schema(scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """The body of an accepted replacement has the documented structure."""
    answer = replacement.response
    if not answer.accepted:
        return
    if answer.value is MISSING:
        yield Finding(
            "response.schema",
            "an accepted replacement is answered without an object",
            "",
            "the object",
            answer.decoded[1],
        )
        return
    errors: dict[Path, str] = {}
    for error in _schema_errors(_validator(scope.contract, scope.profile), answer):
        errors.setdefault(tuple(error.instance_path), error.message)
    for where, reason in errors.items():
        if where[:1] == ("spec",) and paths.same(paths.get(answer.value, where), paths.get(replacement.before, where)):
            continue  # what an adopted object's owner has once written there is not this answer's doing
        path = paths.render(where)
        message = f"the answered {path or 'object'} is not as documented"
        yield Finding("response.schema", message, path, "the documented structure and type", reason[:200])


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
    if not answer.accepted or after is MISSING or not isinstance(answer.value, dict):
        return
    for change in paths.differences(after, answer.value, spared=scope.server_owned):
        yield _not_stored(replacement, paths.render(change.path), change.before, change.after)
    for path in scope.server_owned:
        there = all(paths.get(value, path) is not MISSING for value in (replacement.before, after))
        if there and paths.get(answer.value, path) is MISSING:
            yield _not_stored(replacement, paths.render(path), paths.get(after, path), MISSING)


def _not_stored(replacement: Replacement, field: str, stored: Any, shown: Any) -> Finding:
    return Finding(
        "response.is-stored-state",
        f"the answer shows another {field} than is stored",
        field,
        f"stored value {paths.show(stored)}",
        f"{replacement.response.status}, answered value {paths.show(shown)}",
    )


ANSWER_RULES: Final = (documented_status, no_server_error, valid_credential, content_type, error_body)
RESPONSE_RULES: Final = (*ANSWER_RULES, response_schema, stored_state)
