"""Nothing secret is written anywhere, whatever fails and however much is asked to be told."""

from __future__ import annotations

import http.server
import json
import threading
from pathlib import Path
from urllib.parse import quote

import pytest
import trustme

from ..command import pythonpath
from .canaries import DENIED, LOUD, PROXY, PULL_SECRET, TOKEN, Tell, telltale
from .conftest import Canaries


@pytest.mark.parametrize("adopting", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["created", "adopted"])
def test_target_that_echoes(canaries: Canaries, tell: Tell, adopting: bool) -> None:
    with canaries(telltale) as (served, name):
        told = tell(
            *served.arguments,
            *([f"--name={name}", "--yes"] if adopting else []),
            *LOUD,
            "-k",
            "labels or credential or replica-specs and not retry and not pretty and not mixed",
        )
    # what the target stores of an adopted job's secrets cannot be undone, which ends the run
    assert told.status == (3 if adopting else 1), told.output[-3000:]
    assert any(b"$TOKEN" in data for data in told.files.values())
    scripts = [data for path, data in told.files.items() if path.parent.name == "reproduce"]
    assert scripts
    assert all((b"$IMAGE_PULL_SECRET" in data) == (b': "${IMAGE_PULL_SECRET:?' in data) for data in scripts)
    if adopting:
        assert any(b"$IMAGE_PULL_SECRET" in data for data in told.files.values())
        # `restore` needs the job as it was, so that its journal holds the secret's name, which is said
        [journal] = [path for path in told.files if path.name.endswith(".journal.json")]
        assert f"{journal}: holds a credential" in told.output
        del told.files[journal]
    assert any(b"$COOKIE" in data for data in told.files.values())
    told.expect_no_canary()


def test_refused_credential(canaries: Canaries, tell: Tell, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    with canaries(telltale) as (served, _):
        wrong.write_text(TOKEN[:-1])
        told = tell(*served.arguments, f"--token-file={wrong}", *LOUD)
    assert told.status == 3
    assert "401" in told.output
    told.expect_no_canary()


def test_target_down(tell: Tell, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    told = tell("--target=http://127.0.0.1:9", f"--token-file={tmp_path / 'token'}", *LOUD)
    assert told.status == 3
    told.expect_no_canary()


def test_tls_failure(canaries: Canaries, tell: Tell, tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    for name, blob in (("chain", certificate.cert_chain_pems[0]), ("key", certificate.private_key_pem)):
        blob.write_to_path(str(tmp_path / name))
    authority.cert_pem.write_to_path(str(tmp_path / "ca"))
    options = {"certificate_file": tmp_path / "chain", "key_file": tmp_path / "key"}
    endpoint = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca"))
        with canaries(**options) as (endpoint, _):
            told = tell(*endpoint.arguments, *LOUD)
    assert told.status == 3
    assert "not trusted" in told.output
    told.expect_no_canary()


ELSEWHERE = [pytest.param(hook, marks=pytest.mark.slow) for hook in ("pytest_runtest_setup", "pytest_runtestloop")]


@pytest.mark.parametrize("where", ["pytest_runtest_call", *ELSEWHERE])
def test_failure_of_our_own(canaries: Canaries, tell: Tell, tmp_path: Path, where: str) -> None:
    """A failure that has the token in its message and in its locals, in a case and within pytest itself."""
    (tmp_path / "broken.py").write_text(
        "import pytest\n@pytest.hookimpl(trylast=True)\n"
        f"def {where}({'session' if 'loop' in where else 'item'}):\n"
        f"    canary = {TOKEN!r}\n    print('printed', canary)\n    raise KeyError('broken', canary)\n"
        if "loop" not in where
        else "import pytest\n@pytest.hookimpl(tryfirst=True)\ndef pytest_collection_finish(session):\n"
        f"    canary = {TOKEN!r}\n    raise KeyError('broken', canary)\n"
    )
    with canaries() as (served, _):
        loud = [one for one in LOUD if one != "-s"]
        told = tell(
            *served.arguments, *loud, "-p", "broken", "-k", "labels", environment={"PYTHONPATH": pythonpath(tmp_path)}
        )
    assert told.status == 3, told.output[-3000:]
    assert "broken" in told.output
    told.expect_no_canary()


@pytest.mark.slow
def test_proxy(tell: Tell, tmp_path: Path) -> None:
    """A proxy that echoes the credential it was given, and a target behind it that nobody can reach."""
    (tmp_path / "token").write_text(TOKEN)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"message": f"you said {dict(self.headers)}"}).encode()
            self.send_response(403)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_CONNECT(self) -> None:
            self.send_error(407, f"denied {self.headers.get('Proxy-Authorization')}")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://me:{quote(PROXY, safe='')}@127.0.0.1:{server.server_port}"
        environment = {"HTTP_PROXY": url, "http_proxy": url, "HTTPS_PROXY": url, "https_proxy": url}
        environment |= {"NO_PROXY": "", "no_proxy": ""}
        for scheme in ("http", "https"):
            token = f"--token-file={tmp_path / 'token'}"
            told = tell(f"--target={scheme}://contract.invalid", token, *LOUD, environment=environment)
            assert told.status == 3, told.output
            told.expect_no_canary()
        server.shutdown()


def test_signing_keys(canaries: Canaries, tell: Tell, tmp_path: Path) -> None:
    """Keys in variables and in a file, shown to a target that echoes the signature it does not accept."""
    keys = tmp_path / "keys"
    keys.write_text(f"{TOKEN}\n{DENIED}\n")
    variables = {"ACCESS_KEY": TOKEN, "SECRET_KEY": DENIED, "SECURITY_TOKEN": PULL_SECRET}
    environment = {f"PYTORCHJOB_CONTRACT_{name}": value for name, value in variables.items()}
    with canaries(telltale) as (served, _):
        given = f"--target={served.endpoint.url}", f"--namespace={served.endpoint.options.namespace}", "--har=run.har"
        for arguments, told_by in (((), environment), ((f"--access-key-file={keys}",), {})):
            told = tell(*given, *arguments, *LOUD, "-k", "labels or credential", environment=told_by)
            assert told.status == 3, told.output[-3000:]
            assert "401" in told.output
            told.expect_no_canary()


def test_user_information_in_the_url(tell: Tell) -> None:
    told = tell(f"--target=http://me:{TOKEN}@127.0.0.1:9", *LOUD)
    assert told.status == 4
    told.expect_no_canary()
