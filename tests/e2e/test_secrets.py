"""Nothing secret is written anywhere, whatever fails and however much is asked to be told."""

from __future__ import annotations

import base64
import html
import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import trustme
import yaml

from contracts.reference import Request, Response, conformant
from contracts.spec.contract import load_contract
from tests.faults import faulty

from .conftest import CLEAN, Served, command_line

TOKEN = "canary-Full-q8Zr3Lw0Yt6Vb1Nx"
DENIED = "canary-Denied-p7Ks2Hd9Gf4Jm5Qc"
PULL_SECRET = "canary-pull-secret-w3e8r"
COOKIE = "canary-Cookie-u2i7o1a6"
PROXY = "canary:Proxy/s5d4f0"
CANARIES = (TOKEN, DENIED, PULL_SECRET, COOKIE, PROXY, quote(PROXY, safe=""))
LOUD = ("--", "-vv", "-s", "--tb=long", "--showlocals", "-rA", "--log-cli-level=DEBUG", "--full-trace")


@dataclass(frozen=True)
class Told:
    """Everything that a run has told: its output, and each file that it wrote."""

    status: int
    output: str
    files: dict[Path, bytes]

    def expect_no_canary(self, *more: str) -> None:
        for place, data in ({Path("output"): self.output.encode()} | self.files).items():
            small = data.lower()
            for canary in (*CANARIES, *more):
                for spelling in spellings(canary):
                    found = small.find(spelling.lower().encode())
                    assert found < 0, (place, spelling, data[max(0, found - 200) : found + 100])


def spellings(canary: str) -> set[str]:
    # what the cases send as "its first half" is a token that gives half of it away
    half = canary[: max(10, len(canary) // 2)]
    written = {half, json.dumps(half)[1:-1], quote(half, safe=""), html.escape(half)}
    for text in (canary, canary.swapcase()):
        coded = base64.b64encode(text.encode()).decode().rstrip("=")
        written |= {coded, coded.replace("+", "-").replace("/", "_"), text.replace("-", "\\055")}
    return written


@pytest.fixture
def tell(tmp_path: Path) -> Callable[..., Told]:
    """Make a run whose state and cache are its own, and read all that it wrote."""

    def run(*arguments: str, environment: dict[str, str] | None = None) -> Told:
        home = tmp_path / "home"
        environment = {
            **CLEAN,
            "HOME": str(home),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CACHE_HOME": str(home / "cache"),
            **(environment or {}),
        }
        home.mkdir(exist_ok=True)
        done = subprocess.run(
            command_line(*arguments, directory=home / "reports"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=240,
            cwd=home,
            env=environment,
            check=False,
        )
        files = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
        return Told(done.returncode, done.stdout, files)

    return run


@pytest.fixture
def canaries(serve: Callable[..., Any]) -> Callable[..., Any]:
    """A reference endpoint with canaries for tokens, and a job that names a secret one."""

    @contextmanager
    def served(behaviour: Any = None, **options: Any) -> Iterator[tuple[Served, str]]:
        with serve(behaviour, token=TOKEN, denied_token=DENIED, **options) as endpoint:
            yield endpoint, adoptable(endpoint)

    return served


def adoptable(served: Served, **more: Any) -> str:
    text = json.dumps(load_contract().example_request).replace("imagepull-secret", PULL_SECRET)
    assert PULL_SECRET in text
    example = json.loads(text)
    metadata = {"name": "canary-job", "labels": {"owner": "somebody"}}
    answer = served.send("POST", json={**example, "metadata": metadata, "status": None}, **more)
    assert answer.status_code == 201, answer.text
    return "canary-job"


def telltale(resource: Any, options: Any) -> Any:
    """A target that sets a cookie, echoes what it was sent in every refusal, and lets pull secrets change."""
    steps = faulty("pull-secrets-replaceable")(resource, options)

    def answer(request: Request, response: Response) -> Response:
        echoed = request.headers.get("authorization", "")
        headers = {**response.headers, "set-cookie": f"sid={COOKIE}; Path=/", "x-echo": echoed.replace("Bearer ", "")}
        headers["authorization"] = echoed
        if response.status < 400 or not isinstance(response.value, dict):
            return replace(response, headers=headers)
        coded = base64.b64encode(echoed.removeprefix("Bearer ").encode()).decode()
        said = f"no: {echoed} / {echoed.swapcase()} / {coded} / {request.headers.get('cookie')} / <{quote(echoed)}>"
        value = {**response.value, "message": said, "reason": echoed, "code": "wrong"}
        return replace(response, value=value, headers=headers)

    return replace(steps, answer=answer)


@pytest.mark.parametrize("adopting", [False, True], ids=["created", "adopted"])
def test_target_that_echoes(canaries: Callable[..., Any], tell: Callable[..., Told], adopting: bool) -> None:
    with canaries(telltale) as (served, name):
        told = tell(*served.arguments, *([f"--name={name}", "--yes"] if adopting else []), *LOUD, "-k", "not generated")
    assert told.status == 1, told.output[-3000:]
    assert "$TOKEN" in told.output
    if adopting:
        assert "$IMAGE_PULL_SECRET" in told.output
        lines = [line for line in told.output.splitlines() if "reproduce:" in line and "IMAGE_PULL_SECRET" in line]
        assert lines
        assert all("""'"$IMAGE_PULL_SECRET""" in line for line in lines)
    assert any(b"$COOKIE" in data for data in told.files.values())
    told.expect_no_canary()


def test_refused_credential(canaries: Callable[..., Any], tell: Callable[..., Told], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    with canaries(telltale) as (served, _):
        wrong.write_text(TOKEN[:-1])
        told = tell(*served.arguments, f"--token-file={wrong}", *LOUD)
    assert told.status == 3
    assert "401" in told.output
    told.expect_no_canary()


def test_target_down(tell: Callable[..., Told], tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    told = tell("--target=http://127.0.0.1:9", f"--token-file={tmp_path / 'token'}", *LOUD)
    assert told.status == 3
    told.expect_no_canary()


def test_tls_failure(canaries: Callable[..., Any], tell: Callable[..., Told], tmp_path: Path) -> None:
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


@pytest.mark.parametrize("where", ["pytest_runtest_call", "pytest_runtest_setup", "pytest_runtestloop"])
def test_failure_of_our_own(
    canaries: Callable[..., Any], tell: Callable[..., Told], tmp_path: Path, where: str
) -> None:
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


def pythonpath(*more: Path) -> str:
    return ":".join([*map(str, more), str(Path(__file__).resolve().parents[2])])


def test_proxy(tell: Callable[..., Told], tmp_path: Path) -> None:
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


def kubeconfig(path: Path, server: str, user: dict[str, Any], **cluster: Any) -> str:
    named: dict[str, Any] = {
        "clusters": [{"name": "c", "cluster": {"server": server, **cluster}}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u", "namespace": "default"}}],
    }
    path.write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "Config", "current-context": "x", **named}))
    return f"--kubeconfig={path}"


def plugin(path: Path, body: str) -> dict[str, Any]:
    """A user with an exec plugin that is told canaries in its arguments and environment."""
    path.write_text(f"import json, os, sys\ncanary = {TOKEN!r}\n{body}\n")
    called = {"command": sys.executable, "args": [str(path), DENIED], "env": [{"name": "SAID", "value": COOKIE}]}
    return {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never", **called}}


ANSWER = "print(json.dumps({'apiVersion': %s, 'kind': 'ExecCredential', 'status': {'token': canary}}))"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("sys.exit(f'{canary} {sys.argv} {os.environ[\"SAID\"]}')", 3),
        ("print('not', canary)", 3),
        (ANSWER % "canary", 3),
        (ANSWER % "'client.authentication.k8s.io/v1'", 1),
    ],
    ids=["fails", "no-json", "odd-version", "works"],
)
def test_plugin_of_a_kubeconfig(
    canaries: Callable[..., Any], tell: Callable[..., Told], tmp_path: Path, body: str, status: int
) -> None:
    with canaries(telltale) as (served, _):
        given = kubeconfig(tmp_path / "config", served.endpoint.url, plugin(tmp_path / "plugin.py", body))
        told = tell(
            given,
            f"--namespace={served.endpoint.options.namespace}",
            "--har=run.har",
            *LOUD,
            "-k",
            "labels or credential",
        )
    assert told.status == status, told.output[-3000:]
    told.expect_no_canary()


@pytest.mark.parametrize("kind", ["token", "password", "key", "no-base64", "no-yaml", "proxy"])
def test_data_of_a_kubeconfig(
    canaries: Callable[..., Any], tell: Callable[..., Told], tmp_path: Path, kind: str
) -> None:
    coded = base64.b64encode(f"-----BEGIN PRIVATE KEY-----\n{TOKEN}\n".encode()).decode()
    certified = {"client-certificate-data": coded, "client-key-data": coded if kind == "key" else f"!{TOKEN}"}
    user: dict[str, Any] = {"key": certified, "no-base64": certified, "password": {"username": "u", "password": TOKEN}}
    cluster = {"proxy-url": f"http://u:{quote(PROXY, safe='')}@127.0.0.1:9"} if kind == "proxy" else {}
    with canaries(telltale) as (served, _):
        url = served.endpoint.url if kind in ("token", "password") else "https://127.0.0.1:9"
        given = kubeconfig(tmp_path / "config", url, user.get(kind, {"token": TOKEN}), **cluster)
        if kind == "no-yaml":
            (tmp_path / "config").write_text(f"users:\n- user: {{token: {TOKEN}\n bad: [")
        told = tell(
            given,
            f"--namespace={served.endpoint.options.namespace}",
            "--har=run.har",
            *LOUD,
            "-k",
            "labels or credential",
        )
    assert told.status == (1 if kind == "token" else 3), told.output[-3000:]
    told.expect_no_canary()


def test_signing_keys(canaries: Callable[..., Any], tell: Callable[..., Told], tmp_path: Path) -> None:
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


def test_user_information_in_the_url(tell: Callable[..., Told]) -> None:
    told = tell(f"--target=http://me:{TOKEN}@127.0.0.1:9", *LOUD)
    assert told.status == 4
    told.expect_no_canary()


@pytest.mark.parametrize("command", [True, False], ids=["command", "pytest"])
def test_leak_is_withheld(canaries: Callable[..., Any], tmp_path: Path, command: bool) -> None:
    """A plugin that writes the token into files of the report directory, in three spellings."""
    home, reports = tmp_path, tmp_path / "reports"
    (tmp_path / "leak.py").write_text(
        "import base64, json, pathlib\n"
        "def pytest_sessionfinish():\n"
        f"    directory, token = pathlib.Path({str(reports)!r}), {TOKEN!r}\n"
        "    directory.mkdir(exist_ok=True)\n"
        "    (directory / 'plain.txt').write_text('it is ' + token)\n"
        "    (directory / 'deep').mkdir()\n"
        "    (directory / 'deep' / 'coded.json').write_text(json.dumps(base64.b64encode(token.encode()).decode()))\n"
        "    (directory / 'innocent.txt').write_text('nothing')\n"
    )
    environment = {**CLEAN, "PYTHONPATH": pythonpath(home), "XDG_STATE_HOME": str(home / "state")}
    with canaries() as (served, _):
        if command:
            line = command_line(*served.arguments, "--", "-p", "leak", "-k", "labels", directory=reports)
        else:
            cases = Path(__file__).resolve().parents[1] / "contract"
            line = [sys.executable, "-m", "pytest", "-p", "leak", "-k", "labels", *served.arguments]
            line += [
                f"--report-dir={reports}",
                f"--rootdir={cases.parents[1]}",
                "-c",
                str(cases.parents[1] / "pyproject.toml"),
            ]
            line += [str(cases)]
        done = subprocess.run(line, capture_output=True, text=True, timeout=120, cwd=home, env=environment, check=False)
    assert done.returncode == 3, done.stdout + done.stderr
    lines = [line for line in done.stderr.splitlines() if "withheld" in line]
    assert len(lines) == 2, done.stderr
    assert any("plain.txt" in line for line in lines)
    assert any("coded.json" in line for line in lines)
    assert (reports / "innocent.txt").read_text() == "nothing"
    assert "withheld" in (reports / "plain.txt").read_text()
    assert json.loads((reports / "conformance.json").read_text())["verdict"]
    assert TOKEN not in done.stdout + done.stderr
    for file in reports.rglob("*"):
        assert file.is_dir() or TOKEN.encode() not in file.read_bytes()


def test_conformant_endpoint_keeps_its_report(canaries: Callable[..., Any], tell: Callable[..., Told]) -> None:
    with canaries(conformant) as (served, name):
        told = tell(*served.arguments, f"--name={name}", "--yes", "--", "-k", "immutable or status")
    assert told.status == 0, told.output
    assert "withheld" not in told.output
    told.expect_no_canary()


def test_credentials_among_the_reports_stay_as_they_are(canaries: Callable[..., Any], tmp_path: Path) -> None:
    """Token files that lie in the report directory, one put there a moment before, one written anew meanwhile."""
    reports = tmp_path / "reports"
    reports.mkdir()
    (tmp_path / "rotate.py").write_text(
        "import pathlib\n"
        "def pytest_runtest_teardown():\n"
        f"    pathlib.Path({str(reports / 'token')!r}).write_text({TOKEN + chr(10)!r})\n"
    )
    environment = {**CLEAN, "PYTHONPATH": pythonpath(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    with canaries(conformant) as (served, _):
        for name, secret in (("token", TOKEN), ("denied", DENIED)):
            (reports / name).write_text(secret)
        given = [one for one in served.arguments if "token" not in one]
        files = [f"--token-file={reports / 'token'}", f"--denied-token-file={reports / 'denied'}"]
        line = command_line(*given, *files, "--", "-p", "rotate", "-k", "labels or denied", directory=reports)
        done = subprocess.run(
            line, capture_output=True, text=True, timeout=120, cwd=tmp_path, env=environment, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "withheld" not in done.stderr
    assert (reports / "token").read_text() == TOKEN + "\n"
    assert (reports / "denied").read_text() == DENIED
