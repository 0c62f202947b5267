"""IAM as far as a run asks it: an HTTPS server that gives tokens for password and project, and knows whose they are."""

from __future__ import annotations

import json
import secrets
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from contracts.reference.checks import FULL_USER, READING_USER
from contracts.reference.http_request import Request
from contracts.reference.status_error import unauthorized

from ..tls import Tls

USER, VIEWER, DOMAIN, PROJECT = "somebody", "viewer", "an-account", "region-1"
PASSWORD, VIEWERS_PASSWORD = "Canary!Password+7Gx/q2", "Canary!Viewer+5Kd/w8"
# As long as the real ones may be; each begins otherwise, as random ones do.
LENGTH = 3000


@dataclass
class Iam:
    """Gives a token for so many `seconds`, by a clock that is wrong; `answers`: statuses given instead, once each."""

    url: str = ""
    seconds: float = 86400
    answers: list[int] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        """Status, headers and value of the answer to a request for a token."""
        self.asked.append(body)
        identity = body["auth"]["identity"]
        user = identity["password"]["user"]
        if self.answers:
            return self.answers.pop(0), {"Retry-After": "0"}, {"error": {"message": f"no: {user['password']}"}}
        known = {USER: (PASSWORD, FULL_USER), VIEWER: (VIEWERS_PASSWORD, READING_USER)}.get(user["name"])
        if path.partition("?")[0] != "/v3/auth/tokens" or identity["methods"] != ["password"]:
            return 404, {}, {"error": {"code": 404, "message": "no such API"}}
        domain, scope = user["domain"]["name"], body["auth"]["scope"]["project"]
        if not known or known[0] != user["password"] or domain != DOMAIN or scope != {"name": PROJECT}:
            said = f"The username or password is wrong: {user['name']}/{user['password']}."
            return 401, {}, {"error": {"code": 401, "message": said, "title": "Unauthorized"}}
        token = secrets.token_hex(LENGTH // 2)
        self.tokens[token] = known[1]
        issued = datetime.now(UTC) - timedelta(days=3)
        times = {"issued_at": issued, "expires_at": issued + timedelta(seconds=self.seconds)}
        shown = {name: when.strftime("%Y-%m-%dT%H:%M:%S.%fZ") for name, when in times.items()}
        return 201, {"X-Subject-Token": token}, {"token": {**shown, "methods": ["password"]}}

    def who(self, request: Request) -> str:
        """Whose token it is that a request to the target carries, as the target looks it up."""
        user = self.tokens.get(request.headers.get("x-auth-token", ""))
        if user is None or "authorization" in request.headers:
            raise unauthorized()
        return user

    def revoke(self) -> None:
        """Let no token be valid any more."""
        self.tokens.clear()


@contextmanager
def served(tls: Tls) -> Iterator[Iam]:
    """An IAM on a free port, over TLS."""
    iam = Iam()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            with iam.lock:
                iam.at_once += 1
                iam.most_at_once = max(iam.most_at_once, iam.at_once)
            length = int(self.headers["Content-Length"])
            status, headers, value = iam.answer(self.path, json.loads(self.rfile.read(length)))
            body = json.dumps(value).encode()
            self.send_response(status)
            for name, text in {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
                self.send_header(name, text)
            self.end_headers()
            with iam.lock:
                iam.at_once -= 1
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls.server)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        iam.url = f"https://127.0.0.1:{server.server_port}"
        yield iam
        server.shutdown()


def options(iam: Iam, **more: str) -> dict[str, str]:
    """What tells a client of the user who may."""
    return {"iam_url": iam.url, "iam_user": USER, "iam_domain": DOMAIN, "iam_project": PROJECT, **more}


VARIABLES = {
    "PYTORCHJOB_CONTRACT_IAM_PASSWORD": PASSWORD,
    "PYTORCHJOB_CONTRACT_DENIED_IAM_PASSWORD": VIEWERS_PASSWORD,
}
