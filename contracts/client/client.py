"""The HTTP client for one target: retries, rate limit, every attempt told to a watcher, secrets masked."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import requests
import urllib3.exceptions

from contracts.client import lockout, transport
from contracts.client.budget import Budget
from contracts.client.connection import Connection
from contracts.client.credentials import AUTHORIZATION, NONE, Credential, Outgoing
from contracts.client.errors import (
    CertificateRequired,
    CredentialExpired,
    TargetBusy,
    TargetError,
    TargetUnavailable,
    garbled,
)
from contracts.client.failure import meaning
from contracts.client.pace import LOCKOUT_DELAYS, RENEWAL_DELAYS, RateLimiter, delays
from contracts.client.repetition import MOST_VAIN_RENEWALS, Repetition, Repetitions
from contracts.client.reuse import ConnectionReuse
from contracts.client.sessions import Sessions
from contracts.jsonvalue.paths import Json, Path
from contracts.judge.model import NO_HTTP, USER_AGENT, Exchange, Response, Watch
from contracts.masking.masker import TOKEN, Masker, url_passwords

STORING: Final = ("POST", "PUT", "PATCH")


class Client(Budget):
    """A client for one target; safe to be used by several threads. `watch` is called with every attempt.

    `accepted_writes`: how many requests that store something were answered with 2xx. `certificates`: the
    SHA-256 fingerprints of those that an https target showed. `sessions`: its connections.
    `judged`: the method whose answers are judged. `uninterrupted`: within, the answer to a request that may change
    something is awaited.
    """

    def __init__(self, connection: Connection, secrets: Masker | None = None) -> None:
        super().__init__(connection.timeout)
        self.connection = connection
        self.authority = connection.credential
        self.secrets = secrets or Masker()
        self._hide(self.authority.secrets() | connection.secrets)
        with suppress(ValueError):  # the target's URL is none, which the first request will say
            for proxy in connection.proxies().values():
                self._hide(url_passwords(proxy))
        self.secrets.learn_url(connection.url)
        self.secrets.learn_environment(os.environ)
        # A client certificate alone is the credential: who has another one, or none, does not show it.
        self._certificate_is_credential = not self.authority.given
        self.reuse = ConnectionReuse()
        self.sessions = Sessions(connection)
        self.requests = 0
        self.accepted_writes = 0
        self.statuses: Counter[int] = Counter()
        self.watch: Watch | None = None
        self.judged = "PUT"
        self.unshown: Mapping[Path, Json] = {}
        self.uninterrupted: Callable[[], AbstractContextManager[None]] = nullcontext
        self._local = threading.local()
        self._numbers = count(1)
        self._repetitions = Repetitions()
        self._readable = ""
        self.certificates: frozenset[str] = frozenset()
        self._lock = threading.Lock()
        self._rate_limit = RateLimiter(connection.max_rps) if connection.max_rps else None
        connection.check_files()

    @property
    def failures(self) -> list[Exchange]:
        """What reads were answered with that were answered properly when they were repeated."""
        return self._repetitions.failures

    @property
    def public_url(self) -> str:
        """The target's URL without user and password."""
        parts = urlsplit(self.connection.url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))

    @property
    def has_credential(self) -> bool:
        """Whether requests carry any credential, be it a client certificate."""
        return self.authority.given or self.connection.client_cert is not None

    def observe_certificate(self, path: str) -> None:
        """Find out whether the client certificate alone opens `path`, where it was given beside a credential.

        If it does, it is not shown by requests with another credential or with none, which it would make valid.
        Raises `TargetUnavailable` or `TargetMisconfigured`.
        """
        if self.connection.client_cert and self.authority.given:
            self._certificate_is_credential = self.send("GET", path, credential=NONE).response.status != 401

    def send(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        credential: Credential | Mapping[str, str] | None = None,
    ) -> Exchange:
        """Send one request and read the whole answer.

        `path` goes out as it is spelled. `headers`: an empty one is not sent; with Transfer-Encoding the body goes in
        chunks. `credential`: another one than the connection's, or the headers that stand for one; an empty mapping
        sends none.
        A request that was answered with 401 is repeated when there is a newer credential by then; what else is, says
        `Repetition`. An answer that is no proper HTTP is one to a replacement, to be judged (`Response.defect`), and
        none to anything else. Raises `TargetUnavailable`, `TargetBusy`, `TargetMisconfigured`, `CredentialExpired`, or
        `OutOfTime` rather than be busy after `deadline`.
        """
        if credential is None:
            chosen, certified = self.authority, True
        else:
            chosen = credential if isinstance(credential, Credential) else Credential(credential)
            certified = not self._certificate_is_credential
        outgoing = replace(self._outgoing(method, path, query, headers), body=body, certified=certified)
        repetition = Repetition(self._repetitions, reading=method == "GET", renewable=chosen.renewable)
        repeated = False
        secrets: frozenset[str] = frozenset()
        while True:
            try:
                exchange = self._exchange(outgoing, chosen)
            except TargetUnavailable:
                if not self.waited(repetition.after_failure()):
                    raise
                continue
            exchange, repeated = replace(exchange, repeated=repeated), True
            answer = exchange.response
            secrets = secrets or chosen.secrets()
            suspected = lockout.is_suspected(exchange, path == self._readable)
            locked_out = suspected and credential is None and self._repetitions.reached
            if not self.waited(repetition.after(exchange, locked_out=locked_out and answer.status == 401)):
                break
        self._repetitions.note(repetition, answer, renewed=chosen.secrets() != secrets)
        if locked_out and self._is_renewed_since(secrets, outgoing, answer.status):
            return self.send(method, path, query=query, headers=headers, body=body)
        if repetition.put_off:
            raise TargetBusy(f"{method} {self.mask(outgoing.url)}: the target keeps answering {answer.status}")
        if method == "GET" and credential is None and answer.accepted:
            self._readable = path
        elif method != "GET" and answer.foreign and self._readable:
            with suppress(TargetUnavailable):
                self.send("GET", self._readable)  # so that who asks again does so after the outage
        return exchange

    def _is_renewed_since(self, secrets: frozenset[str], refused: Outgoing, status: int) -> bool:
        """Whether a newer credential has come while it was found out that the one refused can still read something.

        Raises `CredentialExpired` where it cannot, for long.
        """
        known = self._repetitions
        waits = iter((None,)) if known.expired else delays(LOCKOUT_DELAYS)

        def ask(path: str) -> int:
            return self._exchange(self._outgoing("GET", path), self.authority).response.status

        known.expired = bool(self._readable) and lockout.is_locked_out(status, ask, self._readable, waits, self.waited)
        if known.expired:
            where = f"{refused.method} {self.mask(refused.url)}"
            raise CredentialExpired(f"{where}: {lockout.TOLD[status]} ({self.authority.option})")
        return self.authority.secrets() != secrets

    def ask(self, path: str, seconds: float) -> Response | None:
        """The answer to one GET on which nothing depends; never repeated, and None when there is none in time."""
        with suppress(TargetError):
            _, answer = self._attempt(replace(self._outgoing("GET", path), seconds=seconds), self.authority)
            with self._lock:
                self.requests += 1
            return answer
        return None

    def _outgoing(self, method: str, path: str, query: str = "", headers: Mapping[str, str] | None = None) -> Outgoing:
        query = "&".join(filter(None, (query, self.connection.query)))
        url = self.connection.url.rstrip("/") + path + (f"?{query}" if query else "")
        own = {"Accept": "application/json", "User-Agent": USER_AGENT, **self.connection.headers, **(headers or {})}
        return Outgoing(method, url, {name: value for name, value in own.items() if value}, None)

    def _exchange(self, outgoing: Outgoing, credential: Credential) -> Exchange:
        """Send once, or twice where the first answer was 401 and there is a newer credential by then."""
        started = time.monotonic()
        attempt, close = partial(self._attempt, outgoing, credential), partial(self._close, outgoing.certified)
        shown, answer = self.reuse.attempt(outgoing, attempt, close)
        if answer.status == 401 and self._is_renewed(credential, shown, outgoing.method):
            shown, answer = self._attempt(outgoing, credential)
        with self._lock:
            self.requests += 1
            self.accepted_writes += outgoing.method in STORING and answer.accepted
            self._repetitions.reached |= answer.accepted and credential is self.authority
            if outgoing.method == self.judged and answer.status != NO_HTTP:
                self.statuses[answer.status] += 1
        return self._recorded(outgoing, shown, answer, time.monotonic() - started)

    def _is_renewed(self, credential: Credential, refused: Mapping[str, str], method: str) -> bool:
        """Whether there is a newer credential by now; for a write that is waited for, as only a read is repeated."""
        if credential.renew(refused):
            return True
        known, shown = self._repetitions, frozenset(refused.items())
        own = credential is self.authority and known.reached and credential.renewable
        if method == "GET" or not own or known.vain_renewals[shown] >= MOST_VAIN_RENEWALS:
            return False
        for delay in delays(RENEWAL_DELAYS):
            if not self.waited(delay):
                break
            if credential.renew(refused):
                return True
        known.vain_renewals[shown] += 1
        return False

    def _recorded(self, request: Outgoing, shown: Mapping[str, str], answer: Response, seconds: float) -> Exchange:
        """What is kept of a request and its answer; the credential that was shown is masked."""
        masked = {**request.headers, **{name: self._masked_credential(value) for name, value in shown.items()}}
        certificate = request.certified and self.connection.client_cert is not None
        header = AUTHORIZATION if AUTHORIZATION in shown else next(iter(shown), None)
        began, _, number = self._local.sent or (0.0, 0.0, 0)
        return Exchange(
            method=request.method,
            url=self.mask(request.url),
            headers=masked,
            body=request.body,
            response=answer,
            seconds=seconds,
            credential_header=header,
            certificate=certificate,
            at=began,
            number=number,
        )

    def _attempt(self, request: Outgoing, credential: Credential) -> tuple[Mapping[str, str], Response]:
        """Send once and tell who watches: the headers that the credential gave, and the answer.

        The time that it waited for its turn does not count.
        """
        shown = credential.headers(request)
        self._hide(credential.secrets())
        self._local.sent = None
        answer = Response(NO_HTTP, {}, b"", "interrupted")
        try:
            answer = self._answered(request, shown)
        except TargetError as error:
            answer = Response(NO_HTTP, {}, b"", self.mask(str(error)))
            raise
        finally:
            if self.watch and self._local.sent:
                began, clock, _ = self._local.sent
                self.watch(self._recorded(request, shown, answer, time.monotonic() - clock), began)
        return shown, answer

    def mask(self, text: str) -> str:
        """`text` without any secret."""
        return self.secrets.mask(text)

    def close(self) -> None:
        """Close every connection."""
        self.sessions.close()

    def _close(self, certified: bool) -> None:
        self.sessions.of_thread(certified=certified).close()

    def _masked_credential(self, value: str) -> str:
        """A credential's header without the credential: one that is almost a known secret gives it away too."""
        scheme, _, rest = value.partition(" ")
        if rest and not self.connection.auth_header:
            return f"{scheme} {TOKEN}"
        return value if value in ("", "Bearer") else TOKEN

    def _answered(self, request: Outgoing, shown: Mapping[str, str]) -> Response:
        session, headers = self.sessions.of_thread(certified=request.certified), {**request.headers, **shown}
        try:
            # Not by the session, which has nothing to add (`transport.Session`) but takes a third of the time.
            prepared = requests.Request(request.method, request.url, headers=headers, data=request.body).prepare()
            transport.keep_as_made(prepared, request.url)
            with self._rate_limit.turn(self.sleep) if self._rate_limit else nullcontext():
                self.count()
                self.secrets.note_sent(request.body or b"")
                self._local.sent = (datetime.now(UTC).timestamp(), time.monotonic(), next(self._numbers))
                with (
                    nullcontext() if request.method == "GET" else self.uninterrupted(),
                    session.send(
                        prepared,
                        stream=True,
                        allow_redirects=False,
                        timeout=urllib3.Timeout(total=min(self.time_left(), request.seconds)),  # type: ignore[arg-type]
                        verify=self.connection.verify(),
                        proxies=self.connection.proxies(),
                    ) as response,
                ):
                    self.certificates |= transport.certificates(response)
                    answer = transport.read_answer(response)
                    answer = replace(answer, unshown=self.unshown) if self.unshown else answer
            self.secrets.learn_headers(answer.headers)
            if answer.accepted:  # before anybody is told of it
                self.secrets.learn_answer(answer.value)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, UnicodeEncodeError) as error:
            late = self.deadline is not None and time.monotonic() >= self.deadline
            failure = meaning(error, request, self.connection, self.mask, out_of_time=late)
            defect = garbled(error)
            if not defect or isinstance(failure, CertificateRequired):
                raise failure from None
            answer = Response(NO_HTTP, {}, b"", defect)
        if answer.defect or (answer.body and answer.decoded[1]):
            session.close()  # what is left of such an answer would be taken for the beginning of the next
        if answer.defect and request.method != self.judged:
            shown_request = f"{request.method} {self.mask(request.url)}"
            raise TargetUnavailable(f"{shown_request}: the answer cannot be read: {self.mask(answer.defect)}")
        return answer

    def _hide(self, secrets: Iterable[str]) -> None:
        for secret in secrets:
            self.secrets.add(secret)
