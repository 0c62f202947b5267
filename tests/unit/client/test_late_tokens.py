"""A token that is revoked before its file holds the next one, and a valid one that is refused."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from contracts.client.client import Client
from contracts.client.connection import Connection
from contracts.client.credentials import FileToken, Token
from contracts.client.errors import CredentialExpired
from contracts.client.repetition import MOST_VAIN_RENEWALS
from tests.unit.client.loopback import Clock, Seen, Serve, send_answer


class Rotated:
    """A target, and the file with its token, which is written so many seconds after another one is valid.

    `refused`: methods to which every token is a wrong one. `left`: how many more requests are answered so.
    """

    def __init__(self, serve: Serve, path: Path, clock: Clock) -> None:
        self.path, self.clock, self.valid = path, clock, "token-0"
        self.refused, self.left = "", 0
        self._due, self._sleep = float("inf"), clock.sleep
        path.write_text(self.valid)
        self.target = Client(Connection(serve(self._reply).url, credential=FileToken(path, "--token-file")))
        assert self.status("GET") == 200

    def _reply(self, handler: BaseHTTPRequestHandler, _: Seen) -> None:
        refused = handler.command == self.refused and self.left > 0
        self.left -= refused
        known = handler.headers["Authorization"] == f"Bearer {self.valid}"
        send_answer(handler, 200 if known and not refused else 401)

    def rotate(self, token: str, seconds: float = float("inf")) -> None:
        self.valid, self._due = token, self.clock.now + seconds

    def sleep(self, seconds: float) -> None:
        self._sleep(seconds)
        if self.clock.now >= self._due:
            self.path.write_text(self.valid)

    def status(self, method: str) -> int:
        return self.target.send(method, "/").response.status


@pytest.fixture
def rotated(serve: Serve, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Rotated:
    made = Rotated(serve, tmp_path / "token", clock)
    monkeypatch.setattr(clock, "sleep", made.sleep)
    return made


@pytest.mark.parametrize("method", ["PUT", "GET"])
@pytest.mark.parametrize("seconds", [3.0, 5.0])
def test_a_token_that_is_written_late_is_waited_for(rotated: Rotated, method: str, seconds: float) -> None:
    for number in range(1, 6):
        rotated.rotate(f"token-{number}", seconds)
        assert rotated.status(method) == 200
    assert rotated.target.failures == []


def test_a_token_that_comes_too_late_says_that_waiting_was_right(rotated: Rotated) -> None:
    for number in range(1, 4):
        rotated.rotate(f"late-{number}")
        for _ in range(MOST_VAIN_RENEWALS):
            with pytest.raises(CredentialExpired, match=r"has expired, or was withdrawn \(--token-file\)"):
                rotated.status("PUT")
        rotated.path.write_text(rotated.valid)
        assert rotated.status("PUT") == 200
        rotated.rotate(f"in-time-{number}", 3.0)
        assert rotated.status("PUT") == 200


def test_a_valid_token_that_is_refused_is_an_answer_and_waited_for_twice(rotated: Rotated) -> None:
    rotated.refused, rotated.left, took = "PUT", 99, []
    for _ in range(4):
        began = rotated.clock.now
        assert rotated.status("PUT") == 401
        took.append(rotated.clock.now - began)
    assert all(5 < seconds < 8 for seconds in took[:MOST_VAIN_RENEWALS])
    assert took[MOST_VAIN_RENEWALS:] == [0, 0]


@pytest.mark.parametrize("times", [1, 3])
def test_a_read_that_is_refused_now_and_then_is_told(rotated: Rotated, times: int) -> None:
    rotated.refused, rotated.left = "GET", times
    assert rotated.status("GET") == 200
    assert [one.response.status for one in rotated.target.failures] == [401]


def test_a_token_that_nobody_renews_has_expired_once_it_is_refused_for_long(clock: Clock, rotated: Rotated) -> None:
    fixed = Client(Connection(rotated.target.connection.url, credential=Token(rotated.valid)))
    assert fixed.send("GET", "/").response.status == 200
    rotated.rotate("another")
    for longest in (17, 1):  # what is known is not waited for again
        began = clock.now
        with pytest.raises(CredentialExpired):
            fixed.send("GET", "/")
        assert clock.now - began < longest


@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_a_token_that_comes_while_it_is_looked_whether_it_has_expired_is_used(rotated: Rotated, method: str) -> None:
    rotated.rotate("another", 12.0)
    assert rotated.status(method) == 200
    assert rotated.target.failures == []


@pytest.mark.parametrize("refused", ["/lamps/a", "/lamps"])
def test_a_path_that_alone_is_refused_is_an_answer(serve: Serve, clock: Clock, refused: str) -> None:
    answers: list[str] = []

    def reply(handler: BaseHTTPRequestHandler, _: Seen) -> None:
        send_answer(handler, 401 if len(answers) > 1 and handler.path == refused else 200)
        answers.append(handler.path)

    target = Client(Connection(serve(reply).url, credential=Token("valid")))
    assert [target.send("GET", path).response.status for path in ("/lamps", "/lamps/a")] == [200, 200]
    assert [target.send("PUT", path).response.status for path in ("/lamps/a", "/lamps")].count(401) == 1


@pytest.mark.parametrize(
    ("refused", "ends"), [(("/lamps/a", "/lamps"), True), (("/lamps/a",), False), (("/lamps",), False)]
)
def test_a_permission_that_is_withdrawn_ends_it_where_nothing_can_be_read(
    serve: Serve, clock: Clock, refused: tuple[str, ...], ends: bool
) -> None:
    answers: list[str] = []

    def reply(handler: BaseHTTPRequestHandler, _: Seen) -> None:
        send_answer(handler, 403 if answers and handler.path in refused else 200)
        answers.append(handler.path)

    target = Client(Connection(serve(reply).url, credential=Token("valid")))
    assert target.send("GET", "/lamps/a").response.status == 200
    assert target.send("PUT", "/lamps/a").response.status == (403 if "/lamps/a" in refused else 200)
    for longest in (17, 1) if ends else ():
        began = clock.now
        with pytest.raises(CredentialExpired, match="its permission was withdrawn"):
            target.send("GET", "/lamps/a")
        assert clock.now - began < longest
    if not ends:
        assert target.send("GET", "/lamps/a").response.status == (403 if "/lamps/a" in refused else 200)
