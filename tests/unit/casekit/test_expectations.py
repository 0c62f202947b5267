"""Each expectation of the case API holds on a conformant endpoint, and is one finding where a fault breaks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contracts.casekit.job import Job
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.http_request import Request, Response
from contracts.report.finding import Demand, Finding
from contracts.resource.stored_object import JSON
from contracts.run.run import Run
from tests.faults.catalogue import faulty
from tests.unit.casekit.conftest import case, opened

Make = Callable[[Any, Any], Behaviour]
DEADLINE, RETENTION = "spec.activeDeadlineSeconds", "spec.ttlSecondsAfterFinished"


def labelled(live: Json) -> Json:
    """The live object with one label more."""
    return paths.put(live, ("metadata", "labels", "contract-more"), "x")


def cut(body: bytes) -> bytes:
    return body[:-1]


def answering(change: Callable[[Response], Response]) -> Make:
    """A conformant endpoint whose accepted replacements are answered otherwise."""

    def make(resource: Any, options: Any) -> Behaviour:
        def answer(request: Request, response: Response) -> Response:
            return change(response) if request.method == "PUT" and response.status == 200 else response

        return replace(conformant(resource, options), answer=answer)

    return make


def forbidden(response: Response) -> Response:
    status = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "not today", "code": 403}
    return replace(response, status=403, value=status)


def numbered() -> Make:
    """Each answer shows a field of its own that is not stored."""
    numbers = count()
    return answering(lambda response: replace(response, value={**response.value, "number": next(numbers)}))


def always_pretty(resource: Any, options: Any) -> Behaviour:
    return replace(conformant(resource, options), wants_pretty=lambda *_: True)


@dataclass(frozen=True)
class Row:
    """An expectation: what a case does, an endpoint that breaks it, and the finding that it then makes."""

    name: str
    act: Callable[[Job], object]
    broken: Make
    path: str
    demand: Demand
    requirement: str = "status.200"
    about: str = ""

    def __str__(self) -> str:
        return self.name


def same_as(job: Job) -> None:
    first = job.replace({})
    job.replace({}, about="again").expect_same_as(first)


def stored(job: Job) -> None:
    job.replace({DEADLINE: 4321})
    job.expect_stored({DEADLINE: 4321})


def cleared(job: Job) -> None:
    job.replace({RETENTION: 4321})
    job.replace({RETENTION: MISSING})
    job.expect_stored({RETENTION: MISSING})


def broken_body(job: Job) -> Any:
    return job.replace(labelled, raw=cut, about="cut off")


def no_findings(job: Job) -> None:
    job.replace(labelled).expect_no_findings("replaceable", requirement="pretty.same-effect")


ROWS = (
    Row(
        "status",
        lambda job: job.replace(job.fresh_values()).expect_status(200),
        answering(lambda response: replace(response, status=202)),
        "",
        Demand.STATUS,
    ),
    Row(
        "status of a field",
        lambda job: job.replace({}).expect_status(200, 201, requirement="replaceable.labels", field="metadata.labels"),
        answering(forbidden),
        "metadata.labels",
        Demand.STATUS,
        "replaceable.labels",
    ),
    Row("accepted", lambda job: job.replace({}).expect_accepted(), answering(forbidden), "", Demand.STATUS),
    Row(
        "refused with 400",
        lambda job: broken_body(job).expect_refused(400),
        faulty("missing-brace-completed"),
        "",
        Demand.STATUS,
        about="cut off",
    ),
    Row(
        "refused",
        lambda job: broken_body(job).expect_refused(requirement="status.400"),
        faulty("missing-brace-completed"),
        "",
        Demand.STATUS_CLASS,
        "status.400",
        "cut off",
    ),
    Row(
        "unchanged",
        lambda job: broken_body(job).expect_unchanged(),
        faulty("missing-brace-completed"),
        "metadata.labels[*]",
        Demand.UNCHANGED,
        about="cut off",
    ),
    Row(
        "answered",
        lambda job: job.replace({DEADLINE: 4321}).expect_answered(DEADLINE, 4321),
        answering(lambda response: replace(response, value={**response.value, "spec": {}})),
        DEADLINE,
        Demand.ANSWERED,
    ),
    Row(
        "not answered",
        lambda job: job.replace({}).expect_answered("number", MISSING),
        numbered(),
        "number",
        Demand.ANSWERED,
    ),
    Row("same as another", same_as, numbered(), "number", Demand.ANSWERED, about="again"),
    Row(
        "an object",
        lambda job: job.replace({}).expect_object("response.schema"),
        faulty("nothing-answered"),
        "",
        Demand.OBJECT,
        "response.schema",
    ),
    Row("compact", lambda job: job.replace({}, pretty="false").expect_compact(), always_pretty, "", Demand.COMPACT),
    Row(
        "pretty",
        lambda job: job.replace({}, query="pretty=true").expect_pretty(),
        faulty("pretty-ignored"),
        "",
        Demand.PRETTY,
    ),
    Row("stored", stored, faulty("deadline-ignored"), DEADLINE, Demand.STORED),
    Row("cleared", cleared, faulty("retention-cannot-be-cleared"), RETENTION, Demand.STORED),
    Row(
        "no findings",
        no_findings,
        faulty("labels-ignored"),
        "metadata.labels[*]",
        Demand.STORED,
        "pretty.same-effect",
    ),
)


def of_cases(run: Run) -> list[Finding]:
    """What cases have found themselves; what the rules found beside it has no sentence."""
    return [one.finding for one in run.evidence.met if one.finding.sentence]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_an_expectation_holds_on_a_conformant_endpoint(job_of: Callable[..., Job], row: Row) -> None:
    job = job_of()
    row.act(job)
    assert job.run.evidence.met == ()


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_an_expectation_that_a_fault_breaks_is_one_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: Row
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with opened(tmp_path, row.broken) as run:
        row.act(Job(run, case("status.200")))
        [found] = of_cases(run)
        evidence = next(one for one in run.evidence.met if one.finding is found)
    assert found.requirement == row.requirement
    assert found.rule == (f"my-case[{row.about}]" if row.about else "my-case")
    assert paths.render(found.path) == row.path
    assert found.expected.demand is row.demand
    assert found.sentence == "It holds."
    assert evidence.count == 1
    assert evidence.exchange is not None
    assert evidence.exchange.method == ("GET" if row.name in ("stored", "cleared") else "PUT")


def test_what_another_client_writes_between_two_answers_is_no_difference(tmp_path: Path) -> None:
    with opened(tmp_path) as run:
        job = Job(run, case("pretty.same-content"))
        first = job.replace({})
        theirs = paths.put(job.live(), ("metadata", "annotations", "theirs"), "x")
        assert run.target.send("PUT", run.resource.path, headers=JSON, body=strict.encode(theirs)).response.accepted
        job.replace({}).expect_same_as(first)
        assert of_cases(run) == []


def test_of_a_series_that_others_wrote_into_only_what_was_sent_can_be_wrong(tmp_path: Path) -> None:
    labels = ("metadata", "labels")
    with opened(tmp_path) as run:
        job = Job(run, case("replaceable.sequence"))
        for theirs, wrong in (({}, set()), ({"a": "theirs"}, set()), ({"a": "1"}, {"metadata.labels[*]"})):
            foreign = job.foreign_writes
            for sent in ({"a": "1"}, {"a": "2"}):
                job.replace({"metadata.labels": sent})
            written = strict.encode(paths.put(job.live(), labels, theirs))
            assert run.target.send("PUT", run.resource.path, headers=JSON, body=written).response.accepted
            assert not job.expect_stored({"metadata.labels": {"a": "2"}}, foreign=foreign, patient=True)
            assert job.expect_stored({"metadata.labels": {"a": "2"}}, foreign=foreign)
            assert {paths.render(one.path) for one in of_cases(run)} == wrong
