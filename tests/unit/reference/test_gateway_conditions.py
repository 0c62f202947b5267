"""Conditions of what stands in front of an API server: gateways, limits, restarts, a mesh."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from contracts.jsonvalue import paths
from contracts.reference.conditions import CONDITIONS
from contracts.reference.http_request import NO_ANSWER, Response
from tests.unit.reference.conditioned import ANNOTATIONS, Conditioned


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


def test_what_a_gateway_demands() -> None:
    world = Conditioned("project-header")
    assert world.application.respond(world.request("GET")).status == 403
    world = Conditioned("tenant-query")
    assert world.application.respond(world.request("GET")).status == 400
    assert world.ask("GET").status == 200


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
