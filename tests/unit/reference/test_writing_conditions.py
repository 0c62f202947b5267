"""Conditions in which webhooks and controllers write: each writes what its name says, when it says so."""

from __future__ import annotations

import pytest

from contracts.jsonvalue import paths
from contracts.reference.conditions.defaults import DEADLINE, POLICY, RETENTION
from contracts.reference.conditions.webhooks import INJECTED
from tests.unit.faults.world import IMAGE
from tests.unit.reference.conditioned import ANNOTATIONS, Conditioned


def test_a_stamp_is_another_with_each_write() -> None:
    world = Conditioned("webhook-stamp")
    stamps = [world.replaced(*ANNOTATIONS, to={"a": "b"})["metadata"]["annotations"] for _ in range(2)]
    (first,), (second,) = ([value for key, value in one.items() if key != "a"] for one in stamps)
    assert first != second
    assert world.read()["metadata"]["annotations"] == stamps[1]


def test_missing_keys_and_fields_come_back() -> None:
    world = Conditioned("webhook-keys", "webhook-defaults", "webhook-unknown-field")
    fresh = world.read()
    assert fresh["spec"]["schedulingHint"] == "spread"
    for field in ("cleanPodPolicy", "ttlSecondsAfterFinished", "activeDeadlineSeconds"):
        assert world.replaced("spec", field, to=paths.MISSING)["spec"].get(field), field
    assert world.replaced("metadata", "labels", to=paths.MISSING)["metadata"]["labels"]
    assert "schedulingHint" in world.replaced("spec", "schedulingHint", to=paths.MISSING)["spec"]


def test_the_injector_marks_pod_templates_and_generation_counts_it() -> None:
    world = Conditioned("injector")
    before = world.read()
    after = world.replaced("metadata", "labels", to={"a": "b"})
    path = (*IMAGE[: IMAGE.index("template") + 1], *ANNOTATIONS)
    assert paths.get(before, path) != paths.get(after, path)
    assert after["metadata"]["generation"] == before["metadata"]["generation"] + 1


def test_the_injected_credential_is_there_from_creation_on() -> None:
    world = Conditioned("injector-secret")
    env = (*IMAGE[:-1], "env")
    assert INJECTED in [one["value"] for one in paths.get(world.read(), env)]
    assert paths.get(world.replaced("metadata", "labels", to={"a": "b"}), env) == paths.get(world.read(), env)


def test_defaults_that_are_not_one_constant() -> None:
    world = Conditioned("default-varies", "default-depends")
    deadlines = [world.replaced(*DEADLINE, to=paths.MISSING)["spec"]["activeDeadlineSeconds"] for _ in range(3)]
    assert deadlines == sorted(set(deadlines), reverse=True)
    for retention, policy in ((5, "All"), (paths.MISSING, "Running")):
        world.replaced(*POLICY, to=paths.MISSING)
        world.replaced(*RETENTION, to=retention)
        assert world.replaced(*POLICY, to=paths.MISSING)["spec"]["cleanPodPolicy"] == policy
    world = Conditioned("default-two-versions")
    policies = [world.replaced(*POLICY, to=paths.MISSING)["spec"]["cleanPodPolicy"] for _ in range(4)]
    assert set(policies[::2]) | set(policies[1::2]) == {"Running", "None"}
    assert policies[0] != policies[1]


def test_a_sidecar_is_another_one_with_the_next_write_after_6_s() -> None:
    world = Conditioned("injector-sidecar")
    path = (*IMAGE[:-2], 1, "image")
    assert paths.get(world.read(), path) == "docker.io/istio/proxyv2:1.20"
    world.pass_time(7)
    assert paths.get(world.read(), path) == "docker.io/istio/proxyv2:1.20"
    assert paths.get(world.replaced("metadata", "labels", to={"a": "b"}), path) == "docker.io/istio/proxyv2:1.21"
    assert paths.get(world.replaced(*path, to="another"), path) == "docker.io/istio/proxyv2:1.21"


def test_a_mirrored_annotation_goes_with_what_it_shows() -> None:
    world = Conditioned("webhook-mirror")
    key = "platform.example.com/max-seconds"
    assert world.replaced(*DEADLINE, to=60)["metadata"]["annotations"][key] == "60"
    assert key not in world.replaced(*DEADLINE, to=paths.MISSING)["metadata"].get("annotations", {})


def test_a_controller_writes_20_ms_after_a_write_and_once() -> None:
    world = Conditioned("controller-stamp")
    answered = world.replaced("metadata", "labels", to={"a": "b"})
    world.pass_time(0.01)
    assert world.read() == answered
    world.pass_time(0.011)
    marked = world.read()
    assert len(marked["metadata"]["labels"]) == 2
    assert marked["metadata"]["resourceVersion"] != answered["metadata"]["resourceVersion"]
    world.pass_time(5)
    assert world.read() == marked


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("controller-owner", "ownerReferences"),
        ("controller-label", "labels"),
        ("controller-annotation", "annotations"),
        ("controller-finalizer", "finalizers"),
    ],
)
def test_a_controller_writes_once_after_creation(name: str, field: str) -> None:
    world = Conditioned(name)
    before = world.read()
    world.pass_time(1.6)
    after = world.read()
    assert after["metadata"].get(field) != before["metadata"].get(field)
    world.pass_time(10)
    assert world.read() == after
    assert world.ask("DELETE").status == 200
    assert world.ask("GET").status == 404


def test_a_webhook_comes_into_force_and_one_is_younger_than_the_job() -> None:
    world = Conditioned("webhook-rollout")
    assert "nprocPerNode" not in world.replaced("metadata", "labels", to={"a": "b"})["spec"]
    world.pass_time(0.5)
    assert world.replaced("metadata", "labels", to={})["spec"]["nprocPerNode"] == "auto"
    world = Conditioned("webhook-younger")
    assert "nprocPerNode" not in world.read()["spec"]
    assert world.replaced("metadata", "labels", to={})["spec"]["nprocPerNode"] == "auto"


def test_a_checksum_moves_with_spec_alone() -> None:
    world, key = Conditioned("webhook-spec-hash"), (*ANNOTATIONS, "platform.example.com/spec-hash")
    first = paths.get(world.read(), key)
    assert paths.get(world.replaced("metadata", "labels", to={"a": "b"}), key) == first
    assert paths.get(world.replaced("spec", "ttlSecondsAfterFinished", to=7), key) != first


def test_a_queue_admits_a_job_some_time_after_its_creation() -> None:
    world = Conditioned("queue-admission")
    assert world.read()["spec"]["runPolicy"]["suspend"]
    world.pass_time(2.4)
    assert world.read()["spec"]["runPolicy"]["suspend"]
    world.pass_time(0.2)
    assert not world.read()["spec"]["runPolicy"]["suspend"]


def test_of_two_versions_of_a_webhook_each_adds_its_own() -> None:
    world = Conditioned("webhook-two-versions")
    found = [set(world.replaced(*ANNOTATIONS, to={"own": str(number)})["metadata"]["annotations"]) for number in "123"]
    assert found[0] != found[1]
    assert found[0] == found[2]


def test_an_annotation_stands_until_its_controller_takes_it_away() -> None:
    world = Conditioned("webhook-pending")
    assert world.replaced("metadata", "labels", "a", to="1")["metadata"]["annotations"]
    world.pass_time(0.1)
    assert "annotations" not in world.read()["metadata"]


def test_a_burst_of_status_updates() -> None:
    world = Conditioned("status-burst")

    def moves() -> bool:
        return len({world.read()["metadata"]["resourceVersion"] for _ in range(3)}) > 1

    assert not moves()
    world.pass_time(1.9)
    assert moves()
    world.pass_time(0.3)
    world.read()
    assert not moves()


def test_each_client_has_an_entry_in_managed_fields() -> None:
    world = Conditioned("managed-fields")
    for agent in ("kubectl/v1.31", "curl/8", "curl/8"):
        world.pass_time(1)
        changed = paths.put(world.read(), ("metadata", "labels"), {"at": str(world.now.second)})
        assert world.ask("PUT", changed, headers={"user-agent": agent}).status == 200
    managers = [one["manager"] for one in world.read()["metadata"]["managedFields"]]
    assert sorted(managers[-2:]) == ["curl", "kubectl"]
