"""What a case does with the object under test: fresh values, findings that merge, requests that go elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import jsonschema_rs
import pytest

from contracts.casekit.job import Job
from contracts.casekit.markers import NothingToTry
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.judge import value_schemas
from contracts.judge.mutations import PROBE
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.run.run import Run
from contracts.settings.resolve import resolve
from contracts.spec.fields import VERSION
from tests.unit.casekit.conftest import case, opened

MakeJob = Callable[..., Job]
WANTED, FOUND = Expected(Demand.STATUS, (200,)), Observed(Seen.STATUS, 500)


def findings(job: Job) -> list[tuple[Finding, int]]:
    return [(one.finding, one.count) for one in job.run.evidence.met]


def test_fresh_values_never_repeat_and_are_valid(job_of: MakeJob) -> None:
    jobs = job_of(), job_of()
    given = [jobs[number % 2].fresh_values() for number in range(300)]
    contract = jobs[0].contract
    for field in contract.replaceable:
        schema = dict(value_schemas.schema_of(contract, field))
        assert all(jsonschema_rs.is_valid(schema, one[field]) for one in given), field
        assert all(one[field] != following[field] for one, following in pairwise(given)), field
        if "enum" not in schema:
            assert len({paths.show(one[field]) for one in given}) == len(given), field


def test_what_fresh_values_give_is_stored(job_of: MakeJob) -> None:
    job = job_of()
    wanted = job.fresh_values()
    reply = job.replace(wanted)
    assert (reply.accepted, reply.refused, reply.changed) == (True, False, True)
    assert all(paths.same(paths.get(reply.stored, paths.parse(name)), value) for name, value in wanted.items())
    job.expect_stored(wanted)
    assert not job.replace({}).changed
    assert findings(job) == []


def test_the_same_finding_is_kept_once_and_counted(job_of: MakeJob) -> None:
    job = job_of("pretty.default", "status.200")
    for _ in range(3):
        job.add_finding(WANTED, FOUND)
    job.add_finding(WANTED, FOUND, ("spec",))
    job.add_finding(WANTED, FOUND, requirement="status.200")
    assert [(one.requirement, one.rule, one.path, count) for one, count in findings(job)] == [
        ("pretty.default", "my-case", (), 3),
        ("pretty.default", "my-case", ("spec",), 1),
        ("status.200", "my-case", (), 1),
    ]


def test_findings_about_different_parameters_and_things_are_different(job_of: MakeJob) -> None:
    job = job_of(parameters="large")
    job.add_finding(WANTED, FOUND)
    reply = job.replace({}, about="small")
    job.add_finding(WANTED, FOUND, reply=reply)
    [(first, _), (second, _)] = findings(job)
    assert (first.rule, first.subject, second.rule, second.subject) == (
        *("my-case[large]", "large"),
        *("my-case[small]", "small"),
    )
    assert job.run.evidence.met[1].exchange is reply.exchange


def test_keys_that_the_run_made_up_are_any_key(job_of: MakeJob) -> None:
    job = job_of()
    labels = ("metadata", "labels")
    job.replace(lambda live: paths.put(live, (*labels, "made-up"), "x"))
    for key in ("made-up", "nobody-sent", "app"):
        job.add_finding(WANTED, FOUND, (*labels, key))
    job.add_finding(WANTED, FOUND, ("spec", PROBE))
    rendered = [paths.render(one.path) for one, _ in findings(job)]
    assert rendered == ["metadata.labels[*]", "metadata.labels.nobody-sent", "metadata.labels.app", "spec[*]"]


def test_what_the_profile_does_not_judge_is_no_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with opened(tmp_path, profile="document") as run:
        job = Job(run, case("concurrency.generation", "status.200"))
        assert job.profile == "document"
        job.add_finding(WANTED, FOUND)
        assert findings(job) == []
        job.add_finding(WANTED, FOUND, requirement="status.200")
        assert [one.requirement for one, _ in findings(job)] == ["status.200"]


def test_every_variant_of_the_credential_is_answered_as_it_may_be(job_of: MakeJob) -> None:
    job = job_of("status.401")
    names = []
    for name, shown in job.credential_variants():
        names.append(name)
        reply = job.replace({}, credential=shown.credential, about=name)
        reply.expect_status(*shown.refusals, *([200] if shown.valid else []))
        job.note_credential(name, reply)
    assert job.run.evidence.credentials["no credential"] == {401}
    assert names[0] == "no credential"
    assert len(set(names)) == len(names) > 2
    assert findings(job) == []


def test_a_request_elsewhere_leaves_the_object_as_it_is(job_of: MakeJob) -> None:
    job = job_of()
    before = job.live()
    name = job.new_name()
    reply = job.send_elsewhere(name=name)
    assert (reply.status, job.discard(name)) in ((201, True), (404, False))
    assert not job.discard(name)
    reply.expect_unchanged()  # there is nothing to compare: it is about another object
    assert paths.same(job.live(), before)
    assert findings(job) == []


def test_of_many_at_once_one_is_accepted(job_of: MakeJob) -> None:
    job = job_of("concurrency.one-winner")
    live = job.live()
    bodies: list[Json] = [paths.put(live, ("metadata", "labels"), {"writer": str(number)}) for number in range(4)]
    replies = job.race(bodies)
    assert sorted(reply.status for reply in replies) == [200, 409, 409, 409]
    winner = next(number for number, reply in enumerate(replies) if reply.accepted)
    assert paths.get(job.live(), ("metadata", "labels")) == {"writer": str(winner)}


def test_the_connections_of_a_race_end_with_it(tmp_path: Path) -> None:
    run = Run(resolve({}, {"XDG_STATE_HOME": str(tmp_path)}))
    try:
        run.open()
        run.evidence.begin_case()
        job, endpoint = Job(run, case("concurrency.one-winner")), run.reference
        for _ in range(5):
            job.race([job.live()] * 4)
        assert endpoint
        until = time.monotonic() + 10
        while endpoint.connections > 1 and time.monotonic() < until:
            time.sleep(0.005)
        assert endpoint.connections == 1
    finally:
        run.close()


def test_without_retry_an_outdated_version_is_an_answer(job_of: MakeJob) -> None:
    job = job_of("concurrency.stale-refused")
    outdated = job.version()
    job.replace(job.fresh_values())
    reply = job.replace(lambda live: paths.put(live, VERSION, outdated), retry=False)
    reply.expect_refused(409)
    reply.expect_unchanged()
    assert findings(job) == []


def test_nothing_to_try_skips_the_case(job_of: MakeJob) -> None:
    error = job_of().nothing_to_try("there are no lists")
    assert isinstance(error, NothingToTry)
    assert isinstance(error, pytest.skip.Exception)
    assert error.msg == "there are no lists"
