"""A policy that refuses values which the page allows: what is told of it names what was refused, and one cause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.http_request import Request
from contracts.reference.status_error import Refusal, unsupported_media_type

from .command import Command
from .endpoint import Serve

MONTH = 30 * 86_400
SOME = ("--seed=1", "--examples=1", "--", "-k", "set_change_clear or allowed_in_other_representations")


def validating(check: Callable[[Any], None]) -> Any:
    """An endpoint that makes one more check of what replaces an object."""

    def make(resource: Any, options: Any) -> Behaviour:
        steps = conformant(resource, options)

        def validate(stored: Any, new: Any) -> None:
            steps.validate(stored, new)
            if stored is not None:
                check(new)

        return replace(steps, validate=validate)

    return make


def at_most_a_month(new: Any) -> None:
    for name, value in new["spec"].items():
        if isinstance(value, int) and value > MONTH:
            raise Refusal(403, "Forbidden", f"limits denied the request: spec.{name}: {value} is more than 30 days")


def test_a_policy_about_numbers_is_no_matter_of_syntax_and_one_cause(run: Command, serve: Serve) -> None:
    with serve(validating(at_most_a_month)) as served:
        finished = run(*served.arguments, *SOME)
    failed = {name for name, outcome in finished.outcomes.items() if outcome == "failed"}
    assert failed == {"replaceable.active-deadline-seconds", "replaceable.ttl-seconds-after-finished"}, finished.output
    (cause,) = finished.report["causes"]
    assert cause["findings"] == sum(len(finished.findings(name)) for name in failed)


def test_json_that_is_refused_for_its_label_is_found(run: Command, serve: Serve) -> None:
    def make(resource: Any, options: Any) -> Behaviour:
        steps = conformant(resource, options)

        def authenticate(request: Request) -> str:
            if "charset" in request.headers.get("content-type", ""):
                raise unsupported_media_type("application/json")
            return steps.authenticate(request)

        return replace(steps, authenticate=authenticate)

    with serve(make) as served:
        finished = run(*served.arguments, *SOME)
    assert {one["rule"].partition("[")[0] for one in finished.findings("replaceable.together")} == {
        "allowed-in-other-representations"
    }, finished.output
