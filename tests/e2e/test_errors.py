"""What is no fault of the target: exit status 3 and one line that names the option; and runs that end early."""

from __future__ import annotations

import http.server
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import trustme

from .conftest import Command, Finished, begun


@pytest.fixture
def web_page() -> Iterator[str]:
    """A server that answers everything with an HTML page."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<html>a gateway's login page</html>")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def expect_error(finished: Finished, *words: str) -> None:
    lines = [line for line in finished.output.splitlines() if line.strip()]
    assert finished.status == 3, finished.output
    assert len(lines) == 1, finished.output
    assert lines[0].startswith("error: ")
    for word in words:
        assert word in lines[0]
    assert finished.report["verdict"] == "error"
    assert finished.report["error"] in lines[0]


def test_target_down(run: Command, tmp_path: Path) -> None:
    expect_error(run("--target=http://127.0.0.1:9"), "Connection refused", "--target")


def test_wrong_token(run: Command, serve: Callable[..., Any], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong-secret")
    with serve() as served:
        finished = run(*served.arguments, f"--token-file={wrong}")
    expect_error(finished, "401", "--token-file")
    assert "wrong-secret" not in finished.output


def test_no_such_token_file(run: Command, tmp_path: Path) -> None:
    expect_error(run("--target=http://127.0.0.1:9", "--token-file=/nowhere"), "--token-file", "/nowhere")


def test_page_instead_of_json(run: Command, web_page: str) -> None:
    expect_error(run(f"--target={web_page}"), "text/html", "--target")


def test_no_such_job(run: Command, serve: Callable[..., Any]) -> None:
    with serve() as served:
        expect_error(run(*served.arguments, "--name=absent"), "404", "--name")


def test_self_signed_certificate(run: Command, serve: Callable[..., Any], tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    for name, blob in (("chain", certificate.cert_chain_pems[0]), ("key", certificate.private_key_pem)):
        blob.write_to_path(str(tmp_path / name))
    authority.cert_pem.write_to_path(str(tmp_path / "ca"))
    with serve(certificate_file=tmp_path / "chain", key_file=tmp_path / "key") as served:
        expect_error(run(*served.arguments), "not trusted", "--ca-file")
        for trusting in (f"--ca-file={tmp_path / 'ca'}", "--insecure"):
            finished = run(*served.arguments, trusting, "--", "-k", "labels")
            assert finished.outcomes["replaceable.labels"] == "passed", finished.output
        assert served_jobs(served, tmp_path / "ca") == []


def served_jobs(served: Any, authority: Path) -> list[Any]:
    items: list[Any] = served.send("GET", verify=str(authority)).json()["items"]
    return items


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_leaves_nothing(serve: Callable[..., Any], tmp_path: Path, number: signal.Signals) -> None:
    with serve() as served:
        with begun(*served.arguments, directory=tmp_path) as process:
            wait_for(
                lambda: any("contract-" in key for job in served.jobs() for key in job["metadata"].get("labels", {}))
            )
            os.kill(process.pid, number)
            output, _ = process.communicate(timeout=60)
        assert process.returncode == 2, output
        assert served.jobs() == []
    finished = Finished(2, output, tmp_path / "reports")
    assert finished.report["exitStatus"] == 2


def test_outage_in_the_middle_is_an_error(serve: Callable[..., Any], tmp_path: Path) -> None:
    with ExitStack() as stack:
        with serve() as served:
            process = stack.enter_context(begun(*served.arguments, directory=tmp_path))
            wait_for(lambda: any(job["metadata"]["generation"] > 20 for job in served.jobs()))
        output, _ = process.communicate(timeout=200)
    finished = Finished(process.returncode, output, tmp_path / "reports")
    assert finished.status == 3, output
    assert "failed" not in finished.outcomes.values(), output
    assert "the target does not answer any more" in output
    assert finished.outcomes["replaceable.labels"] == "error"
    judged = {case["outcome"] for row in finished.report["requirements"] for case in row["cases"]}
    assert "passed" in judged, "what was judged before the outage is kept"


def wait_for(condition: Callable[[], bool], limit: float = 60) -> None:
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--target=ftp://x"], "--target"),
        (["--target=http://user:pass@x"], "--token-file"),
        (["--examples=0"], "--examples"),
        (["--profile=strict"], "--profile"),
        (["--tokn=x"], "--tokn"),
        (["--controller=1", "--target=http://127.0.0.1:9"], "--controller"),
    ],
)
def test_usage(run: Command, arguments: list[str], word: str) -> None:
    finished = run(*arguments)
    assert finished.status == 4, finished.output
    assert word in finished.output
    assert "Traceback" not in finished.output


def test_nothing_selected_is_no_success(run: Command) -> None:
    finished = run("--", "-k", "no_such_case")
    assert finished.status == 3, finished.output


def test_time_budget_says_what_it_cut(run: Command) -> None:
    finished = run("--time-budget=3")
    assert finished.status == 0, finished.output
    assert finished.report["verdict"] == "partial"
    assert finished.report["durationSeconds"] < 20
    assert "--time-budget" in finished.output
    assert finished.outcomes["concurrency.one-winner"] in ("passed", "skipped")
    assert "skipped" in finished.outcomes.values()


def test_the_faults_are_listed(run: Command) -> None:
    finished = run("--list-faults")
    assert finished.status == 0
    rows = dict(line.split(maxsplit=1) for line in finished.output.splitlines())
    assert len(rows) > 400
    assert rows["pretty-loses-labels"].startswith("Breaks: ")
    assert not finished.directory.exists()
