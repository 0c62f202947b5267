"""What a probe says of the object before and after a request of which only its effect is asked."""

from __future__ import annotations

import pytest

from contracts.casekit.probe import Probe
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.judge.model import Exchange, Response
from contracts.spec.fields import VERSION

BEFORE = paths.put({"spec": {"image": "a"}}, VERSION, "1")
SENT = paths.put(BEFORE, ("spec", "image"), "b")


def probe(status: int, after: Json) -> Probe:
    return Probe(Exchange("PUT", "/", {}, b"", Response(status, {}, b"{}"), 0.0), BEFORE, SENT, after)


@pytest.mark.parametrize(
    ("status", "version", "outrun"), [(409, "2", True), (409, "1", False), (403, "2", False), (200, "2", False)]
)
def test_a_conflict_is_another_writers_where_the_version_moved(status: int, version: str, outrun: bool) -> None:
    assert probe(status, paths.put(BEFORE, VERSION, version)).outrun is outrun


@pytest.mark.parametrize(("image", "stored", "lost"), [("b", True, False), ("a", False, True), ("c", False, True)])
def test_what_was_sent_is_stored_or_lost(image: str, stored: bool, lost: bool) -> None:
    seen = probe(200, paths.put(BEFORE, ("spec", "image"), image))
    assert [bool(seen.stored), bool(seen.lost)] == [stored, lost]
