"""Somebody else is at work on the object under test: nothing of theirs is lost, and the target is not blamed for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Resource

from .command import LIMIT, Command
from .endpoint import Serve, Served

SOME = ("--seed=1", "--", "-k", "test_status or no_bypass and identity")
Meddle = Callable[[Served, str], None]


@pytest.fixture
def beside(serve: Serve) -> Callable[..., Any]:
    """A conformant endpoint, and somebody who does something there as soon as so many replacements were asked for."""

    @contextmanager
    def served(meddle: Meddle, after: int) -> Iterator[Served]:
        names: list[str] = []
        enough = threading.Event()

        def counting(resource: Resource, options: ReferenceOptions) -> Behaviour:
            steps = conformant(resource, options)

            def authenticate(request: Any) -> Any:
                if request.method == "PUT":
                    names.append(request.path.rpartition("/")[2])
                if len(names) >= after:
                    enough.set()
                return steps.authenticate(request)

            return replace(steps, authenticate=authenticate)

        with serve(counting) as endpoint:

            def somebody() -> None:
                if enough.wait(LIMIT):
                    meddle(endpoint, names[0])

            thread = threading.Thread(target=somebody)
            thread.start()
            yield endpoint
            enough.set()
            thread.join()

    return served


def delete(served: Served, name: str) -> None:
    served.send("DELETE", name)


def edit(served: Served, name: str) -> None:
    """A label, by somebody who reads before they write, until the run leaves them the time to."""
    for _ in range(200):
        live = served.send("GET", name).json()
        live["metadata"].setdefault("labels", {})["edited-by"] = "a-colleague"
        if served.send("PUT", name, json=live).status_code == 200:
            return


@pytest.mark.parametrize(
    "after", [3, 30, pytest.param(31, marks=pytest.mark.slow), pytest.param(32, marks=pytest.mark.slow)]
)
def test_created_job_is_deleted_by_somebody(run: Command, beside: Callable[..., Any], after: int) -> None:
    with beside(delete, after) as served:
        finished = run(*served.arguments, *SOME)
        assert finished.status == 0, finished.output
        assert served.jobs() == []


@pytest.mark.parametrize("after", [3, 30])
def test_adopted_job_is_deleted_by_somebody(run: Command, beside: Callable[..., Any], after: int) -> None:
    with beside(delete, after) as served:
        served.create("adopted-job")
        finished = run(*served.arguments, "--name=adopted-job", "--yes", *SOME)
        assert finished.status == 3, finished.output
        assert served.jobs() == []
    assert "adopted-job is gone: somebody has deleted it during the run" in finished.output
    assert "failed" not in finished.outcomes.values()
    assert "pytorchjob-contract restore --target=" in finished.output, "it may only be out of reach"


@pytest.mark.parametrize("after", [4, 30])
def test_adopted_job_is_changed_by_somebody(run: Command, beside: Callable[..., Any], after: int) -> None:
    with beside(edit, after) as served:
        served.create("adopted-job")
        finished = run(*served.arguments, "--name=adopted-job", "--yes", "--max-rps=100", *SOME)
        assert finished.status == 3, finished.output
        (job,) = served.jobs()
    assert job["metadata"]["labels"] == {"owner": "somebody", "edited-by": "a-colleague"}
    assert "error: /apis/" in finished.output
    assert "somebody else has changed metadata.labels during the run; their change is kept" in finished.output
    assert "left something behind" not in finished.output
