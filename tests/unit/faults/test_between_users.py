"""Faults that only requests of several users, operations or objects show do what their names say."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

from contracts.jsonvalue import paths
from contracts.reference.http_request import Request, Response
from contracts.spec.fields import NAME, UID
from tests.faults.between_users import THINKING_SECONDS
from tests.unit.faults.world import CONTRACT, LABELS, VIEWER, World

TIMES = 20
# So long after its begin a replacement has read what is stored, and thinks (`THINKING_SECONDS`).
BEGUN_SECONDS = THINKING_SECONDS / 2


def together(world: World, *requests: Request) -> list[int]:
    """The statuses of simultaneous requests, in the same order."""
    barrier = Barrier(len(requests))

    def ask(request: Request) -> Response:
        barrier.wait(timeout=10)
        return world.application.respond(request)

    with ThreadPoolExecutor(len(requests)) as pool:
        return [response.status for response in pool.map(ask, requests)]


def ever(asked: Callable[[], bool]) -> bool:
    """Whether it is so in one of several tries: whether two requests meet is chance."""
    return any(asked() for _ in range(TIMES))


def test_a_denied_user_may_replace_beside_another_one() -> None:
    world = World("user-kept-for-all-requests")
    assert world.send(world.changed(*LABELS, to={"a": "b"}), token=VIEWER).status == 403

    def asked() -> bool:
        wanted = world.changed(*LABELS, to={"a": str(world.store.version)})
        denied, own = world.request("PUT", wanted, token=VIEWER), world.request("PUT", wanted)
        return together(world, denied, own)[0] != 403 or together(world, own, denied)[1] != 403

    assert ever(asked)


def test_a_deleted_object_is_brought_back_by_a_replacement() -> None:
    world = World("deleted-object-brought-back")
    before = world.stored

    def asked() -> bool:
        world.store.put(world.route, before)
        wanted = world.request("PUT", world.changed(*LABELS, to={"a": "b"}))
        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(world.application.respond, wanted)
            while not (writing.running() or writing.done()):
                pass
            time.sleep(BEGUN_SECONDS)
            deleted = world.application.respond(world.request("DELETE"))
        return writing.result().status == deleted.status == 200 and world.store.get(world.route) is not None

    assert ever(asked)


def test_a_replacement_conflicts_with_one_of_another_object() -> None:
    world = World("conflict-with-another-object")
    other = replace(world.route, name="other")
    value = paths.put(paths.put(world.stored, NAME, "other"), UID, "another")
    world.store.put(other, value)
    path = CONTRACT.item_path.format(namespace=other.namespace, name="other")

    def asked() -> bool:
        theirs = world.request("PUT", world.store.get(other), path=path)
        return 409 in together(world, world.request("PUT", world.stored), theirs)

    assert world.send(world.changed(*LABELS, to={"a": "b"})).status == 200
    assert ever(asked)
