"""A plan sends nothing but GETs and says what a run would send; a job at work is not touched without consent."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.reference.behaviour import conformant
from contracts.reference.http_request import Request, Response
from contracts.resource import adoption_guard
from contracts.spec.load import load_contract

from .command import CLEAN, LIMIT, Command, command_line
from .endpoint import Serve, put_job_in_use
from .terminal import on_a_terminal

SOME = ("--seed=1", "--", "-k", "labels or atomic or test_status")


class Listener:
    """A conformant endpoint that keeps the methods of what it is asked, by path."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def __call__(self, resource: Any, options: Any) -> Any:
        steps = conformant(resource, options)

        def answer(request: Request, response: Response) -> Response:
            self.asked.append((request.method, request.path))
            return steps.answer(request, response)

        return replace(steps, answer=answer)


def numbers(output: str, row: str) -> list[int]:
    line = next(line for line in output.splitlines() if line.strip().startswith(row))
    return [int(word) for word in line.split() if word.isdecimal()]


@pytest.mark.parametrize("adopting", [pytest.param(False, marks=pytest.mark.slow), True], ids=["created", "adopted"])
def test_plan_is_right_and_touches_nothing(run: Command, serve: Serve, adopting: bool) -> None:
    listener = Listener()
    with serve(listener) as served:
        named = [f"--name={served.create()}"] if adopting else []
        before, listener.asked = served.endpoint.store.version, []
        planned = run(*served.arguments, *named, "--plan", *SOME)
        assert planned.status == 0, planned.output
        assert {method for method, _ in listener.asked} == {"GET"}
        assert served.endpoint.store.version == before
        assert not (planned.directory / "conformance.json").exists()
        assert ("--yes" in planned.output) == adopting
        listener.asked = []
        real = run(*served.arguments, *named, "--yes", *SOME)
        assert real.status == 0, real.output
    *by_method, total = numbers(planned.output, "total")
    assert total == sum(by_method)
    assert abs(total - len(listener.asked)) <= 0.2 * len(listener.asked)
    for method, number in zip(("GET", "PUT"), by_method, strict=False):
        sent = sum(one == method for one, _ in listener.asked)
        assert abs(number - sent) <= 0.2 * sent, (method, number, sent)
    assert "--token-file" in planned.output
    assert "--denied-token-file" in planned.output
    assert "status " in planned.output


def test_plan_knows_the_owners_of_an_adopted_job_to_be_alive(run: Command, serve: Serve) -> None:
    with serve() as served:
        name = put_job_in_use(served.endpoint)
        planned = run(*served.arguments, f"--name={name}", "--yes", "--plan", "--seed=1", "--", "-k", "labels")
    assert planned.status == 0, planned.output
    assert "somebody else" not in planned.output


def test_plan_for_the_embedded_endpoint(run: Command) -> None:
    planned, real = run("--plan", *SOME), run(*SOME)
    assert planned.status == 0, planned.output
    assert abs(numbers(planned.output, "total")[-1] - real.report["requests"]) <= 0.2 * real.report["requests"]


def test_plan_keeps_the_last_report(serve: Serve, tmp_path: Path) -> None:
    written = []
    for plan in ([], ["--plan"]):
        line = command_line(*plan, "--", "-k", "labels", directory=tmp_path / "reports")
        assert subprocess.run(line, capture_output=True, timeout=LIMIT, env=CLEAN, check=False).returncode == 0
        written.append({path: path.read_bytes() for path in (tmp_path / "reports").rglob("*") if path.is_file()})
    files, afterwards = written
    assert files == afterwards
    assert len(files) > 3


@pytest.mark.slow
def test_plan_without_a_target(run: Command) -> None:
    planned = run("--target=http://127.0.0.1:9", "--plan")
    assert planned.status == 3
    assert "Connection refused" in planned.output
    assert "plan:" not in planned.output


def test_job_at_work_is_refused(run: Command, serve: Serve) -> None:
    listener = Listener()
    with serve(listener) as served:
        name, listener.asked = served.create(), []
        finished = run(*served.arguments, f"--name={name}")
        assert {method for method, _ in listener.asked} == {"GET"}
    assert finished.status == 4, finished.output
    (line,) = [line for line in finished.output.splitlines() if line.strip()]
    assert "--yes" in line
    assert "neither succeeded nor failed" in line
    assert not (finished.directory / "conformance.json").exists()


@pytest.mark.parametrize(
    ("answer", "status"), [(b"y\n", 0), pytest.param(b"n\n", 4, marks=pytest.mark.slow), (b"\n", 4)]
)
def test_terminal_is_asked(serve: Serve, tmp_path: Path, answer: bytes, status: int) -> None:
    with serve() as served:
        name = served.create()
        line = [*served.arguments, f"--name={name}", "--", "-k", "labels"]
        with on_a_terminal(line, tmp_path) as terminal:
            terminal.read_until(b"[y/N]")
            terminal.type(answer)
            output = terminal.read_until()
            assert terminal.end() == status, output
    assert b"neither succeeded nor failed" in output
    assert (tmp_path / "reports" / "conformance.json").exists() == (status == 0)


def condition(kind: str, status: str = "True") -> dict[str, str]:
    return {"type": kind, "status": status}


@pytest.mark.parametrize(
    ("conditions", "why"),
    [
        ([condition("Created"), condition("Running")], "is running"),
        ([condition("Running", "False"), condition("Created")], "was created and has neither succeeded nor failed"),
        ([condition("Created"), condition("Running", "False"), condition("Succeeded")], "has ended (Succeeded)"),
        ([condition("Created"), condition("Failed")], "has ended (Failed)"),
        ([], "may be at work, which its status.conditions do not tell"),
        ("odd", "may be at work, which its status.conditions do not tell"),
        ([None, 5, {}], "may be at work, which its status.conditions do not tell"),
    ],
)
def test_why_consent_is_needed(conditions: Any, why: str | None) -> None:
    assert adoption_guard.why_to_ask({"status": {"conditions": conditions}}, load_contract().activity) == why
    assert adoption_guard.why_to_ask({}, load_contract().activity) is None
