"""The whole command against endpoints that break the contract: caught, attributed, explained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.http_request import Request
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Resource
from contracts.reference.status_error import Cause, invalid
from contracts.run.evidence import WITNESSES

from .behaviours import accepts_image, ignores_annotations
from .command import Command
from .endpoint import Serve

Make = Callable[[Resource, ReferenceOptions], Behaviour]


def never_pretty(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Does not know the parameter."""
    return replace(conformant(resource, options), wants_pretty=lambda _parameter, _agent: False)


def writes_without_token(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Asks for a credential on everything but a replacement."""
    steps = conformant(resource, options)

    def authenticate(request: Request) -> str:
        return (
            "editor"
            if request.method == "PUT" and "authorization" not in request.headers
            else steps.authenticate(request)
        )

    return replace(steps, authenticate=authenticate)


def refuses_all(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Finds something wrong with every replacement."""

    def check_immutable(_stored: Any, _new: Any) -> None:
        raise invalid(resource.group, resource.kind, "x", [Cause("FieldValueForbidden", "Forbidden", "spec")])

    return replace(conformant(resource, options), check_immutable=check_immutable)


def version_stands_still(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Gives every state of the object one version."""

    def next_version(stored: Any, _counter: int) -> str:
        return str(stored["metadata"].get("resourceVersion") or "1")

    return replace(conformant(resource, options), next_version=next_version)


@pytest.mark.parametrize(
    ("behaviour", "arguments", "expected"),
    [
        (
            refuses_all,
            ("--", "-k", "correct_replacement or pretty or response or concurrency"),
            {
                "status.200": "failed",
                "response.is-stored-state": "skipped",
                "pretty.same-content": "skipped",
                "pretty.same-effect": "skipped",
                "pretty.other-values": "skipped",
                "concurrency.version-advances": "skipped",
                "concurrency.generation": "skipped",
                "concurrency.stale-refused": "skipped",
            },
        ),
        (
            version_stands_still,
            ("--", "-k", "concurrency"),
            {"concurrency.version-advances": "failed", "concurrency.stale-refused": "skipped"},
        ),
    ],
)
def test_what_was_not_seen_is_not_passed(
    run: Command, serve: Serve, behaviour: Make, arguments: tuple[str, ...], expected: dict[str, str]
) -> None:
    with serve(behaviour) as served:
        finished = run(*served.arguments, *arguments)
    assert finished.status == 1, finished.output
    assert {name: finished.outcomes[name] for name in expected} == expected
    skipped = [one for one in finished.report["requirements"] if expected.get(one["id"]) == "skipped"]
    assert all(one["reason"] in WITNESSES.values() for one in skipped), skipped


@pytest.mark.parametrize(
    ("behaviour", "requirement", "cases", "message"),
    [
        (accepts_image, "immutable.replica-specs", "replica-specs-change", "image changed from"),
        (ignores_annotations, "replaceable.annotations", "annotations", "is not stored as it was sent"),
        (never_pretty, "pretty.true-is-pretty", "pretty", "pretty=true is not answered in pretty JSON"),
        (writes_without_token, "status.401", "no_valid", "A wrong credential is answered with 401"),
    ],
)
def test_fault_is_found(
    run: Command, serve: Serve, behaviour: Make, requirement: str, cases: str, message: str
) -> None:
    with serve(behaviour) as served:
        finished = run(*served.arguments, "--", "-k", cases)
        left = served.jobs()
    assert finished.status == 1, finished.output
    assert finished.report["verdict"] == "nonconformant"
    assert finished.outcomes[requirement] == "failed"
    found = next(one for one in finished.findings(requirement) if message in one["message"])
    assert found["expected"]
    assert found["observed"]
    again = (f"sh reproduce/{found['id']}.sh", f"pytorchjob-contract replay {finished.directory} {found['id']}")
    assert found["reproduce"] in again
    assert found["exchange"] is None or found["exchange"]["at"]
    assert f"{requirement}" in finished.output
    assert "  page:      " in finished.output
    assert left == []


@pytest.mark.parametrize(
    ("fault", "cases", "broken"),
    [("unchanged-as-304", "by_the_same or client_mistakes", {"status.200", "status.only-documented"})],
)
def test_nothing_else_is_said_of_a_fault(run: Command, fault: str, cases: str, broken: set[str]) -> None:
    finished = run(f"--fault={fault}", "--", "-k", cases)
    assert {name for name, outcome in finished.outcomes.items() if outcome in ("failed", "error")} == broken


def test_finding_reads_as_designed(run: Command, serve: Serve) -> None:
    with serve(accepts_image) as served:
        finished = run(*served.arguments, "--", "-k", "replica-specs-change")
    found = finished.findings("immutable.replica-specs")[0]
    assert found["field"].endswith("containers[0].image")
    assert found["message"].startswith(f"{found['field']} changed from ")
    assert found["expected"].startswith("refused, or stored value still ")
    assert found["observed"].startswith("200, stored value ")
    for label in ("page:", "sent:", "expected:", "observed:", "show it:"):
        assert label in finished.output


def test_what_the_first_write_loses_is_found_though_only_probes_are_sent(run: Command) -> None:
    done = run("--seed=1", "--fault=tolerations-dropped", "--", "-k", "test_clients")
    assert done.status == 1, done.output
    assert [*done.findings("immutable.replica-specs")]
