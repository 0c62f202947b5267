"""An adopted object that no read shows any more: it gets its owner's values by a merge patch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.client.client import Client
from contracts.client.errors import TargetError
from contracts.jsonvalue import merge_patch, paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.model import Response, Scope
from contracts.resource.journal import entries
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.resource.owners_patch import owners_values
from contracts.resource.restore import restore
from contracts.resource.stored_object import Unreadable
from contracts.spec.contract import Contract
from tests.unit.resource.fake_target import NAMESPACE, FakeTarget, get, put

FOREIGN = {"contract-long": "é" * 900}
LABELS = {"app": "test", "team": "a"}


def cuts(fake: FakeTarget, method: str, path: str, _: Json) -> Response | None:
    """A server that counts characters where bytes are to be counted, so that a version at the end is cut off."""
    live = fake.objects.get(path)
    if method != "GET" or live is None:
        return None
    text = json.dumps({**live, "metadata": dict(sorted(live["metadata"].items()))}, ensure_ascii=False)
    return Response(200, {"content-type": "application/json"}, text.encode()[: len(text)])


@pytest.fixture
def job(target: FakeTarget, contract: Contract, tmp_path: Path) -> ResourceUnderTest:
    job = ResourceUnderTest(Scope(contract, "kubernetes"), cast("Client", target), NAMESPACE, "theirs", tmp_path)
    value = put(paths.without(contract.example_response, [("status",)]), "metadata.name", "theirs")
    target.store(job.path, put(value, "metadata.labels", LABELS))
    job.start()
    return job


def make_unreadable(target: FakeTarget, job: ResourceUnderTest) -> None:
    wanted = put(put(job.original, "metadata.annotations", FOREIGN), "metadata.labels", {"app": "x", "contract": "1"})
    job.about_to_send(wanted)
    target.store(job.path, wanted)
    target.before = cuts
    with pytest.raises(Unreadable):
        job.read()


def test_at_the_end_it_gets_its_owners_values(target: FakeTarget, job: ResourceUnderTest, tmp_path: Path) -> None:
    make_unreadable(target, job)
    job.finish()
    assert get(target.objects[job.path], "metadata.labels") == LABELS
    assert get(target.objects[job.path], "metadata.annotations") in (MISSING, {})
    assert list(entries(tmp_path)) == []


def test_in_the_middle_of_a_run_too(target: FakeTarget, job: ResourceUnderTest) -> None:
    make_unreadable(target, job)
    with pytest.raises(Unreadable) as caught:
        job.read()
    assert job.make_readable(job.original, caught.value.exchange)
    assert get(target.objects[job.path], "metadata.labels") == LABELS


def test_restore_does_the_same(target: FakeTarget, job: ResourceUnderTest, tmp_path: Path) -> None:
    make_unreadable(target, job)
    job.release()
    [journal] = entries(tmp_path)
    assert "put back as it was" in restore(journal, cast("Client", target))
    assert get(target.objects[job.path], "metadata.labels") == LABELS


def test_what_others_have_added_unseen_stays(target: FakeTarget, job: ResourceUnderTest) -> None:
    make_unreadable(target, job)
    stored = target.objects[job.path]
    target.store(job.path, put(stored, "metadata.labels", {**get(stored, "metadata.labels"), "theirs": "1"}))
    job.finish()
    assert get(target.objects[job.path], "metadata.labels") == {**LABELS, "theirs": "1"}


def test_another_object_of_the_name_is_not_patched(target: FakeTarget, job: ResourceUnderTest) -> None:
    make_unreadable(target, job)
    target.before = lambda fake, method, path, value: (
        Response(409, {}, b"{}")
        if method == "PATCH" and get(value, "metadata.uid") != "other"
        else cuts(fake, method, path, value)
    )
    with pytest.raises(TargetError):
        job.finish()
    assert get(target.objects[job.path], "metadata.annotations") == FOREIGN


KEYS = st.sampled_from(["a", "b", "c", "d"])
MAPS = st.dictionaries(KEYS, st.text(max_size=2), max_size=4)


@given(MAPS | st.none(), st.lists(MAPS, min_size=1, max_size=3), MAPS, st.none() | st.integers(0, 3))
def test_whichever_was_stored_the_owners_values_stand_there(
    owners: Json, sent: list[Json], others: Json, deadline: int | None
) -> None:
    original = {name: value for name, value in (("m", owners), ("s.d", deadline)) if value is not None}
    kept = {f"other-{key}": value for key, value in others.items()}
    for stored in sent:
        live = {"m": {**stored, **kept}, "s": {"d": 9, "e": 1}}
        patch = owners_values(original, [{"m": one, "s.d": 9} for one in sent], None)
        after = merge_patch.apply(live, patch)
        assert after["m"] == {**(owners or {}), **kept}
        assert after["s"] == {"e": 1, **({} if deadline is None else {"d": deadline})}
