"""Rules about the answer alone, or against what is stored: status, media type, body. Pure."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple

import jsonschema_rs

from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Difference, Json, Path
from contracts.judge import error_bodies
from contracts.judge.model import NO_HTTP, Replacement, Scope
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.spec.contract import Contract
from contracts.spec.fields import STATUS, VERSION

JSON_TYPE: Final = "application/json"
# RFC 6839, 3.1: of media types that are JSON by another name.
JSON_SUFFIX: Final = "+json"
# The validator makes all errors at once, some kilobytes each; of a larger body it is asked for the first alone.
LARGE_BODY: Final = 256 * 1024
INVALID: Final = "replaceable.invalid-refused"
# Keywords about how a text is written, of which a server may think otherwise.
SYNTAX: Final = ("pattern", "minLength", "maxLength")


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
    wrong = _wrong(validator, answer.value, answer.body)
    taken = _taken(validator, scope, replacement) if wrong and len(answer.body) <= LARGE_BODY else {}
    told: set[Path] = set()
    for one in sorted(wrong, key=repr):
        requirement = taken.get(one, "response.schema")
        if one.where in told or not requirement or _is_owners(scope, replacement, one.where):
            continue
        told.add(one.where)
        observed = Observed(Seen.NOTE, answer.status, note=one.reason)
        yield Finding(requirement, Expected(Demand.SCHEMA), observed, one.where)


class _Wrong(NamedTuple):
    """What is not valid in an object: where, why, and by which keyword of the schema."""

    where: Path
    reason: str
    keyword: str


def _taken(validator: Any, scope: Scope, replacement: Replacement) -> dict[_Wrong, str]:
    """What is not valid since it was sent so, and stored: taking it is the mistake, and not to answer what is stored.

    Each with the requirement that it breaks; "" where another rule tells of it, or where it stood there before and was
    sent by the run, or is a text in a map: it was told of when it was first sent, or an object's owner has written it.
    """
    before, sent, after = (_wrong(validator, one) for one in (replacement.before, replacement.sent, replacement.after))
    spared = (*scope.replaceable, *scope.gaps, *(path for path in scope.volatile if path != STATUS))
    changes = [one.path for one in paths.differences(replacement.before, replacement.after, spared=spared)]
    found = {}
    for one in (sent | before) & after:  # of a body that is no JSON it is not known what was sent
        replaceable = paths.starts_with(one.where, scope.replaceable)
        if one.where in scope.replaceable and paths.get(replacement.sent, one.where) is None:
            continue  # null clears a field, which is no mistake; to show it so is one of the answer
        if one in before:
            own = replacement.added.chosen.holds(one.where, paths.get(replacement.before, one.where))
            if own or (replaceable and one.keyword in SYNTAX):
                found[one] = ""
        elif replaceable and scope.judges(INVALID):
            found[one] = INVALID
        elif any(paths.starts_with(path, [one.where]) or paths.starts_with(one.where, [path]) for path in changes):
            found[one] = ""
    return found


def owner_of_replaceable(scope: Scope, replacement: Replacement, path: Path) -> str:
    """The requirement that is broken where a replaceable field is not stored as it was sent.

    What should not have been taken at all is one mistake, whatever becomes of it.
    """
    fields = [one for one in scope.replaceable if paths.starts_with(path, [one])]
    if scope.judges(INVALID) and all(paths.get(replacement.sent, one) is not None for one in fields):
        places = {one.where for one in _wrong(_validator(scope.contract, scope.profile), replacement.sent)}
        within = [one for one in places if paths.starts_with(one, fields)]
        if any(paths.starts_with(path, [one]) or paths.starts_with(one, [path]) for one in within):
            return INVALID
    return scope.contract.owner(path, "replaceable")


def _is_owners(scope: Scope, replacement: Replacement, where: Path) -> bool:
    """Whether a value in spec stood there before: what an object's owner wrote is not the answer's doing."""
    return where[:1] in scope.desired and paths.same(
        paths.get(replacement.response.value, where), paths.get(replacement.before, where)
    )


def _wrong(validator: Any, value: Json, body: bytes = b"") -> set[_Wrong]:
    """What is not valid in a value; of a large `body` the first thing alone."""
    if value is MISSING:
        return set()
    value = strict.without_surrogates(value) if not body or b"\\ud" in body.lower() else value
    if len(body) <= LARGE_BODY:
        return set(map(_described, validator.iter_errors(value)))
    try:
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        return {_described(error)}
    return set()


def _described(error: Any) -> _Wrong:
    return _Wrong(tuple(error.instance_path), error.message, str(error.schema_path[-1]))


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
    was, now, told = (paths.get(value, VERSION) for value in (replacement.before, after, answer.value))
    if told is not MISSING and paths.same(was, now) and not paths.same(told, now):  # nobody has written it since
        wrong.append(Difference(VERSION, now, told))
    for change in wrong:
        observed = Observed(Seen.ANSWERED, answer.status, change.after)
        yield Finding("response.is-stored-state", Expected(Demand.STORED, (change.before,)), observed, change.path)


RESPONSE_ALONE_RULES: Final = (documented_status, no_server_error, valid_credential, content_type, error_body)
RESPONSE_RULES: Final = (*RESPONSE_ALONE_RULES, response_schema, stored_state)
