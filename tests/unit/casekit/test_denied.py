"""A credential that may not replace the object, and is not valid any more: its 401 is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.casekit.job import Job
from contracts.casekit.probe import How, Prober
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.http_request import Request
from contracts.reference.status_error import Refusal
from tests.unit.casekit.conftest import case, opened


def expired(methods: tuple[str, ...]) -> Any:
    """An endpoint that answers the denied token with 401 to these methods, once it has refused it with 403."""

    def make(resource: Any, options: Any) -> Behaviour:
        steps = conformant(resource, options)
        seen: list[str] = []

        def authenticate(request: Request) -> str:
            if options.denied_token in request.headers.get("authorization", ""):
                if "PUT" in seen and request.method in methods:
                    raise Refusal(401, "Unauthorized", "Unauthorized")
                seen.append(request.method)
            return steps.authenticate(request)

        return replace(steps, authenticate=authenticate)

    return make


def replaced(job: Job) -> int:
    return job.replace(job.fresh_values(), credential=job.denied_credential()).status


def probed(job: Job) -> int:
    return Prober(job).send(job.live(), How(credential=job.denied_credential())).response.status


@pytest.mark.parametrize("ask", [replaced, probed])
def test_a_denied_credential_that_has_expired_is_no_finding(tmp_path: Path, ask: Callable[[Job], int]) -> None:
    with opened(tmp_path, expired(("GET", "PUT"))) as run:
        job = Job(run, case("status.403"))
        assert ask(job) == 403
        with pytest.raises(pytest.skip.Exception, match="--denied-token-file"):
            ask(job)
        assert not run.evidence.met


@pytest.mark.parametrize("ask", [replaced, probed])
def test_a_401_to_writes_alone_is_an_answer(tmp_path: Path, ask: Callable[[Job], int]) -> None:
    with opened(tmp_path, expired(("PUT",))) as run:
        job = Job(run, case("status.403"))
        assert [ask(job), ask(job)] == [403, 401]
