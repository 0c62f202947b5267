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

from contracts.client import repetition
from contracts.client.errors import TargetError
from contracts.run.run import Run
from contracts.run.trial import Send, assign
from contracts.settings.resolve import resolve

from .command import complete, started
from .endpoint import Serve, Served
from .misbehaving import CONNECTION, ERROR, HANDSHAKES, KINDS, Choose, Front, Kind, nothing_chosen, times
from .tls import Tls

MOST_MEMORY = 300_000  # kB
PATIENT = 60
# What stands in a store has to be undone, however it is shown: what is read back is read leniently.
READABLE = ("one key twice", "NaN", "thousands of fields", "invalid UTF-8")
LOST = ("nothing", "reset", "closed at once", "closed in the body")
LABEL = {"metadata.labels": {"contract-bad-answer": "yes"}}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(repetition, "delays", lambda *_: iter((0.01, 0.01, 0.01, *(None for _ in range(99)))))
    monkeypatch.setattr(repetition, "LONGEST_UNTOLD", 0)


@contextmanager
def opened(front: Front, served: Served, **options: Any) -> Iterator[Run]:
    """A run in this process, from preflight to clean-up; nothing is left of it."""
    given = {
        "target": front.url,
        "namespace": served.endpoint.options.namespace,
        "token_file": str(served.token_file),
        "timeout": PATIENT,
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


@contextmanager
def bad_answers(run: Run, front: Front, choose: Choose, timeout: float = PATIENT) -> Iterator[None]:
    """Until the end of the context requests that are chosen are answered badly, under a time-out of their own."""
    patient = run.target.timeout
    front.choose, run.target.timeout = choose, timeout
    try:
        yield
    finally:
        front.choose, run.target.timeout = nothing_chosen, patient


def ids(kind: Kind) -> str:
    return kind.name


@pytest.mark.parametrize("kind", KINDS, ids=ids)
def test_a_bad_answer_to_a_replacement(serve: Serve, kind: Kind) -> None:
    with serve() as served, Front(served.endpoint.port) as front, opened(front, served) as run:
        with bad_answers(run, front, times(3, "PUT", kind), 0.4 if kind.slow else PATIENT):
            started = time.monotonic()
            if kind.expected == ERROR:
                with pytest.raises(TargetError) as caught:
                    run.examiner.replace(Send(assign(LABEL)))
                assert "\n" not in str(caught.value)
                assert run.evidence.met == ()
            else:
                found = {finding.requirement for finding in run.examiner.replace(Send(assign(LABEL))).findings}
                assert kind.expected in found if kind.expected else not found
            assert time.monotonic() - started < PATIENT, "it ends by itself, long before the server gives up"
        after = run.examiner.replace(Send(assign({"metadata.labels": {"contract-next": "yes"}})))
        assert (after.exchange.response.status, after.findings) == (200, ())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.expected and kind.name not in READABLE], ids=ids)
def test_a_bad_answer_to_a_read(serve: Serve, kind: Kind) -> None:
    with serve() as served, Front(served.endpoint.port) as front, opened(front, served) as run:
        with bad_answers(run, front, times(99, "GET", kind), 0.2 if kind.slow else PATIENT):
            with pytest.raises(TargetError) as caught:
                run.examiner.live()
            assert "\n" not in str(caught.value)
            found = {one.finding.requirement for one in run.evidence.met}
            assert found <= {kind.expected}, "what the network may have done is no finding"
        assert isinstance(run.examiner.live(), dict)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.name in LOST], ids=ids)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_an_answer_that_is_lost_once_costs_nothing(serve: Serve, method: str, kind: Kind) -> None:
    timeout = 2 if kind.slow else PATIENT
    with serve() as served, Front(served.endpoint.port, times(1, method, kind)) as front:
        with opened(front, served, timeout=timeout) as run:
            trial = run.examiner.replace(Send(assign(LABEL)))
            assert (trial.exchange.response.status, trial.findings, run.evidence.met) == (200, (), ())
        assert front.chosen == [kind.name]


@pytest.mark.parametrize("kind", [None, *HANDSHAKES], ids=lambda kind: kind.name if kind else "a whole handshake")
def test_a_handshake(serve: Serve, tls: Tls, kind: Kind | None) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls.server)
    with (
        serve() as served,
        Front(served.endpoint.port, context=context) as front,
        opened(front, served, ca_file=str(tls.ca)) as run,
    ):
        if kind:
            with (
                bad_answers(run, front, times(99, CONNECTION, kind), 0.5 if kind.slow else PATIENT),
                pytest.raises(TargetError),
            ):
                run.examiner.replace(Send(assign(LABEL)))
        trial = run.examiner.replace(Send(assign(LABEL)))
        assert (trial.exchange.response.status, trial.findings, run.evidence.met) == (200, (), ())


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
        trial = run.examiner.replace(Send(assign(LABEL)))
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_an_outage_of_a_moment_costs_nothing(serve: Serve, tmp_path: Path) -> None:
    """A target that is gone for some requests and comes back is waited for."""
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
    assert len(front.chosen) == 6
    assert finished.status == 0, finished.output
    assert not {"failed", "error"} & {*finished.outcomes.values()}


@pytest.mark.slow
def test_a_target_that_hangs_does_not_hold_the_run_beyond_its_time(serve: Serve, tmp_path: Path) -> None:
    """When the time budget ends while nothing is answered any more, one request more is sent, to clean up."""
    nothing = next(kind for kind in KINDS if kind.name == "nothing")
    replacements = itertools.count()

    def choose(asked: str) -> Kind | None:
        number = next(replacements) if asked == "PUT" else 0
        return nothing if asked != CONNECTION and (front.chosen or number > 0) else None

    with serve() as served, Front(served.endpoint.port, choose=choose) as front:
        budget = (f"--target={front.url}", "--time-budget=4", "--timeout=5", "--", "-k", "labels")
        finished = complete(*served.arguments, *budget, directory=tmp_path)
    assert finished.status == 3, finished.output
    assert front.chosen == ["nothing"] * 2, "a case's request, and one that would clean up"
    assert "failed" not in finished.outcomes.values()
    assert "restore" in finished.output
