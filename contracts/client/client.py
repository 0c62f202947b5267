"""The HTTP client for one target: retries, rate limit, every attempt told to a watcher, secrets masked."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import requests
import urllib3.exceptions

from contracts import __version__
from contracts.client import transport
from contracts.client.body import garbled, read_body
from contracts.client.connection import Connection, proxies, proxy_secrets
from contracts.client.credentials import AUTHORIZATION, NONE, Credential, Fixed, Outgoing, token_headers
from contracts.client.errors import (
    CertificateRequired,
    OutOfTime,
    TargetBusy,
    TargetError,
    TargetMisconfigured,
    TargetUnavailable,
    ended_by_peer,
    reason,
    tls_is_cut,
    tls_problem,
)
from contracts.client.exchange import Exchange, Watch
from contracts.client.rate_limit import RateLimiter
from contracts.client.retry import delays, retry_after
from contracts.judge.model import NO_HTTP, Response
from contracts.masking.masker import TOKEN, Masker

USER_AGENT: Final = f"pytorchjob-contract/{__version__}"
MASK: Final = TOKEN
STORING: Final = ("POST", "PUT", "PATCH")
TIME_IS_UP: Final = "the time budget is used up (--time-budget)"


class Client:
    """A client for one target; safe to be used by several threads. `watch` is called with every attempt.

    `accepted_writes`: how many requests that store something were answered with 2xx.
    """

    def __init__(self, connection: Connection, secrets: Masker | None = None) -> None:
        self.connection = connection
        self.authority = connection.authority()
        self.secrets = secrets or Masker()
        for secret in (*self.authority.secrets(), *proxy_secrets(connection.url, connection.proxy)):
            self.secrets.add(secret)
        self.secrets.learn_url(connection.url)
        self.secrets.learn_environment(os.environ)
        # A client certificate alone is the credential: who has another one, or none, does not show it.
        self._certificate_is_credential = not self.authority.given
        self.requests = 0
        self.accepted_writes = 0
        self.statuses: Counter[int] = Counter()
        self.deadline: float | None = None
        self.watch: Watch | None = None
        self._last_repetition: float | None = None
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._lock = threading.Lock()
        self._rate_limit = RateLimiter(connection.max_rps)
        connection.check_files()

    @property
    def public_url(self) -> str:
        """The target's URL without user and password."""
        parts = urlsplit(self.connection.url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))

    def credential(self, token: str | None) -> dict[str, str]:
        """The header that carries `token`: bearer (RFC 6750, 2.1), or as it is in the header that was named."""
        return {} if token is None else token_headers(token, self.connection.auth_header)

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

        `credential`: another one than the connection's, or the headers that stand for one; an empty mapping sends none.
        A request that was answered with 401 is repeated when there is a newer credential by then.
        A read that found no answer is repeated; so is what the target put off with 429 or 503 (RFC 9110, 10.2.3).
        Another request whose connection failed is not repeated: it may have been carried out. An answer that is no
        proper HTTP is one to a replacement, to be judged (`Response.defect`), and none to anything else. Raises
        `TargetUnavailable`, `TargetMisconfigured`, or `OutOfTime` rather than be busy after `deadline`.
        """
        certified = credential is None or not self._certificate_is_credential
        chosen = credential if isinstance(credential, Credential) else Fixed(credential or {})
        if credential is None:
            chosen = self.authority
        url = self.connection.url.rstrip("/") + path + (f"?{query}" if query else "")
        sent = {"Accept": "application/json", "User-Agent": USER_AGENT, **(headers or {})}
        outgoing = Outgoing(method, url, sent, body)
        for delay in delays():
            try:
                started = time.monotonic()
                shown = self._shown(chosen, outgoing)
                answer = self._watched(outgoing, shown, certified=certified)
                if answer.status == 401 and chosen.renew(shown):
                    shown = self._shown(chosen, outgoing)
                    answer = self._watched(outgoing, shown, certified=certified)
            except TargetUnavailable:
                if method != "GET" or not self._waited(delay):
                    raise
                continue
            with self._lock:
                self.requests += 1
                self.accepted_writes += method in STORING and answer.accepted
                if method == "PUT" and answer.status != NO_HTTP:
                    self.statuses[answer.status] += 1
            if answer.status not in (429, 503) or not self._waited(delay and retry_after(answer.headers, delay)):
                break
        if answer.status in (429, 503):
            raise TargetBusy(f"{method} {self.mask(url)}: the target keeps answering {answer.status}")
        return self._recorded(outgoing, shown, answer, time.monotonic() - started, certified=certified)

    def _recorded(
        self, request: Outgoing, shown: Mapping[str, str], answer: Response, seconds: float, *, certified: bool
    ) -> Exchange:
        """What is kept of a request and its answer; the credential that was shown is masked."""
        masked = {**request.headers, **{name: self._masked_credential(value) for name, value in shown.items()}}
        certificate = certified and self.connection.client_cert is not None
        header = AUTHORIZATION if AUTHORIZATION in shown else next(iter(shown), None)
        return Exchange(
            request.method, self.mask(request.url), masked, request.body, answer, seconds, header, certificate
        )

    def _watched(self, request: Outgoing, shown: Mapping[str, str], *, certified: bool) -> Response:
        """Make one attempt and tell who watches; the time that it waited for its turn does not count."""
        self._local.sent = None
        answer = Response(NO_HTTP, {}, b"", "interrupted")
        try:
            headers = {**request.headers, **shown}
            answer = self._exchange(request.method, request.url, headers, request.body, certified=certified)
        except TargetError as error:
            answer = Response(NO_HTTP, {}, b"", self.mask(str(error)))
            raise
        finally:
            if self.watch and self._local.sent:
                began, clock = self._local.sent
                spent = time.monotonic() - clock
                self.watch(self._recorded(request, shown, answer, spent, certified=certified), began)
        return answer

    @contextmanager
    def cleaning_up(self) -> Iterator[None]:
        """Within, what has to be sent is sent also after the deadline; only repetitions end one time-out later."""
        limited = self.deadline is not None
        self.deadline = None
        self._last_repetition = time.monotonic() + self.connection.timeout if limited else None
        yield

    def _waited(self, delay: float | None) -> bool:
        """Wait before a repetition; whether there is to be one."""
        late = self._last_repetition is not None and time.monotonic() + (delay or 0) > self._last_repetition
        if delay is None or late:
            return False
        self._sleep(delay)
        return True

    def _sleep(self, seconds: float) -> None:
        """Wait, unless that would take longer than there is time."""
        if self.deadline is not None and time.monotonic() + seconds > self.deadline:
            raise OutOfTime(TIME_IS_UP)
        time.sleep(seconds)

    def _time_left(self) -> float:
        """Seconds that one request may take."""
        left = self.connection.timeout if self.deadline is None else self.deadline - time.monotonic()
        if left <= 0:
            raise OutOfTime(TIME_IS_UP)
        return min(left, self.connection.timeout)

    def mask(self, text: str) -> str:
        """`text` without any secret."""
        return self.secrets.mask(text)

    def close(self) -> None:
        """Close every connection."""
        for session in self._sessions:
            session.close()

    def _masked_credential(self, value: str) -> str:
        """A credential's header without the credential: one that is almost a known secret gives it away too."""
        scheme, _, rest = value.partition(" ")
        if rest and not self.connection.auth_header:
            return f"{scheme} {MASK}"
        return value if value in ("", "Bearer") else MASK

    def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, *, certified: bool
    ) -> Response:
        session = self._session(certified=certified)
        try:
            # Not by the session, which has nothing to add (`transport.Session`) but takes a third of the time.
            request = requests.Request(method, url, headers=headers, data=content).prepare()
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema):
            raise TargetMisconfigured(f"{self.mask(url)}: this is no http or https URL (--target)") from None
        except (requests.exceptions.InvalidHeader, UnicodeEncodeError):
            raise TargetMisconfigured("a credential holds characters that no header may hold (--token-file)") from None
        with self._rate_limit.turn(self._sleep):
            self._local.sent = (datetime.now(UTC).timestamp(), time.monotonic())
            answer = self._answer(session, request, self._time_left(), certified=certified)
        if answer.defect or (answer.body and answer.decoded[1]):
            session.close()  # what is left of such an answer would be taken for the beginning of the next
        if answer.defect and method != "PUT":
            raise TargetUnavailable(f"{method} {self.mask(url)}: the answer cannot be read: {self.mask(answer.defect)}")
        return answer

    def _answer(
        self, session: requests.Session, request: requests.PreparedRequest, seconds: float, *, certified: bool
    ) -> Response:
        url = str(request.url)
        shown = f"{request.method} {self.mask(url)}"
        try:
            response = session.send(
                request,
                stream=True,
                allow_redirects=False,
                timeout=transport.within(seconds),  # type: ignore[arg-type]
                verify=self.connection.verify(),
                proxies=proxies(url, self.connection.proxy),
            )
            with response:
                body = read_body(response)
        except requests.exceptions.SSLError as error:
            self._check_certificate(error, certified=certified)
            if tls_is_cut(error):
                raise TargetUnavailable(f"{shown}: the TLS connection was cut (--target)") from None
            raise TargetMisconfigured(f"{self.mask(url)}: {tls_problem(error)}") from None
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema):
            raise TargetMisconfigured(f"{self.mask(url)}: this is no http or https URL (--target)") from None
        except UnicodeEncodeError:
            raise TargetMisconfigured("a credential holds characters that no header may hold (--token-file)") from None
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            self._check_certificate(error, certified=certified)
            if defect := garbled(error):
                return Response(NO_HTTP, {}, b"", defect)
            if self.deadline is not None and time.monotonic() >= self.deadline:
                raise OutOfTime(TIME_IS_UP) from None
            raise TargetUnavailable(f"{shown}: {self.mask(reason(error, self.connection.timeout))}") from None
        self.secrets.learn_headers(response.headers)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Response(response.status_code, headers, body.content, body.defect)

    def _shown(self, credential: Credential, request: Outgoing) -> Mapping[str, str]:
        """The headers that stand for a credential; what is secret about it is known from here on."""
        headers = credential.headers(request)
        for secret in credential.secrets():
            self.secrets.add(secret)
        return headers

    def _check_certificate(self, error: Exception, *, certified: bool) -> None:
        if not certified and self.connection.client_cert and ended_by_peer(error):
            raise CertificateRequired("without --client-cert the target ends the TLS connection") from None

    def _session(self, *, certified: bool) -> requests.Session:
        sessions: dict[bool, requests.Session] | None = getattr(self._local, "sessions", None)
        if sessions is None:
            sessions = self._local.sessions = {}
        session = sessions.get(certified)
        if session is None:
            session = transport.Session(self.connection.server_name)
            session.cert = self.connection.certificate() if certified else None
            sessions[certified] = session
            with self._lock:
                self._sessions.append(session)
        return session
