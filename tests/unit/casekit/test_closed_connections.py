"""A connection that is closed now and then is nobody's answer; one that is always closed for the same is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.casekit.job import Job
from contracts.client.errors import ConnectionDropped
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.http_request import NO_ANSWER, Request, Response
from contracts.run.run import Run
from tests.contract import test_concurrency as concurrency
from tests.unit.casekit.conftest import case, opened

LABELS = ("metadata", "labels")


def closing(closes: Callable[[int, Response], bool]) -> Any:
    """An endpoint that closes the connection in place of an answer: `closes` of its number and what it is."""

    def make(resource: Any, options: Any) -> Behaviour:
        steps = conformant(resource, options)
        puts = [0]

        def answer(request: Request, response: Response) -> Response:
            response = steps.answer(request, response)
            if request.method != "PUT":
                return response
            puts[0] += 1
            return replace(response, status=NO_ANSWER) if closes(puts[0], response) else response

        return replace(steps, answer=answer)

    return make


def found(run: Run) -> set[str]:
    return {one.finding.requirement for one in run.evidence.met}


def outdated(job: Job) -> Json:
    """An object that the target does not carry out, as its version is not the stored one."""
    old = job.live()
    job.replace(job.fresh_values())
    return old


def test_what_is_sent_again_when_the_connection_was_closed_is_answered(tmp_path: Path) -> None:
    with opened(tmp_path, closing(lambda number, _response: number == 2)) as run:
        job = Job(run, case("concurrency.stale-refused"))
        reply = job.send(outdated(job))
        assert reply.status == 409
        assert found(run) == set()


def test_what_may_have_been_carried_out_is_not_sent_again(tmp_path: Path) -> None:
    with opened(tmp_path, closing(lambda number, _response: number == 1)) as run:
        job = Job(run, case("status.200"))
        wanted = paths.put(job.live(), (*LABELS, "a"), "1")
        with pytest.raises(ConnectionDropped):
            job.send(wanted)
        assert job.live()["metadata"]["labels"]["a"] == "1"


def test_a_connection_that_is_always_closed_is_a_finding(tmp_path: Path) -> None:
    with opened(tmp_path, closing(lambda _number, response: response.status == 409)) as run:
        job = Job(run, case("concurrency.stale-refused"))
        job.send(outdated(job)).expect_status(409)
        assert found(run) >= {"status.500", "concurrency.stale-refused"}


def test_a_race_with_a_closed_connection_does_not_count(tmp_path: Path) -> None:
    with opened(tmp_path, closing(lambda number, _response: number == 5)) as run:
        concurrency.test_one_winner(Job(run, case("concurrency.one-winner")))
        assert found(run) == set()


@pytest.mark.parametrize("status", [200, 409])
def test_races_that_always_meet_a_closed_connection_are_a_finding(tmp_path: Path, status: int) -> None:
    def closes(number: int, response: Response) -> bool:
        return number > 1 and response.status == status

    with opened(tmp_path, closing(closes)) as run:
        concurrency.test_one_winner(Job(run, case("concurrency.one-winner")))
        assert "concurrency.one-winner" in found(run)
