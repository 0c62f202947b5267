"""Answers that are no proper ones: each a finding or an error, in time and within 300 MB; and outages.

Each kind meets the real client over a real socket, and the run goes on with the next replacement.
"""

from __future__ import annotations

import itertools
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from contracts.client import client as target_module
from contracts.client.connection import TargetError
from contracts.run.examiner import assign
from contracts.run.run import Run
from contracts.settings.resolve import resolve

from .command import complete, started
from .endpoint import Serve, Served
from .misbehaving import CONNECTION, ERROR, HANDSHAKES, KINDS, Front, Kind, nothing_chosen, times

MOST_MEMORY = 300_000  # kB
# What stands in a store has to be undone, however it is shown: what is read back is read leniently.
READABLE = ("one key twice", "NaN", "thousands of fields", "invalid UTF-8")
LOST = ("nothing", "reset", "closed at once", "closed in the body")
LABEL = {"metadata.labels": {"contract-bad-answer": "yes"}}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(target_module, "delays", lambda: iter((0.01, 0.01, 0.01, None)))


@contextmanager
def opened(front: Front, served: Served, **options: Any) -> Iterator[Run]:
    """A run in this process, from preflight to clean-up; nothing is left of it."""
    given = {
        "target": front.url,
        "namespace": served.endpoint.options.namespace,
        "token_file": str(served.token_file),
        "timeout": 20,
        **options,
    }
    run = Run(resolve(given, {}))
    try:
        run.open()
        yield run
    finally:
        run.close()
    assert run.error == ""
    assert served.jobs() == []


def ids(kind: Kind) -> str:
    return kind.name


@pytest.mark.parametrize("kind", KINDS, ids=ids)
def test_a_bad_answer_to_a_replacement(serve: Serve, kind: Kind) -> None:
    timeout = 0.4 if kind.slow else 20
    with serve() as served, Front(served.endpoint.port) as front, opened(front, served, timeout=timeout) as run:
        front.choose = times(3, "PUT", kind)
        started = time.monotonic()
        if kind.expected == ERROR:
            with pytest.raises(TargetError) as caught:
                run.examiner.replace(assign(LABEL))
            assert "\n" not in str(caught.value)
            assert run.ledger.evidence == []
        else:
            found = {finding.requirement for finding in run.examiner.replace(assign(LABEL)).findings}
            assert kind.expected in found if kind.expected else not found
        assert time.monotonic() - started < 3 * timeout + 10
        front.choose = nothing_chosen
        after = run.examiner.replace(assign({"metadata.labels": {"contract-next": "yes"}}))
        assert (after.status, after.findings) == (200, ())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.expected and kind.name not in READABLE], ids=ids)
def test_a_bad_answer_to_a_read(serve: Serve, kind: Kind) -> None:
    timeout = 0.2 if kind.slow else 20
    with serve() as served, Front(served.endpoint.port) as front, opened(front, served, timeout=timeout) as run:
        front.choose = times(99, "GET", kind)
        with pytest.raises(TargetError) as caught:
            run.examiner.live()
        assert "\n" not in str(caught.value)
        assert run.ledger.evidence == []
        front.choose = nothing_chosen
        assert isinstance(run.examiner.live(), dict)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.name in LOST], ids=ids)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_an_answer_that_is_lost_once_costs_nothing(serve: Serve, method: str, kind: Kind) -> None:
    timeout = 0.4 if kind.slow else 20
    with serve() as served, Front(served.endpoint.port, times(1, method, kind)) as front:
        with opened(front, served, timeout=timeout) as run:
            trial = run.examiner.replace(assign(LABEL))
            assert (trial.status, trial.findings, run.ledger.evidence) == (200, (), [])
        assert front.chosen == [kind.name]


@pytest.mark.parametrize("kind", [None, *HANDSHAKES], ids=lambda kind: kind.name if kind else "a whole handshake")
def test_a_handshake(serve: Serve, tmp_path: Path, kind: Kind | None) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    timeout = 0.5 if kind and kind.slow else 20
    with (
        serve() as served,
        Front(served.endpoint.port, context=context) as front,
        opened(front, served, ca_file=str(tmp_path / "ca"), timeout=timeout) as run,
    ):
        if kind:
            front.choose = times(99, CONNECTION, kind)
            with pytest.raises(TargetError):
                run.examiner.replace(assign(LABEL))
            front.choose = nothing_chosen
        trial = run.examiner.replace(assign(LABEL))
        assert (trial.status, trial.findings, run.ledger.evidence) == (200, (), [])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "redirect" in kind.name], ids=ids)
def test_a_redirect_leads_nowhere(serve: Serve, kind: Kind) -> None:
    asked: list[str] = []

    def note(what: str) -> None:
        asked.append(what)

    with (
        serve() as served,
        Front(served.endpoint.port, note) as other,
        Front(served.endpoint.port, elsewhere=other.url) as front,
        opened(front, served) as run,
    ):
        front.choose = times(1, "PUT", kind)
        trial = run.examiner.replace(assign(LABEL))
        assert "status.only-documented" in {finding.requirement for finding in trial.findings}
    assert asked == [], "neither request nor credential went to the other origin"


# What the command itself makes of it. Its memory is asked of a small process around it: what it was before it became
# the command counts too, and that would be this test's own process.
MEASURE = (
    "import resource, subprocess, sys; status = subprocess.run(sys.argv[2:]).returncode; "
    "open(sys.argv[1], 'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)); sys.exit(status)"
)


def measuring(file: Path) -> tuple[str, ...]:
    """What starts a command and writes into a file how much memory it took."""
    return (sys.executable, "-c", MEASURE, str(file))


def test_a_run_among_bad_answers(serve: Serve, tmp_path: Path) -> None:
    """Every other replacement is answered badly, in each kind in turn: all cases come to their end."""
    number = itertools.count()
    lock = threading.Lock()

    def choose(asked: str) -> Kind | None:
        with lock:
            turn = next(number) if asked == "PUT" else 0
        return KINDS[turn // 2] if turn % 2 and turn < 2 * len(KINDS) else None

    with serve() as served, Front(served.endpoint.port, choose=choose) as front:
        arguments = [*served.arguments, f"--target={front.url}", "--timeout=2", "--"]
        some = ("-k", "replaceable and not generated or test_accepted")
        with started(*arguments, *some, directory=tmp_path, before=measuring(tmp_path / "memory")) as running:
            finished = running.end()
        assert served.jobs() == []
    assert finished.status == 1, finished.output
    assert set(front.chosen) == {kind.name for kind in KINDS}
    assert int((tmp_path / "memory").read_text()) < MOST_MEMORY
    report, judged = finished.report, finished.outcomes
    assert judged["response.content-type"] == judged["status.only-documented"] == "failed"
    assert [case for row in report["requirements"] for case in row["cases"] if case["outcome"] == "error"] == []
    assert "Traceback" not in finished.output


def test_an_outage_of_a_moment_costs_what_it_touched(serve: Serve, tmp_path: Path) -> None:
    """A target that is gone for some requests and comes back: what it touched is an error, the rest is judged."""
    down = threading.Event()
    reset = next(kind for kind in KINDS if kind.name == "reset")
    with serve() as served:

        def choose(_: str) -> Kind | None:
            if len(front.chosen) < 6 and down.is_set():
                return reset
            return None

        with Front(served.endpoint.port, choose=choose) as front:
            some = ("--", "-k", "replaceable or pretty")
            with started(*served.arguments, f"--target={front.url}", *some, directory=tmp_path) as running:
                running.wait_until(served.at_work(generation=20))
                down.set()
                finished = running.end()
            assert served.jobs() == []
    judged = finished.outcomes.values()
    assert finished.status == 3, finished.output
    assert "failed" not in judged, finished.output
    assert "error" in judged
    assert "passed" in judged
    assert "does not answer any more" not in finished.output


def test_a_target_that_hangs_does_not_hold_the_run_beyond_its_time(serve: Serve, tmp_path: Path) -> None:
    """When the time budget is used up while a request waits for its answer, no other request waits for one."""
    nothing = next(kind for kind in KINDS if kind.name == "nothing")
    replacements = itertools.count()

    def choose(asked: str) -> Kind | None:
        number = next(replacements) if asked == "PUT" else 0
        return nothing if asked != CONNECTION and (front.chosen or number > 2) else None

    with serve() as served, Front(served.endpoint.port, choose=choose) as front:
        budget = (f"--target={front.url}", "--time-budget=4", "--timeout=5", "--", "-k", "labels")
        finished = complete(*served.arguments, *budget, directory=tmp_path)
    assert finished.status == 3, finished.output
    assert front.chosen == ["nothing"]
    assert "failed" not in finished.outcomes.values()
    assert "restore" in finished.output
