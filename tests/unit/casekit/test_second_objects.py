"""A second object that a case makes: also where the connection is closed instead of the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contracts.casekit.job import Job
from contracts.client.errors import ConnectionDropped
from contracts.jsonvalue import paths
from contracts.spec.fields import NAME

MakeJob = Callable[..., Job]


@pytest.mark.parametrize("carried_out", [True, False])
def test_a_creation_whose_answer_is_lost_is_found_or_asked_again(
    job_of: MakeJob, monkeypatch: pytest.MonkeyPatch, carried_out: bool
) -> None:
    job, lost = job_of(), [True]
    send = job.run.target.send

    def closing(method: str, path: str, **how: Any) -> Any:
        if method == "POST" and lost:
            lost.clear()
            if carried_out:
                send(method, path, **how)
            raise ConnectionDropped("closed")
        return send(method, path, **how)

    monkeypatch.setattr(job.run.target, "send", closing)
    name = job.new_name()
    assert paths.get(job.create(name), NAME) == name
    assert not lost
    assert job.discard(name)
