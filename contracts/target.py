"""The only module that opens a socket: one HTTP client for one target, every exchange recorded, secrets masked."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import requests
import urllib3.exceptions

from contracts import __version__
from contracts.connection import (
    CertificateRequired,
    Connection,
    NamedAdapter,
    TargetMisconfigured,
    TargetUnavailable,
    ended_by_peer,
    proxies,
    proxy_secrets,
    reason,
    tls_problem,
)
from contracts.credentials import AUTHORIZATION, NONE, Credential, Fixed, Outgoing, token_headers
from contracts.exchange import Answer
from contracts.pace import Pace, delays, retry_after

LARGEST_BODY: Final = 32 * 1024 * 1024
USER_AGENT: Final = f"pytorchjob-contract/{__version__}"
MASK: Final = "$TOKEN"


@dataclass(frozen=True)
class Exchange:
    """One request and its answer. Credentials in `headers` are masked; `certificate`: with the client certificate."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    answer: Answer
    seconds: float
    credential_header: str | None = None
    certificate: bool = False


class Target:
    """A client for one target; safe to be used by several threads."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.authority = connection.authority()
        self.secrets: set[str] = {*self.authority.secrets(), *proxy_secrets(connection.url, connection.proxy)}
        # A client certificate alone is the credential: who has another one, or none, does not show it.
        self._certificate_is_credential = not self.authority.given
        self.requests = 0
        self.statuses: Counter[int] = Counter()
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._lock = threading.Lock()
        self._pace = Pace(connection.max_rps)
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
            self._certificate_is_credential = self.send("GET", path, credential=NONE).answer.status != 401

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
        Another request whose connection failed is not repeated: it may have been carried out. Raises
        `TargetUnavailable` or `TargetMisconfigured`.
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
                answer = self._exchange(method, url, {**sent, **shown}, body, certified=certified)
                if answer.status == 401 and chosen.renew(shown):
                    shown = self._shown(chosen, outgoing)
                    answer = self._exchange(method, url, {**sent, **shown}, body, certified=certified)
            except TargetUnavailable:
                if method != "GET" or delay is None:
                    raise
                time.sleep(delay)
                continue
            with self._lock:
                self.requests += 1
                if method == "PUT":
                    self.statuses[answer.status] += 1
            if answer.status not in (429, 503) or delay is None:
                break
            time.sleep(retry_after(answer, delay))
        if answer.status in (429, 503):
            raise TargetUnavailable(f"{method} {self.mask(url)}: the target keeps answering {answer.status}")
        masked = {**sent, **{name: self._masked_credential(value) for name, value in shown.items()}}
        spent = time.monotonic() - started
        certificate = certified and self.connection.client_cert is not None
        header = AUTHORIZATION if AUTHORIZATION in shown else next(iter(shown), None)
        return Exchange(method, self.mask(url), masked, body, answer, spent, header, certificate)

    def mask(self, text: str) -> str:
        """`text` with every known secret replaced."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return text

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
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, *, certified: bool
    ) -> Answer:
        self._pace.wait()
        request = requests.Request(method, url, headers=dict(headers), data=body)
        deadline = time.monotonic() + self.connection.timeout
        try:
            session = self._session(certified=certified)
            prepared = session.prepare_request(request)
            response = session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                timeout=self.connection.timeout,
                verify=self.connection.verify(),
                proxies=proxies(url, self.connection.proxy),
            )
            with response:
                content = _read(response, deadline)
        except requests.exceptions.SSLError as error:
            self._check_certificate(error, certified=certified)
            raise TargetMisconfigured(f"{self.mask(url)}: {tls_problem(error)}") from None
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema):
            raise TargetMisconfigured(f"{self.mask(url)}: this is no http or https URL (--target)") from None
        except (requests.exceptions.InvalidHeader, UnicodeEncodeError):
            raise TargetMisconfigured("a credential holds characters that no header may hold (--token-file)") from None
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            self._check_certificate(error, certified=certified)
            raise TargetUnavailable(f"{method} {self.mask(url)}: {self.mask(reason(error, self.connection))}") from None
        return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, content)

    def _shown(self, credential: Credential, request: Outgoing) -> Mapping[str, str]:
        """The headers that stand for a credential; what is secret about it is known from here on."""
        headers = credential.headers(request)
        for secret in credential.secrets():
            if secret not in self.secrets:
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
            session = requests.Session()
            session.trust_env = False  # or .netrc and REQUESTS_CA_BUNDLE would override explicit options
            session.headers.clear()
            session.cert = self.connection.certificate() if certified else None
            if self.connection.server_name:
                session.mount("https://", NamedAdapter(self.connection.server_name))
            sessions[certified] = session
            with self._lock:
                self._sessions.append(session)
        return session


def _read(response: requests.Response, deadline: float) -> bytes:
    """The whole body; `requests` bounds each read, this bounds their sum in time and size."""
    content = b""
    # read1 returns what has arrived; read would wait for a whole piece, however slowly it comes.
    while chunk := response.raw.read1(64 * 1024, decode_content=True):
        content += chunk
        if len(content) > LARGEST_BODY:
            raise requests.exceptions.ContentDecodingError(f"the body is larger than {LARGEST_BODY} bytes")
        if time.monotonic() > deadline:
            raise requests.exceptions.ReadTimeout("the body did not end in time")
    return content
