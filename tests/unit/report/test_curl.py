"""The reproduce line: run through a real shell it sends what was sent, and it holds no secret."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contracts.report.curl import LONGEST_BODY, curl

PATH = "/apis/kubeflow.org/v1/namespaces/team-a/pytorchjobs/suite-1?pretty=true"
SENT = {
    "Host": "jobs.example",
    "User-Agent": "suite/1",
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "Connection": "keep-alive",
    "Content-Length": "2",
    "Content-Type": "application/json",
    "Authorization": "Bearer s3cret",
    "Cookie": "session=s3cret",
    "X-Auth-Token": "s3cret",
    "Proxy-Authorization": "Basic s3cret",
}


class Recorder(HTTPServer):
    """A loopback server that keeps the last request."""

    method = ""
    path = ""
    headers: dict[str, str] = {}  # noqa: RUF012
    body = b""


class Handler(BaseHTTPRequestHandler):
    def keep(self) -> None:
        assert isinstance(self.server, Recorder)
        self.server.method, self.server.path = self.command, self.path
        self.server.headers = dict(self.headers.items())
        self.server.body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_PUT = do_GET = do_POST = do_HEAD = do_DELETE = keep  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def recorder() -> Iterator[Recorder]:
    with Recorder(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def server() -> Iterator[Recorder]:
    with recorder() as running:
        yield running


def base(server: Recorder) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def run(line: str, directory: Path) -> str:
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(directory),
        "CURL_HOME": str(directory),
        "NO_PROXY": "*",
        "TOKEN": "t0ken",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        ["sh", "-c", line], env=environment, cwd=directory, capture_output=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


needs_curl = pytest.mark.skipif(
    shutil.which("curl") is None or shutil.which("sh") is None, reason="no curl or no sh on this machine"
)


@needs_curl
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.none() | st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
@example(body=b"")
@example(body=b"@/etc/hostname")
@example(body=b"it's 'quoted' \"$TOKEN\" `id` $(id) \\ %s !")
@example(body=b'{\n  "a": "\\n\\u00e9"\n}\n')
@example(body='{"a": "né 不"}'.encode())
@example(body=b"\x00\xff\x001%d\\0")
@example(body=b"-n")
@example(body=b"-\x00")
def test_the_line_sends_the_same_body(server: Recorder, tmp_path: Path, body: bytes | None) -> None:
    line = curl("PUT", base(server) + PATH, {"Content-Type": "application/json"}, body, None)
    assert "\n" not in line
    assert run(line, tmp_path).startswith("HTTP/1.0 200")
    assert (server.method, server.path, server.body) == ("PUT", PATH, body or b"")


@needs_curl
def test_the_line_sends_the_same_headers_and_the_readers_own_credential(server: Recorder, tmp_path: Path) -> None:
    run(curl("PUT", base(server) + PATH, SENT, b"{}", "authorization"), tmp_path)
    assert server.headers == {
        "Host": f"127.0.0.1:{server.server_port}",
        "User-Agent": "suite/1",
        "Accept": "application/json",
        "Content-Type": "application/json",
        "Authorization": "Bearer t0ken",
        "Content-Length": "2",
    }


@needs_curl
def test_headers_that_were_not_sent_are_not_added_by_curl(server: Recorder, tmp_path: Path) -> None:
    run(curl("POST", base(server) + "/x", {}, b"{}", None), tmp_path)
    assert set(server.headers) == {"Host", "Content-Length"}


@needs_curl
def test_an_empty_header_arrives_empty(server: Recorder, tmp_path: Path) -> None:
    run(curl("GET", base(server) + "/x", {"Authorization": "", "X-Empty": ""}, None, "Authorization"), tmp_path)
    assert server.headers["X-Empty"] == ""
    assert server.headers["Authorization"] == ""


@needs_curl
@pytest.mark.parametrize("path", ["/a/../b/./c", "/a[1]{2}?x={y}", "/it's?a=$HOME&b=`id`", "/..%2fa"])
def test_the_line_asks_for_the_same_path(server: Recorder, tmp_path: Path, path: str) -> None:
    run(curl("GET", base(server) + path, {}, None, None), tmp_path)
    assert server.path == path


@needs_curl
@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_methods_without_a_body(server: Recorder, tmp_path: Path, method: str) -> None:
    run(curl(method, base(server) + "/x", {}, None, None), tmp_path)
    assert server.method == method


@needs_curl
def test_a_long_body_comes_from_the_file_that_the_caller_names(server: Recorder, tmp_path: Path) -> None:
    body = b"\n" * (LONGEST_BODY + 1)
    (tmp_path / "its body.bin").write_bytes(body)
    line = curl("PUT", base(server) + "/x", {}, body, None, body_file="its body.bin")
    assert "--data-binary '@its body.bin'" in line
    run(line, tmp_path)
    assert server.body == body


def test_a_body_of_just_the_limit_is_in_the_line() -> None:
    assert "--data-raw" in curl("PUT", "http://localhost/", {}, b"x" * LONGEST_BODY, None)


def test_the_line_as_a_reader_sees_it() -> None:
    line = curl(
        "PUT",
        "https://jobs.example/x",
        {"User-Agent": "suite/1", "Accept": "*/*", "Content-Type": "application/json", "X-Auth-Token": "s"},
        b'{"a":1}',
        "X-Auth-Token",
        options=("--cacert", "my ca.pem"),
    )
    assert line == (
        "curl -sS -i --cacert 'my ca.pem' -X PUT -H 'User-Agent: suite/1' -H 'Accept: */*'"
        " -H 'Content-Type: application/json' -H \"X-Auth-Token: $TOKEN\""
        " --data-raw '{\"a\":1}' https://jobs.example/x"
    )


@pytest.mark.parametrize("credential_header", [None, "Authorization", "X-Auth-Token", "cookie"])
def test_no_line_holds_a_secret(credential_header: str | None) -> None:
    url = "https://user:s3cret@jobs.example/x?access_token=s3cret&pretty=true"
    line = curl("PUT", url, SENT, b"{}", credential_header)
    assert "s3cret" not in line
    assert "https://jobs.example/x?access_token=REDACTED&pretty=true" in line
    assert ("$TOKEN" in line) is (credential_header is not None)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Bearer s3cret", '"Authorization: Bearer $TOKEN"'),
        ("Basic s3cret", '"Authorization: Basic $TOKEN"'),
        ("s3cret s3cret", '"Authorization: $TOKEN"'),
        ("Bearers3cret", '"Authorization: $TOKEN"'),
        ("Bearer ", "'Authorization: Bearer'"),
    ],
)
def test_only_a_known_scheme_is_kept_of_a_credential(value: str, shown: str) -> None:
    line = curl("GET", "http://localhost/", {"Authorization": value}, None, "Authorization")
    assert f"-H {shown} " in line


def test_a_header_that_would_break_the_line_is_left_out() -> None:
    line = curl("GET", "http://localhost/", {"X-Bad": "a\r\nX-More: b"}, None, None)
    assert "X-Bad" not in line
