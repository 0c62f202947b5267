"""What is no fault of the target: exit status 3 and one line that names the option; and runs that end early."""

from __future__ import annotations

import http.server
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import trustme

from contracts.cli import main, requirements

from .command import CLEAN, LIMIT, Command, Finished, command_line, expect_error, started
from .endpoint import Serve


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


def test_target_down(run: Command, tmp_path: Path) -> None:
    expect_error(run("--target=http://127.0.0.1:9"), "Connection refused", "--target", kind="unreachable")


def test_wrong_token(run: Command, serve: Serve, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong-secret")
    with serve() as served:
        finished = run(*served.arguments, f"--token-file={wrong}")
    expect_error(finished, "401", "--token-file", kind="credential")
    assert "wrong-secret" not in finished.output


def test_what_is_no_credential_that_may_not_replace(run: Command, serve: Serve, tmp_path: Path) -> None:
    """One that is not valid, and the one that may: nothing could be said of 403, and nothing is the target's."""
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong-secret")
    with serve() as served:
        unknown = run(*served.arguments, f"--denied-token-file={wrong}")
        same = run(*served.arguments, f"--denied-token-file={served.token_file}")
        assert served.jobs() == []
    expect_error(unknown, "is not valid", "401", "--denied-token-file", kind="credential")
    expect_error(same, "may replace the object", "--denied-token-file", kind="credential")
    assert "wrong-secret" not in unknown.output


def test_wrong_urls_name_the_target(run: Command, serve: Serve) -> None:
    with serve() as served:
        below = run(*served.arguments, f"--target={served.endpoint.url}/apis/kubeflow.org/v1")
        path = run(*served.arguments, f"--target={served.endpoint.url}/mistyped")
        tls = run(*served.arguments, f"--target={served.endpoint.url.replace('http:', 'https:')}")
    assert below.status == 4
    assert "--target: expected the URL without /apis/kubeflow.org/v1" in below.output
    assert path.status == tls.status == 3
    assert "404" in path.output
    assert "--target" in path.output
    assert "speaks no TLS; give its URL with http:// (--target)" in tls.output


@pytest.mark.parametrize(
    "option", ["token-file", "denied-token-file", "ca-file", "kubeconfig", "object", "waivers", "baseline"]
)
def test_a_file_of_an_option_that_is_not_there_is_wrong_usage(run: Command, option: str) -> None:
    done = run("--target=http://127.0.0.1:9", f"--{option}=/nowhere")
    assert done.status == 4, done.output
    assert done.output.strip() == f"pytorchjob-contract: --{option}: there is no file /nowhere"


@pytest.mark.parametrize(
    ("command", "meant"),
    [
        (("run", "--taget=x"), "--target"),
        (("report", "compare", "a", "b", "--formatt=json"), "--format"),
        (("restore", "--lst"), "--list"),
        (("run", "--token=s3cret"), "--token-file"),
    ],
)
def test_a_mistyped_option_is_answered_with_the_one_that_was_meant(
    command: tuple[str, ...], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(command) == 4
    option = next(word for word in command if word.startswith("--")).partition("=")[0]
    program = f"pytorchjob-contract {' '.join(word for word in command[:2] if word.isalpha())}"
    said = f"{program}: there is no option {option}; did you mean {meant}? (see {program} --help)\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("run", "--xyzzy", "a"), "run: there is no option --xyzzy; unexpected argument 'a' (see"),
        (("run", "--target"), "run: argument --target: expected one argument (see"),
        (("rnu",), ": argument COMMAND: invalid choice: 'rnu' (choose from"),
    ],
)
def test_wrong_usage_is_told_in_one_line(
    command: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(command) == 4
    [line] = capsys.readouterr().err.splitlines()
    assert said in line
    assert line.endswith("--help)")


def test_page_instead_of_json(run: Command, web_page: str) -> None:
    expect_error(run(f"--target={web_page}"), "text/html", "--target")


def test_no_such_job(run: Command, serve: Serve) -> None:
    with serve() as served:
        expect_error(run(*served.arguments, "--name=absent"), "404", "--name")


def test_self_signed_certificate(run: Command, serve: Serve, tmp_path: Path) -> None:
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
        assert served.jobs(verify=str(tmp_path / "ca")) == []


@pytest.mark.slow
def test_outage_in_the_middle_is_an_error(serve: Serve, tmp_path: Path) -> None:
    with ExitStack() as stack:
        with serve() as served:
            line = (*served.arguments, "--", "-k", "replaceable or pretty")
            running = stack.enter_context(started(*line, directory=tmp_path))
            running.wait_until(served.at_work(generation=20))
        finished = running.end()
    assert finished.status == 3, finished.output
    assert "failed" not in finished.outcomes.values(), finished.output
    assert "the target does not answer any more" in finished.output
    assert "error" in finished.outcomes.values()
    judged = {case["outcome"] for row in finished.report["requirements"] for case in row["cases"]}
    assert "passed" in judged, "what was judged before the outage is kept"


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
    assert "--time-budget" in finished.output
    assert finished.outcomes["concurrency.one-winner"] in ("passed", "skipped")
    assert "skipped" in finished.outcomes.values()


@pytest.mark.parametrize("closed", [">&- 2>&-", "<&- >&- 2>&-", "2>&1 | true", ">/dev/full 2>&1"])
def test_nobody_reads(tmp_path: Path, closed: str) -> None:
    """The exit status is that of the verdict (0), or where the verdict cannot be written that of an error; never 1."""
    line = " ".join(command_line("--", "-k", "absent_object", directory=tmp_path / "reports"))
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line} {closed}"],
        env={**CLEAN, "XDG_STATE_HOME": str(tmp_path / "state")},
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == (3 if "full" in closed else 0)
    assert Finished(0, "", tmp_path / "reports").report["verdict"] == "partial"


def test_internal_error_is_one_line_and_no_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> int:
        raise RecursionError("canary-secret")

    monkeypatch.setattr(requirements, "contract_of", broken)
    assert main.main(["requirements"]) == 3
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "RecursionError" in said
    assert "canary-secret" not in said
