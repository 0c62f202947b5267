"""Rules about the answer alone, or against what is stored: status, media type, body. Pure."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import jsonschema_rs

from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Difference, Json, Path
from contracts.judge import error_bodies
from contracts.judge.model import NO_HTTP, Replacement, Scope
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.spec.contract import Contract
from contracts.spec.fields import SPEC, STATUS

JSON_TYPE: Final = "application/json"
# RFC 6839, 3.1: of media types that are JSON by another name.
JSON_SUFFIX: Final = "+json"
# The validator makes all errors at once, some kilobytes each; of a larger body it is asked for the first alone.
LARGE_BODY: Final = 256 * 1024
INVALID: Final = "replaceable.invalid-refused"


def documented_status(scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """Only documented statuses are answered."""
    status = replacement.response.status
    if status == NO_HTTP:
        observed = Observed(Seen.NOTE, note=replacement.response.defect)
        yield Finding("status.only-documented", Expected(Demand.HTTP), observed)
    elif status not in scope.statuses:
        expected = Expected(Demand.STATUS, tuple(sorted(scope.statuses)))
        yield Finding("status.only-documented", expected, Observed(Seen.STATUS, status))


def no_server_error(scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """500 is never the answer to what a client sends."""
    status = replacement.response.status
    if status >= 500 and status not in scope.contract.convention_statuses:
        yield Finding("status.500", Expected(Demand.STATUS_CLASS, (2, 4)), Observed(Seen.STATUS, status))


def valid_credential(_scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """A valid credential is never answered with 401."""
    if replacement.authorized and replacement.response.status == 401:
        yield Finding("status.401", Expected(Demand.OTHER_STATUS, (401,)), Observed(Seen.STATUS, 401))


def content_type(_scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """A body is application/json and is JSON; that of an error may be of any type that is JSON by its suffix."""
    answer = replacement.response
    if answer.status == NO_HTTP or not (answer.body or answer.defect):
        return
    if answer.media_type != JSON_TYPE and not (answer.status >= 400 and answer.media_type.endswith(JSON_SUFFIX)):
        observed = Observed(Seen.VALUE, answer.status, answer.headers.get("content-type", MISSING))
        yield Finding("response.content-type", Expected(Demand.MEDIA_TYPE, (JSON_TYPE,)), observed)
    if answer.value is MISSING:
        observed = Observed(Seen.NOTE, answer.status, note=answer.decoded[1])
        yield Finding("response.content-type", Expected(Demand.JSON), observed)


def error_body(_scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """The body of an error says what is wrong, and nothing in it contradicts the HTTP status."""
    if replacement.response.status >= 400:
        yield from (Finding("response.error-body", *defect) for defect in error_bodies.defects(replacement.response))


def response_schema(scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """The body of an accepted replacement has the documented structure."""
    answer = replacement.response
    if not answer.accepted:
        return
    if answer.value is MISSING:
        observed = Observed(Seen.NOTE, answer.status, note=answer.decoded[1])
        yield Finding("response.schema", Expected(Demand.OBJECT), observed)
        return
    validator = _validator(scope.contract, scope.profile)
    errors = _errors(validator, answer.value, answer.body)
    if not errors:
        return
    taken = _taken(validator, scope, replacement)
    told: set[Path] = set()
    for where, reason in sorted(errors, key=repr):
        if where in told or _is_owners(replacement, where):
            continue
        told.add(where)
        requirement = taken.get((where, reason), "response.schema")
        if requirement:
            yield Finding(requirement, Expected(Demand.SCHEMA), Observed(Seen.NOTE, answer.status, note=reason), where)


def _taken(validator: Any, scope: Scope, replacement: Replacement) -> dict[tuple[Path, str], str]:
    """What is not valid since it was sent so, and stored: taking it is the mistake, and not to answer what is stored.

    By place and reason the requirement that it breaks; "" where another rule tells of the change, or of a replaceable
    field told when it was first sent, if it is not what an object's owner has written.
    """
    before, sent, after = (_errors(validator, one) for one in (replacement.before, replacement.sent, replacement.after))
    spared = (*scope.replaceable, *scope.gaps, *(path for path in scope.volatile if path != STATUS))
    changes = [one.path for one in paths.differences(replacement.before, replacement.after, spared=spared)]
    found = {
        (where, reason): "" for where, reason in sent & after & before if paths.starts_with(where, scope.replaceable)
    }
    for where, reason in (sent & after) - before:
        if paths.starts_with(where, scope.replaceable):
            found[where, reason] = INVALID if scope.judges(INVALID) else "response.schema"
        elif any(paths.starts_with(one, [where]) or paths.starts_with(where, [one]) for one in changes):
            found[where, reason] = ""
    return found


def _is_owners(replacement: Replacement, where: Path) -> bool:
    """Whether a value in spec stood there before: what an object's owner wrote is not the answer's doing."""
    return where[:1] == SPEC and paths.same(
        paths.get(replacement.response.value, where), paths.get(replacement.before, where)
    )


def _errors(validator: Any, value: Json, body: bytes = b"") -> set[tuple[Path, str]]:
    """Where and why a value is not valid; of a large `body` the first error alone."""
    if value is MISSING:
        return set()
    value = strict.without_surrogates(value) if not body or b"\\ud" in body.lower() else value
    if len(body) <= LARGE_BODY:
        return {(tuple(error.instance_path), error.message) for error in validator.iter_errors(value)}
    try:
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        return {(tuple(error.instance_path), error.message)}
    return set()


@cache
def _validator(contract: Contract, profile: str) -> Any:
    return jsonschema_rs.validator_for(contract.response_schema(profile))


def stored_state(scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """The body of an accepted replacement is the object as stored; what controllers write may differ by now."""
    answer, after = replacement.response, replacement.after
    if not answer.accepted or after is MISSING or not isinstance(answer.value, dict):
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
