"""What each guard refuses: a conformant endpoint refuses it, in each way; the seed decides which invalid values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.casekit.clients import CLIENTS, UNREADABLE, WAYS, then
from contracts.casekit.guards import Guarded, guarded
from contracts.casekit.job import Job
from contracts.casekit.probe import How, Prober
from contracts.jsonvalue import paths, strict
from contracts.run.trial import assign
from tests.unit.casekit.conftest import case, opened

MakeJob = Callable[..., Job]


def made(job: Job, purpose: str) -> list[Guarded]:
    probe = Prober(job).probe(assign(job.fresh_values()), How())
    return list(guarded(job, probe.before, purpose))


@pytest.mark.parametrize("way", WAYS)
def test_what_a_guard_refuses_is_refused_in_each_way(job_of: MakeJob, way: str) -> None:
    job = job_of()
    found = made(job, way)
    assert {one.requirement for one in found} == {
        *("status.400", "concurrency.stale-refused", "replaceable.invalid-refused")
    }
    before = job.live()
    answered = [Prober(job).answered(one.make(before), then(WAYS[way], one.spoil)).response for one in found]
    assert [one.status for one in answered[:3]] == [400, 400, 409]
    assert all(one.refused for one in answered)
    assert paths.same(job.live(), before)


def test_no_version_is_outdated_where_none_has_moved(job_of: MakeJob) -> None:
    job = job_of()
    assert "an outdated version" not in [one.name for one in guarded(job, job.live(), "")]


def test_invalid_values_are_of_spec_and_of_metadata_and_differ_by_purpose(job_of: MakeJob) -> None:
    job = job_of()
    refused = [made(job, str(number))[3:] for number in range(9)]
    fields = [[one.field for one in some] for some in refused]
    assert all(one[0].startswith("spec.") and one[1].startswith("metadata.") for one in fields)
    assert len({tuple(one) for one in fields}) > 2
    sent = [paths.get(one.make(job.live()), paths.parse(one.field)) for _, one in refused]
    assert all(isinstance(text, str) for value in sent for text in value.values())  # what validation alone refuses


def test_another_seed_gives_other_invalid_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    names = set()
    for seed in (1, 2, 3):
        with opened(tmp_path, seed=seed) as run:
            names.add(tuple(one.name for one in made(Job(run, case("status.400")), "pretty=true")))
    assert len(names) == 3


@pytest.mark.parametrize("how", [*CLIENTS.values(), *WAYS.values()], ids=[*CLIENTS, *WAYS])
def test_another_client_sends_the_same_object(job_of: MakeJob, how: How) -> None:
    job = job_of()
    probe = Prober(job).probe(assign(job.fresh_values()), how)
    assert probe.exchange.response.accepted
    assert probe.lost == []


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_unreadable_at_one_place(name: str) -> None:
    how, body = UNREADABLE[name], b'{"a": "b"}'
    assert bool(how.query) + bool(how.headers) == 1
    assert how.encode(body) == body or "yaml" in str(how.headers)
    assert strict.decode(body) == {"a": "b"}
