"""Faults do what their names say."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from contracts.jsonvalue import paths
from contracts.reference.options import Immutability
from tests.unit.faults.world import EDITOR, IMAGE, LABELS, NEEDS_A_CROWD, NEEDS_A_READER, OPTIONS, VIEWER, World

COMMAND = (*IMAGE[:-1], "command")


@pytest.mark.parametrize("mode", list(Immutability))
def test_an_immutable_change_slips_through_in_every_mode(mode: Immutability) -> None:
    world = World("image-replaceable", dataclasses.replace(OPTIONS, immutability=mode))
    before = world.stored
    accepted = world.send(world.changed(*IMAGE, to="other"))
    assert (accepted.status, paths.get(world.stored, IMAGE)) == (200, "other")
    assert world.stored["metadata"]["generation"] == before["metadata"]["generation"] + 1
    world.send(world.changed(*COMMAND, to=["other"]))
    assert paths.get(world.stored, COMMAND) == paths.get(before, COMMAND)


def test_only_the_repeated_request_slips_through() -> None:
    world = World("accepted-on-retry")
    wanted = world.changed(*IMAGE, to="other")
    assert world.send(wanted).status == 403
    assert world.send(wanted).status == 200
    assert paths.get(world.stored, IMAGE) == "other"


def test_two_endpoints_do_not_share_a_memory() -> None:
    first, second = World("accepted-on-retry"), World("accepted-on-retry")
    assert first.send(first.changed(*IMAGE, to="other")).status == 403
    assert second.send(second.changed(*IMAGE, to="other")).status == 403


@pytest.mark.parametrize("mode", list(Immutability))
def test_half_of_a_refused_replacement_is_stored(mode: Immutability) -> None:
    world = World("refused-but-labels-stored", dataclasses.replace(OPTIONS, immutability=mode))
    before = world.stored
    refused = world.send(world.changed(*IMAGE, to="other", also={"metadata.labels": {"half": "yes"}}))
    assert refused.status in (400, 403, 422)
    assert refused.value["kind"] == "Status"
    assert world.stored["metadata"]["labels"] == {"half": "yes"}
    assert world.stored["spec"] == before["spec"]


def test_what_is_answered_is_not_stored() -> None:
    world = World("answered-but-not-stored")
    before = world.stored
    answered = world.send(world.changed(*LABELS, to={"a": "b"}))
    assert (answered.status, answered.value["metadata"]["labels"]) == (200, {"a": "b"})
    assert world.stored == before


@pytest.mark.parametrize(
    ("name", "token", "status"),
    [("credentials-checked-after-write", "nobody", 401), ("rights-checked-after-write", VIEWER, 403)],
)
def test_the_refusal_comes_after_the_write(name: str, token: str, status: int) -> None:
    world = World(name)
    refused = world.send(world.changed(*LABELS, to={"late": "yes"}), token=token)
    assert refused.status == refused.value["code"] == status
    assert world.stored["metadata"]["labels"] == {"late": "yes"}


def test_only_the_start_of_the_token_is_compared() -> None:
    world = World("start-of-token-accepted")
    assert world.send(world.stored, token=EDITOR[:4]).status == 200
    assert world.send(world.stored, token="nobody").status == 401


def test_labels_are_merged_and_zero_is_absent() -> None:
    merging, dropping = World("labels-merged"), World("zero-is-absent")
    old = merging.stored["metadata"]["labels"]
    merging.send(merging.changed(*LABELS, to={"new": "1"}))
    assert merging.stored["metadata"]["labels"] == {**old, "new": "1"}
    dropping.send(dropping.changed("spec", "activeDeadlineSeconds", to=0))
    assert "activeDeadlineSeconds" not in dropping.stored["spec"]


def test_the_second_change_is_lost() -> None:
    world = World("every-second-change-lost")
    for text in ("a", "b"):
        assert world.send(world.changed(*LABELS, to={"text": text})).status == 200
    assert world.stored["metadata"]["labels"] == {"text": "a"}


def test_a_stale_version_is_accepted_and_a_version_does_not_advance() -> None:
    careless, still = World("stale-version-accepted"), World("version-never-advances")
    stale = careless.changed("metadata", "resourceVersion", to="1", also={"metadata.labels": {"stale": "yes"}})
    assert careless.send(stale).status == 200
    assert careless.stored["metadata"]["labels"] == {"stale": "yes"}
    version = still.stored["metadata"]["resourceVersion"]
    assert still.send(still.changed(*LABELS, to={"a": "b"})).status == 200
    assert still.stored["metadata"]["resourceVersion"] == version


def test_an_error_is_html_on_the_wire_and_pretty_output_is_no_json() -> None:
    refusing, printing = World("errors-in-html"), World("pretty-with-trailing-commas")
    status, media_type, body = refusing.wire(refusing.request("PUT", b"{"))
    assert (status, media_type, body[:6]) == (400, "text/html", b"<html>")
    _, _, body = printing.wire(printing.request("PUT", printing.stored, query={"pretty": "true"}))
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


def test_one_in_twenty_fails() -> None:
    world = World("one-in-twenty-fails")
    statuses = [world.send(world.stored).status for _ in range(41)]
    assert statuses.count(500) == 2
    assert statuses.count(200) == 39


@pytest.mark.parametrize("name", sorted(NEEDS_A_CROWD))
def test_a_race_shows_with_simultaneous_replacements_only(name: str, in_a_crowd: Callable[[str], list[int]]) -> None:
    world = World(name)
    for text in "abc":
        assert world.send(world.changed(*LABELS, to={"text": text})).status == 200
    # On a busy machine the four may come one after the other, and then there is no race.
    assert any(sorted(in_a_crowd(name)) != [200, 409, 409, 409] for _ in range(10))


@pytest.mark.parametrize("name", sorted(NEEDS_A_READER))
def test_half_of_a_replacement_shows_to_who_reads_meanwhile(name: str) -> None:
    world = World(name)
    wanted = world.changed("spec", "activeDeadlineSeconds", to=4321, also={"metadata.labels": {"text": "a"}})
    reading = world.request("GET")
    world.application.respond(reading)  # by which it has seen the store
    shown = []
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(world.send, wanted)
        while not writing.done():
            shown.append(world.application.respond(reading).value)
    halves = [one for one in shown if one["metadata"]["labels"] == {"text": "a"}]
    assert any(one["spec"] != world.stored["spec"] for one in halves)
    assert {one["metadata"]["resourceVersion"] for one in halves} == {world.stored["metadata"]["resourceVersion"]}
