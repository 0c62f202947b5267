"""Conditions of real environments: each does what its name says, and they can be combined."""

from __future__ import annotations

import copy
import re
from datetime import datetime, timedelta

import pytest

from contracts.jsonvalue import paths
from contracts.reference.application import Application
from contracts.reference.behaviour import conformant
from contracts.reference.conditions import CONDITIONS
from contracts.reference.options import Immutability, ReferenceOptions
from tests.unit.faults.world import CONTRACT, IMAGE, OPTIONS, RESOURCE
from tests.unit.reference.conditioned import ANNOTATIONS, FIRST, START, Conditioned


def test_each_condition_is_described() -> None:
    assert len(CONDITIONS) >= 45
    for name, one in CONDITIONS.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
        assert one.description.endswith(".")
        assert {one.may_fail, *one.hides} - {""} <= {*CONTRACT.requirements, "concurrency.read-after-write"}


def test_an_unknown_condition_is_told() -> None:
    options = ReferenceOptions(conditions=frozenset({"thunder"}))
    with pytest.raises(ValueError, match=r"^there is no condition 'thunder'; the nearest are "):
        Application(RESOURCE, conformant(RESOURCE, options), options)


@pytest.mark.parametrize(
    "mode", [pytest.param(mode, marks=[] if mode is FIRST else [pytest.mark.slow]) for mode in Immutability]
)
@pytest.mark.parametrize("name", CONDITIONS)
def test_under_every_condition_the_contract_is_kept(name: str, mode: Immutability) -> None:
    """Replacing works, and what is immutable stays."""
    world = Conditioned(name, immutability=mode)
    world.pass_time(1)
    for number in range(3):
        answered = world.replaced("metadata", "labels", "number", to=str(number))
        world.pass_time(1)
        assert answered["metadata"]["labels"]["number"] == str(number)
        assert world.read()["metadata"]["labels"]["number"] == str(number)
    before = world.read()
    tried = world.ask("PUT", paths.put(before, IMAGE, "other"))
    world.pass_time(1)
    assert tried.status == (200 if mode is Immutability.IGNORE else int(mode.value.rpartition("-")[2]))
    assert paths.get(world.read(), IMAGE) == paths.get(before, IMAGE)


def test_all_writing_conditions_go_together() -> None:
    writers = {name for name in CONDITIONS if name.startswith(("webhook", "injector", "controller", "operator", "no-"))}
    world = Conditioned(*writers)
    for number in range(5):
        world.pass_time(1)
        assert world.replaced("metadata", "labels", to={"number": str(number)})["metadata"]["labels"]["number"]
    assert world.ask("DELETE").status == 200
    assert world.ask("GET").status == 404


def test_reads_lag_and_catch_up() -> None:
    world = Conditioned("read-lag")
    before = world.read()
    world.pass_time(1)
    after = world.replaced("metadata", "labels", to={"a": "b"})
    assert world.read() == before
    world.pass_time(0.1)
    assert world.read() == after


def test_reads_lag_behind_a_controller_too() -> None:
    world = Conditioned("read-lag-all", "controller-late")
    world.pass_time(1)
    world.read()
    world.pass_time(1)
    answered = world.replaced("metadata", "labels", to={"a": "b"})
    world.pass_time(0.11)
    assert world.read() == answered
    assert world.ask("PUT", answered).status == 409
    world.pass_time(0.11)
    assert len(world.read()["metadata"]["labels"]) == 2


@pytest.mark.parametrize(("name", "lag"), [("one-lagging-replica", 0.1), ("replica-second", 1.0)])
def test_one_of_two_replicas_lags(name: str, lag: float) -> None:
    world = Conditioned(name)
    before = world.read()
    world.pass_time(1)
    after = world.replaced("metadata", "labels", to={"a": "b"})
    assert [world.read() == one for one in (after, before) * 2] in ([True] * 4, [False] * 4)
    world.pass_time(lag)
    assert [world.read() for _ in range(2)] == [after, after]


def test_a_clock_that_is_ahead() -> None:
    world = Conditioned("clock-ahead")
    created = datetime.fromisoformat(world.read()["metadata"]["creationTimestamp"])
    assert created == world.store.clock() == START + timedelta(days=3)


@pytest.mark.parametrize(
    ("name", "headers", "status"),
    [
        ("anonymous-403", {}, 403),
        ("anonymous-403", {"authorization": ""}, 403),
        ("anonymous-403", {"authorization": "Bearer"}, 403),
        ("anonymous-403", {"authorization": "Bearer wrong"}, 401),
        ("any-scheme", {"authorization": f"Contract {OPTIONS.token}"}, 200),
        ("any-scheme", {"authorization": "Contract wrong"}, 401),
        ("any-scheme", {"authorization": OPTIONS.token}, 401),
        ("schemeless", {"authorization": OPTIONS.token}, 200),
        ("schemeless", {"authorization": "wrong"}, 401),
        ("schemeless", {"authorization": f"Contract {OPTIONS.token}"}, 401),
        ("capital-scheme-refused", {"authorization": f"bearer {OPTIONS.token}"}, 401),
        ("capital-scheme-refused", {"authorization": f"Bearer {OPTIONS.token}"}, 200),
        ("challenge", {}, 401),
    ],
)
def test_credentials(name: str, headers: dict[str, str], status: int) -> None:
    world = Conditioned(name)
    assert world.application.respond(world.request("GET", headers=headers)).status == status


def test_the_token_of_who_may_not_write_expires() -> None:
    world, denied = Conditioned("denied-expires"), {"authorization": f"Bearer {OPTIONS.denied_token}"}
    assert world.application.respond(world.request("GET", headers=denied)).status == 200
    world.pass_time(3.1)
    assert world.application.respond(world.request("GET", headers=denied)).status == 401


def test_who_shows_many_wrong_credentials_is_put_off_for_a_second() -> None:
    world, wrong = Conditioned("lockout"), {"authorization": "Bearer wrong"}
    asked = [world.application.respond(world.request("PUT", {}, headers=wrong)).status for _ in range(7)]
    assert asked == [401] * 5 + [429] * 2
    assert world.ask("GET").status == 200
    world.pass_time(1.1)
    assert world.application.respond(world.request("GET", headers=wrong)).status == 401


def test_a_condition_on_the_entity_tag() -> None:
    world = Conditioned("entity-tags")
    tag = world.ask("GET").headers["etag"]
    token = {"authorization": f"Bearer {OPTIONS.token}"}
    for header, status in (
        ({"if-match": tag}, 200),
        ({"if-match": "*"}, 200),
        ({"if-match": '"another"'}, 412),
        ({"if-none-match": "*"}, 412),
        ({"if-none-match": '"another"'}, 200),
    ):
        asked = world.request("PUT", world.read(), headers={**token, **header})
        assert world.application.respond(asked).status == status, header


def test_another_method_needs_its_own_right() -> None:
    world, denied = Conditioned("method-override"), {"authorization": f"Bearer {OPTIONS.denied_token}"}
    before = world.read()
    for method, status in (("GET", 200), ("PATCH", 403)):
        headers = {**denied, "x-http-method-override": method}
        asked = world.request("PUT", paths.put(before, ("metadata", "labels"), {"a": method}), headers=headers)
        assert world.application.respond(asked).status == status
    assert world.read() == before


@pytest.mark.parametrize("name", [name for name in CONDITIONS if name.startswith("errors-")])
def test_errors_are_no_status_and_hold_a_text(name: str) -> None:
    world = Conditioned(name)
    refused = world.ask("PUT", paths.put(world.read(), IMAGE, "other"))
    assert refused.status == 403
    assert "kind" not in refused.value
    assert any(isinstance(value, str) and "can be replaced" in value for _, value in paths.walk(refused.value))


def test_creation_is_limited() -> None:
    assert Conditioned("quota-2").create("second").status == 201
    world = Conditioned("quota-2")
    world.create("second")
    third = world.create("third")
    assert (third.status, "exceeded quota" in third.value["message"]) == (403, True)
    world = Conditioned("image-policy")
    world.image = "elsewhere/image"
    refused = world.create("second")
    assert (refused.status, "elsewhere/image" in refused.value["message"]) == (403, True)
    world = Conditioned("node-selector")
    value = {**copy.deepcopy(CONTRACT.example_request), "metadata": {"name": "other"}}
    assert world.ask("POST", value, path=world.collection).status == 422
    world = Conditioned("create-forbidden")
    assert world.create("other").status == world.ask("GET", path=world.collection).status == 403
    assert world.ask("GET").status == 200


def test_a_queue_label_cannot_be_changed_once_it_is_there() -> None:
    world = Conditioned("queue-label")
    before = world.read()
    assert before["metadata"]["labels"] == {"kueue.x-k8s.io/queue-name": "default"}
    refused = world.ask("PUT", paths.put(before, ("metadata", "labels"), paths.MISSING))
    assert (refused.status, "queue-name" in refused.value["message"]) == (403, True)


def test_a_spec_that_is_missing_is_forbidden_as_invalid() -> None:
    world = Conditioned("invalid-403")
    refused = world.ask("PUT", {key: value for key, value in world.read().items() if key != "spec"})
    assert (refused.status, refused.value["code"], refused.value["reason"]) == (403, 403, "Invalid")


def test_metadata_that_is_kept_otherwise() -> None:
    assert "generation" not in Conditioned("no-generation").replaced("metadata", "labels", to={})["metadata"]
    world = Conditioned("generate-name")
    assert world.replaced("metadata", "generateName", to="some-")["metadata"]["generateName"] == "some-"
    strict, loose = Conditioned("strict-keys"), Conditioned("loose-keys")
    for key, statuses in (("Capital", (422, 200)), ("two words", (422, 200)), ("plain", (200, 200))):
        asked = [
            world.ask("PUT", paths.put(world.read(), ("metadata", "labels"), {key: "a"})).status
            for world in (strict, loose)
        ]
        assert tuple(asked) == statuses
    world = Conditioned("no-op-is-a-write")
    before = world.read()
    assert world.ask("PUT", before).value["metadata"]["resourceVersion"] != before["metadata"]["resourceVersion"]


def test_versions_that_are_no_numbers_or_are_counted_by_object() -> None:
    opaque = Conditioned("version-opaque")
    first, second = (opaque.replaced("metadata", "labels", "a", to=value)["metadata"] for value in "xy")
    assert first["resourceVersion"] != second["resourceVersion"]
    assert not first["resourceVersion"].isdecimal()
    stale = paths.put(opaque.read(), ("metadata", "resourceVersion"), first["resourceVersion"])
    assert opaque.ask("PUT", paths.put(stale, ("metadata", "labels"), {"a": "z"})).status == 409
    counted = Conditioned("version-per-object")
    assert counted.create("another").value["metadata"]["resourceVersion"] == "1"


def test_absent_members_are_shown_as_null_and_taken_so() -> None:
    world = Conditioned("nulls-shown")
    shown = world.read()
    assert shown["metadata"]["finalizers"] is shown["metadata"]["ownerReferences"] is None
    answered = world.ask("PUT", shown)
    assert (answered.status, answered.value) == (200, shown)


def test_versions_that_are_numbers_and_do_not_grow() -> None:
    world = Conditioned("version-unordered")
    labels = [world.replaced("metadata", "labels", "a", to=f"{number}") for number in range(9)]
    versions = [one["metadata"]["resourceVersion"] for one in labels]
    assert all(one.isdecimal() and len(one) == 19 for one in versions)
    assert len(set(versions)) == 9
    assert versions not in (sorted(versions), sorted(versions, reverse=True))
    for version in versions[:-1]:
        stale = paths.put(world.read(), ("metadata", "resourceVersion"), version)
        assert world.ask("PUT", paths.put(stale, ("metadata", "labels"), {"a": "z"})).status == 409


def test_a_firewall_reads_the_text_of_a_body() -> None:
    world = Conditioned("firewall")
    for text, status in (("\U0001f600", 403), ("../x", 403), ("plain", 200)):
        answered = world.ask("PUT", paths.put(world.read(), (*ANNOTATIONS, "a"), text))
        assert answered.status == status, text


def test_a_new_object_is_hidden_for_a_while_and_a_creation_answered_by_a_gateway() -> None:
    world = Conditioned("create-lag")
    assert world.ask("GET").status == 404
    world.pass_time(0.3)
    assert world.ask("GET").status == 200
    lost = Conditioned("create-applied-504")
    lost.application.respond(lost.request("POST", {}, path=lost.collection))
    statuses = [lost.create(f"other-{number}").status for number in range(3)]
    assert 409 in statuses, "a 504 was repeated, and the object was there"


def test_a_deletion_that_takes_a_while() -> None:
    world = Conditioned("deletion-foreground")
    assert world.ask("DELETE").status == 200
    assert "deletionTimestamp" in world.read()["metadata"]
    world.pass_time(1)
    assert world.ask("GET").status == 404


def test_a_cache_in_front_of_reads() -> None:
    world = Conditioned("cached-reads")
    before = world.read()
    world.ask("PUT", paths.put(before, ("metadata", "labels"), {"a": "b"}))
    assert world.read() == before
    world.pass_time(0.3)
    assert world.read()["metadata"]["labels"] == {"a": "b"}


def test_a_server_that_starts() -> None:
    world = Conditioned("starting")
    assert world.ask("GET").status == 200
    world.now = START
    assert world.ask("GET").status == 503
