"""The whole command against endpoints that break the contract: caught, attributed, explained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contracts import fields
from contracts.reference import Behaviour, ReferenceOptions, Request, Resource, conformant

from .conftest import Command

Make = Callable[[Resource, ReferenceOptions], Behaviour]


def accepts_image(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Looks at nothing below the pod templates when it looks for immutable changes."""
    steps = conformant(resource, options)

    def without_images(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: without_images(item) for key, item in value.items() if key != "image"}
        return [without_images(item) for item in value] if isinstance(value, list) else value

    return replace(
        steps, check_immutable=lambda old, new: steps.check_immutable(without_images(old), without_images(new))
    )


def ignores_annotations(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Keeps the stored annotations, whatever is sent."""
    steps = conformant(resource, options)
    path = ("metadata", "annotations")

    def merge(stored: Any, sent: Any) -> Any:
        return fields.put(steps.merge(stored, sent), path, fields.get(stored, path))

    return replace(steps, merge=merge)


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


@pytest.mark.parametrize(
    ("behaviour", "requirement", "message"),
    [
        (accepts_image, "immutable.replica-specs", "image changed from"),
        (ignores_annotations, "replaceable.annotations", "metadata.annotations sent as"),
        (never_pretty, "pretty.true-is-pretty", "pretty=true is not answered in pretty JSON"),
        (writes_without_token, "status.401", "a request with no credential is not answered with 401"),
    ],
)
def test_fault_is_found(
    run: Command, serve: Callable[..., Any], behaviour: Make, requirement: str, message: str
) -> None:
    with serve(behaviour) as served:
        finished = run(*served.arguments)
        left = served.jobs()
    assert finished.status == 1, finished.output
    assert finished.report["verdict"] == "nonconformant"
    assert finished.outcomes[requirement] == "failed"
    found = next(one for one in finished.findings(requirement) if message in one["message"])
    assert found["expected"]
    assert found["observed"]
    assert "curl -sS -i " in found["reproduce"]
    assert "$TOKEN" in found["reproduce"] or "no credential" in found["message"]
    assert f"{requirement}" in finished.output
    assert "document: " in finished.output
    assert left == []


def test_finding_reads_as_designed(run: Command, serve: Callable[..., Any]) -> None:
    with serve(accepts_image) as served:
        finished = run(*served.arguments, "--", "-k", "replica-specs-change")
    found = finished.findings("immutable.replica-specs")[0]
    assert found["field"].endswith("containers[0].image")
    assert found["message"].startswith(f"{found['field']} changed from ")
    assert found["expected"].startswith("refused, or stored value still ")
    assert found["observed"].startswith("200, stored value ")
    for label in ("document:", "expected:", "observed:", "reproduce:"):
        assert label in finished.output
