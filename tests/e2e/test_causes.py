"""One cause of many findings stands first in summary and record, with the option that helps; over real HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.jsonvalue import paths
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.conditions.admission import QUEUE
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Resource
from contracts.reference.status_error import Refusal

from .command import Command, Finished
from .endpoint import Serve

FEW = ("--examples=1", "--", "-k", "labels or correct_replacement or all_in_one or clean")


def first_cause(finished: Finished) -> dict[str, Any]:
    """The first cause of the record, which stands right below the heading of the summary."""
    cause: dict[str, Any] = finished.report["causes"][0]
    heading, first, *_ = finished.output.strip().split("\n\n")
    assert heading.startswith("target"), finished.output
    assert first.startswith("Causes ("), finished.output
    shown = " ".join(first.split("\n", 1)[1].split())
    assert shown.startswith(cause["message"][:60])
    assert all(option in shown for option in cause["options"])
    return cause


def drops_spec(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Accepts every replacement, and stores spec as it was."""
    steps = conformant(resource, options)

    def merge(stored: Any, sent: Any) -> Any:
        return {**steps.merge(stored, sent), "spec": stored["spec"]}

    return replace(steps, merge=merge)


def demands_owner(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """A policy refuses every replacement of an object that lacks an annotation which nobody sends."""
    steps = conformant(resource, options)

    def validate(stored: Any, new: Any) -> None:
        steps.validate(stored, new)
        if stored is not None and paths.get(new, ("metadata", "annotations", "example.com/owner")) is paths.MISSING:
            raise Refusal(403, "Forbidden", "policy owners: an object must have the annotation example.com/owner")

    return replace(steps, validate=validate)


def demands_header(_: Resource, options: ReferenceOptions) -> Behaviour:
    """A gateway refuses every replacement without a header of its own."""
    steps = conformant(_, options)

    def check_version(*_: Any) -> None:
        raise Refusal(403, "Forbidden", "header X-Project-Id is missing")

    return replace(steps, check_version=check_version)


def test_a_webhook_that_refuses_is_named_once_with_the_field_to_keep(run: Command) -> None:
    finished = run("--with=queue-label", *FEW)
    cause = first_cause(finished)
    failed = [name for name, outcome in finished.outcomes.items() if outcome == "failed"]
    assert finished.status == 1
    assert len(finished.report["causes"]) == 1
    assert cause["kind"] == "refusal"
    assert cause["options"] == [f"--keep=metadata.labels[{QUEUE}]"]
    assert set(cause["requirements"]) == set(failed)
    assert len(failed) > 1
    assert cause["exchange"]["status"] == 403
    assert QUEUE in cause["note"]


@pytest.mark.parametrize(
    ("behaviour", "option"),
    [(demands_owner, "--object=FILE"), (demands_header, "--header=X-Project-Id: VALUE")],
    ids=["annotation", "header"],
)
def test_what_every_replacement_lacks_is_named_once(run: Command, serve: Serve, behaviour: Any, option: str) -> None:
    with serve(behaviour) as served:
        finished = run(*served.arguments, *FEW)
    cause = first_cause(finished)
    assert (cause["kind"], cause["status"], cause["options"]) == ("refusal", 403, [option])
    assert len(cause["requirements"]) > 1


def test_fields_that_are_all_dropped_are_named_once(run: Command, serve: Serve) -> None:
    with serve(drops_spec) as served:
        finished = run(*served.arguments, "--examples=1", "--", "-k", "set_change_clear or all_in_one")
    cause = first_cause(finished)
    assert cause["kind"] == "dropped"
    assert len(cause["fields"]) > 1
    assert all(one.startswith("spec.") for one in cause["fields"])
    assert f"all {len(cause['fields'])} replaceable fields below spec are dropped" in cause["message"]
    assert {one for one in cause["requirements"] if one.startswith("replaceable.clean")}


@pytest.mark.parametrize("profile", ["kubernetes", "document"])
def test_a_sporadic_failure_has_its_rate(run: Command, profile: str) -> None:
    finished = run("--with=etcd-leader", f"--profile={profile}", "--examples=1", "--", "-k", "test_replaceable")
    cause = first_cause(finished)
    [finding] = finished.findings("status.500")
    assert (cause["kind"], cause["requirements"], cause["methods"]) == ("sporadic", ["status.500"], ["PUT"])
    assert 10 < cause["requests"] / cause["count"] < 40
    assert (finding["values"]["count"], finding["values"]["requests"]) == (cause["count"], cause["requests"])
    assert f"{cause['count']} of {cause['requests']} PUT requests" in finding["observed"]
    assert "leader changed" in cause["message"]


def test_reads_that_lag_are_named(run: Command) -> None:
    finished = run("--with=read-lag", "--examples=1", "--", "-k", "correct_replacement or read_after")
    cause = first_cause(finished)
    assert (cause["kind"], cause["requirements"]) == ("lag", ["concurrency.read-after-write"])
    assert 0 < cause["count"] <= cause["requests"]


@pytest.mark.parametrize("fault", ["stale-version-accepted", "status-stored", "long-label-values-cut"])
def test_a_fault_that_breaks_one_thing_has_no_cause(run: Command, fault: str) -> None:
    finished = run(f"--fault={fault}", "--examples=1", "--", "-k", "stale or status or invalid or labels")
    assert finished.status == 1, finished.output
    assert finished.report["causes"] == []
    assert "Causes" not in finished.output


def test_a_conformant_endpoint_has_no_cause(run: Command) -> None:
    finished = run("--examples=1", "--", "-k", "labels")
    assert finished.report["causes"] == []
    assert finished.status == 0, finished.output
