"""Conditions of real environments: each does what its name says, and they can be combined."""

from __future__ import annotations

import copy
import dataclasses
import gzip
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.jsonvalue import paths
from contracts.reference.application import Application
from contracts.reference.behaviour import conformant
from contracts.reference.conditions import CONDITIONS
from contracts.reference.conditions.admission import TEAM
from contracts.reference.conditions.webhooks import INJECTED
from contracts.reference.http_request import NO_ANSWER, Response
from contracts.reference.options import Immutability, ReferenceOptions
from tests.unit.faults.world import CONTRACT, IMAGE, OPTIONS, RESOURCE, World

FIRST = Immutability.REFUSE_403
START = datetime(2026, 1, 1, tzinfo=UTC)
ANNOTATIONS = ("metadata", "annotations")
GOOD_IMAGE = "registry.example.com/pytorch:v1"


class Conditioned(World):
    """An endpoint without a server that stands in conditions, with a clock of its own and one job that it created."""

    def __init__(self, *names: str, image: str = GOOD_IMAGE, **options: Any) -> None:
        super().__init__(None, OPTIONS)
        self.now, self.names = START, names
        chosen = dataclasses.replace(OPTIONS, conditions=frozenset(names), **options)
        self.application = Application(RESOURCE, conformant(RESOURCE, chosen), chosen, lambda: self.now)
        self.store = self.application.store
        self.image = image
        if "create-forbidden" in names:
            example = paths.put(copy.deepcopy(CONTRACT.example_request), ("metadata", "namespace"), chosen.namespace)
            self.store.load([example], 1)
            return
        created = self.create(str(self.route.name))
        assert created.status == 201, created.value

    def create(self, name: str, **more: Any) -> Response:
        value = {key: copy.deepcopy(CONTRACT.example_request[key]) for key in ("apiVersion", "kind", "spec")}
        for path, _ in list(paths.walk(value)):
            if path[-1] == "image":
                value = paths.put(value, path, self.image)
            if path[-1] == "template":
                value = paths.put(value, (*path, "spec", "nodeSelector"), {"pool": "a"})
        metadata = {"name": name, **({"labels": {TEAM: "a"}} if "required-label" in self.names else {})}
        return self.ask("POST", {**value, "metadata": metadata}, path=self.collection, **more)

    def ask(self, method: str, value: Any = None, **more: Any) -> Response:
        query = {"tenant": "t1", **more.pop("query", {})}
        headers = {"authorization": f"Bearer {OPTIONS.token}", "x-project-id": "p1", **more.pop("headers", {})}
        for _ in range(3):
            request = self.request(method, value, query=query, headers=headers, **more)
            response = self.application.respond(request)
            if response.status not in (429, 502, 503, 504) and (response.status != 500):
                return response
        return response

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def read(self) -> Any:
        return self.ask("GET").value

    def replaced(self, *path: str | int, to: Any) -> Any:
        """The job after a replacement that is accepted."""
        answered = self.ask("PUT", paths.put(self.read(), path, to))
        assert answered.status == 200, answered.value
        return answered.value


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


def rate(name: str, method: str, times: int) -> list[Response]:
    """The answers to so many equal requests that are no 200."""
    world = Conditioned(name)
    request = world.request(method, world.read() if method == "PUT" else None)
    answers = [world.application.respond(request) for _ in range(times)]
    return [one for one in answers if one.status != 200]


@pytest.mark.parametrize("name", [name for name in CONDITIONS if name.startswith("gateway")])
def test_gateways_answer_one_request_in_a_hundred(name: str) -> None:
    found = rate(name, "PUT", 500)
    assert len(found) == 5
    assert all(one.body for one in found)
    assert {one.status for one in found} == {int(re.findall(r"\d+", name)[0])}


def test_one_connection_in_a_hundred_is_closed() -> None:
    assert [one.status for one in rate("connection-drops", "PUT", 500)] == [NO_ANSWER] * 5


@pytest.mark.parametrize(("name", "status", "times"), [("overload", 429, 50), ("restart", 503, 50)])
def test_what_is_put_off_says_for_how_long(name: str, status: int, times: int) -> None:
    found = rate(name, "GET", 4 * times)
    assert [one.status for one in found] == [status] * 4
    assert all(one.headers["retry-after"] == "1" and one.value["code"] == status for one in found)


def test_a_date_says_for_how_long_too() -> None:
    (found,) = rate("overload-until", "GET", 50)
    assert found.headers["retry-after"] == "Thu, 01 Jan 2026 00:00:01 GMT"


def test_answers_are_compressed_for_those_who_take_it() -> None:
    world = Conditioned("compressed")
    plain = world.ask("GET")
    packed = world.ask("GET", headers={"accept-encoding": "gzip, deflate"})
    assert plain.body is None
    assert packed.body is not None
    assert json.loads(gzip.decompress(packed.body)) == plain.value
    assert packed.headers["content-encoding"] == "gzip"


def test_one_replacement_in_twenty_meets_no_leader() -> None:
    found = rate("etcd-leader", "PUT", 100)
    assert len(found) == 5
    assert {(one.status, one.value["message"]) for one in found} == {(500, "etcdserver: leader changed")}


def test_a_gateway_hides_that_a_write_was_carried_out() -> None:
    world = Conditioned("gateway-applied-504")
    statuses = []
    for number in range(100):
        value = paths.put(world.stored, ("metadata", "labels"), {"number": str(number)})
        statuses.append(world.send(value).status)
        assert world.stored["metadata"]["labels"] == {"number": str(number)}
    assert statuses.count(504) == 1


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


def test_what_a_gateway_demands() -> None:
    world = Conditioned("project-header")
    assert world.application.respond(world.request("GET")).status == 403
    world = Conditioned("tenant-query")
    assert world.application.respond(world.request("GET")).status == 400
    assert world.ask("GET").status == 200


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


def test_the_gateway_takes_bodies_up_to_its_limit() -> None:
    world = Conditioned("body-limit")
    before = world.read()
    for length, status in ((100_000, 200), (130_000, 413)):
        answered = world.ask("PUT", paths.put(before, ANNOTATIONS, {"a": "x" * length}))
        assert answered.status == status
        before = world.read() if status == 200 else before
    assert (answered.value["kind"], answered.value["code"]) == ("Status", 413)
    assert world.read() == before


def test_only_so_many_requests_a_second_are_let_through() -> None:
    world = Conditioned("overload-zero")
    answers = [world.application.respond(world.request("GET")) for _ in range(150)]
    assert {one.status for one in answers[:90]} == {200}
    assert (answers[-1].status, answers[-1].headers["retry-after"]) == (429, "0")
    world.pass_time(0.1)
    assert [world.application.respond(world.request("GET")).status for _ in range(11)] == [200] * 10 + [429]


def test_the_server_starts_again_once() -> None:
    world = Conditioned("restart-once")
    statuses = []
    for _ in range(30):
        world.pass_time(1)
        statuses.append(world.application.respond(world.request("GET")).status)
    assert statuses == [200] * 5 + [503] * 15 + [200] * 10


def test_a_mesh_adds_headers() -> None:
    assert len(Conditioned("many-headers").ask("GET").headers) >= 150
