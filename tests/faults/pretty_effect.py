"""Family pretty: a parameter for the layout that has an effect on the replacement, or none on the layout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import wants_pretty
from contracts.reference.http_request import Request
from contracts.reference.resource import Object
from contracts.reference.status_error import bad_request, internal_error
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, altering, field_of, storing, watched

EFFECT = ("pretty.same-effect",)
OTHER = ("pretty.other-values",)


def _asked(moment: Moment) -> bool:
    return wants_pretty(moment.request.query.get("pretty"), "")


def _refused(endpoint: Endpoint, unwanted: Callable[[str | None], bool], code: int = 400) -> Behaviour:
    """Steps that refuse replacements for the value of the parameter."""
    steps = endpoint.steps

    def check(request: Request) -> None:
        steps.check_accept(request)
        if request.is_judged and unwanted(request.query.get("pretty")):
            raise bad_request("unknown parameter: pretty") if code == 400 else internal_error("invalid value: pretty")

    return replace(steps, check_accept=check)


@fault(*EFFECT, "pretty.true-is-pretty")
def pretty_refused(endpoint: Endpoint) -> Behaviour:
    """Breaks: with pretty=true a replacement is stored just the same. Unknown parameters are refused, and this is
    one.
    """
    return _refused(endpoint, lambda value: value == "true")


@fault(*OTHER)
def pretty_other_values_refused(endpoint: Endpoint) -> Behaviour:
    """Breaks: another value changes no effect. The parameter was made a boolean in the framework's schema."""
    return _refused(endpoint, lambda value: value not in (None, "true", "false", "1", "0"))


@fault(*OTHER)
def pretty_empty_value_refused(endpoint: Endpoint) -> Behaviour:
    """Breaks: another value changes no effect. A parameter without a value does not parse."""
    return _refused(endpoint, lambda value: value == "")


@fault(*OTHER, "status.500")
def pretty_other_values_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: another value changes no effect. It is parsed with the variant that throws, outside any handler."""
    return _refused(endpoint, lambda value: value not in (None, "", "true", "false"), 500)


@fault(*OTHER)
def pretty_false_refused(endpoint: Endpoint) -> Behaviour:
    """Breaks: another value changes no effect. The only member of the parameter's enum is true."""
    return _refused(endpoint, lambda value: value == "false")


@fault(*EFFECT, "replaceable.labels")
def pretty_is_a_dry_run(endpoint: Endpoint) -> Behaviour:
    """Breaks: with pretty=true a replacement is stored just the same. The readable form is a preview, in a
    transaction that is rolled back.
    """
    return storing(endpoint, lambda moment, new: moment.stored if _asked(moment) else new)


@fault(*EFFECT, "replaceable.labels")
def pretty_loses_labels(endpoint: Endpoint) -> Behaviour:
    """Breaks: with pretty=true a replacement is stored just the same. Its handler was copied before labels were
    added.
    """
    labels = field_of("replaceable.labels")
    return altering(
        endpoint, lambda moment, new: put(new, labels, get(moment.stored, labels)) if _asked(moment) else new
    )


@fault(*EFFECT, "replaceable.clean-pod-policy")
def pretty_loses_policy(endpoint: Endpoint) -> Behaviour:
    """Breaks: with pretty=true a replacement is stored just the same. One field is missing in the copied handler."""
    policy = field_of("replaceable.clean-pod-policy")
    return altering(
        endpoint, lambda moment, new: put(new, policy, get(moment.stored, policy)) if _asked(moment) else new
    )


@fault("concurrency.generation", *EFFECT)
def pretty_writes_twice(endpoint: Endpoint) -> Behaviour:
    """Breaks: with pretty=true a replacement is stored just the same. The handler runs once for the layout, once to
    write.
    """
    steps, moment = watched(endpoint.steps)

    def twice(stored: Object, new: Object) -> int:
        once = steps.next_generation(stored, new)
        current: int = stored["metadata"].get("generation", 1)
        return once + (once - current if _asked(moment) else 0)

    return replace(steps, next_generation=twice)


@fault("pretty.default")
def pretty_always(endpoint: Endpoint) -> Behaviour:
    """Breaks: without the parameter the answer is compact. The development setting for readable output went live.

    kubernetes/kubernetes#9361: the API server once laid out everything by default.
    """
    return replace(endpoint.steps, wants_pretty=lambda *_: True)


@fault("pretty.default")
def pretty_unless_false(endpoint: Endpoint) -> Behaviour:
    """Breaks: without the parameter the answer is compact. The parameter's default was set to true."""
    return replace(endpoint.steps, wants_pretty=lambda value, _: value != "false")


@fault(*OTHER)
def pretty_whatever_the_value(endpoint: Endpoint) -> Behaviour:
    """Breaks: false asks for compact output. Only whether the parameter is there is looked at."""
    return replace(endpoint.steps, wants_pretty=lambda value, _: value is not None)


@fault(*OTHER)
def pretty_when_any_text(endpoint: Endpoint) -> Behaviour:
    """Breaks: false asks for compact output. bool("false") is true."""
    return replace(endpoint.steps, wants_pretty=lambda value, _: bool(value))


@fault(*OTHER, "pretty.true-is-pretty")
def pretty_the_other_way_round(endpoint: Endpoint) -> Behaviour:
    """Breaks: true is laid out, false is compact. The flag is called "compact" inside, and was not negated."""
    return replace(endpoint.steps, wants_pretty=lambda value, _: value in ("false", "0"))


@fault(*OTHER)
def other_values_lose_the_write(endpoint: Endpoint) -> Behaviour:
    """Breaks: another value changes no effect. A parameter that does not parse ends the handler early, with success."""

    def alter(moment: Moment, new: Object) -> Object:
        value: Any = moment.request.query.get("pretty")
        return new if value in (None, "true", "false") else moment.stored

    return storing(endpoint, alter)


@fault(*EFFECT)
def nothing_cleared_with_pretty(endpoint: Endpoint) -> Behaviour:
    """Breaks: with pretty=true a replacement is stored just the same. The route for people is a merge, "so that nobody
    loses anything by mistake".
    """
    path = field_of("replaceable.clean-pod-policy")

    def alter(moment: Moment, new: Object) -> Object:
        old = get(moment.stored, path)
        return put(new, path, old) if _asked(moment) and get(new, path) is MISSING else new

    return altering(endpoint, alter)


@fault(*EFFECT)
def pretty_skips_validation(endpoint: Endpoint) -> Behaviour:
    """Breaks: with pretty=true a replacement is refused just the same. The handler for people was written first."""
    steps, moment = watched(endpoint.steps)

    def validate(stored: Object | None, new: Object) -> None:
        if not _asked(moment):
            steps.validate(stored, new)

    return replace(steps, validate=validate)
