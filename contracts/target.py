"""The only module that opens a socket: one HTTP client for one target, every exchange recorded, secrets masked.

    TargetError
    ├── TargetUnavailable   no answer: not reachable, timed out, connection lost, 503 or 429 after all retries
    └── TargetMisconfigured a file (token, certificate, CA) cannot be read or used, or TLS does not trust the target

Neither is ever counted as the target's fault.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import requests
import requests.utils
import urllib3
import urllib3.exceptions

from contracts import __version__
from contracts.exchange import Answer

LARGEST_BODY: Final = 32 * 1024 * 1024
USER_AGENT: Final = f"pytorchjob-contract/{__version__}"
MASK: Final = "$TOKEN"


class TargetError(Exception):
    """Nothing can be said about the target; the message is one line that names the option to change."""


class TargetUnavailable(TargetError):
    """The target did not answer."""


class TargetMisconfigured(TargetError):
    """What was given to reach the target cannot be used."""


@dataclass(frozen=True)
class Connection:
    """How a target is reached. Times in seconds; `token` is a secret and never shown."""

    url: str
    token: str | None = field(default=None, repr=False)
    auth_header: str | None = None
    ca_file: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    insecure: bool = False
    timeout: float = 30.0
    max_rps: float | None = None


@dataclass(frozen=True)
class Exchange:
    """One request and its answer. Credentials in `headers` are masked, `credential` says whose they were."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    answer: Answer
    seconds: float
    credential_header: str | None = None


class Target:
    """A client for one target; safe to be used by several threads."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.secrets: set[str] = {connection.token} if connection.token else set()
        self.requests = 0
        self.statuses: Counter[int] = Counter()
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._lock = threading.Lock()
        self._next_start = 0.0
        _check_files(connection)

    @property
    def public_url(self) -> str:
        """The target's URL without user and password."""
        parts = urlsplit(self.connection.url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))

    def credential(self, token: str | None) -> dict[str, str]:
        """The header that carries `token`: bearer (RFC 6750, 2.1), or as it is in the header that was named."""
        if token is None:
            return {}
        header = self.connection.auth_header
        return {header: token} if header else {"Authorization": f"Bearer {token}"}

    def send(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        credential: Mapping[str, str] | None = None,
    ) -> Exchange:
        """Send one request and read the whole answer.

        `credential`: the headers that stand for one, by default the connection's token; an empty mapping sends none.
        A read that found no answer is repeated; so is what the target put off with 429 or 503 (RFC 9110, 10.2.3).
        Another request whose connection failed is not repeated: it may have been carried out. Raises
        `TargetUnavailable` or `TargetMisconfigured`.
        """
        if credential is None:
            credential = self.credential(self.connection.token)
        url = self.connection.url.rstrip("/") + path + (f"?{query}" if query else "")
        sent = {"Accept": "application/json", "User-Agent": USER_AGENT, **(headers or {})}
        for delay in _delays():
            try:
                started = time.monotonic()
                answer = self._exchange(method, url, {**sent, **credential}, body)
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
            time.sleep(_retry_after(answer, delay))
        if answer.status in (429, 503):
            raise TargetUnavailable(f"{method} {self.mask(url)}: the target keeps answering {answer.status}")
        shown = {**sent, **{name: self._masked_credential(value) for name, value in credential.items()}}
        spent = time.monotonic() - started
        return Exchange(method, self.mask(url), shown, body, answer, spent, next(iter(credential), None))

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

    def _exchange(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        self._pace()
        request = requests.Request(method, url, headers=dict(headers), data=body)
        deadline = time.monotonic() + self.connection.timeout
        try:
            session = self._session()
            prepared = session.prepare_request(request)
            response = session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                timeout=self.connection.timeout,
                verify=self._verify(),
                proxies=_proxies(url),
            )
            with response:
                content = _read(response, deadline)
        except requests.exceptions.SSLError as error:
            raise TargetMisconfigured(self._tls_message(url, error)) from None
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema):
            raise TargetMisconfigured(f"{self.mask(url)}: this is no http or https URL (--target)") from None
        except (requests.exceptions.InvalidHeader, UnicodeEncodeError):
            raise TargetMisconfigured("a credential holds characters that no header may hold (--token-file)") from None
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise TargetUnavailable(
                f"{method} {self.mask(url)}: {self.mask(_reason(error, self.connection))}"
            ) from None
        return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, content)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False  # or .netrc and REQUESTS_CA_BUNDLE would override explicit options
            session.headers.clear()
            if self.connection.client_cert:
                key = self.connection.client_key
                session.cert = (str(self.connection.client_cert), str(key)) if key else str(self.connection.client_cert)
            self._local.session = session
            with self._lock:
                self._sessions.append(session)
        return session

    def _verify(self) -> bool | str:
        if self.connection.insecure:
            # It was asked for. Each time, because pytest puts its own filters back before each test.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
            return False
        environment = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE")
        return str(self.connection.ca_file) if self.connection.ca_file else environment or True

    def _pace(self) -> None:
        if not self.connection.max_rps:
            return
        with self._lock:
            start = max(time.monotonic(), self._next_start)
            self._next_start = start + 1 / self.connection.max_rps
        time.sleep(max(0.0, start - time.monotonic()))

    def _tls_message(self, url: str, error: Exception) -> str:
        text = str(error)
        if "mismatch" in text:
            hint = "its certificate is for another host (--target)"
        elif "CERTIFICATE_VERIFY_FAILED" in text or "certificate verify failed" in text:
            hint = "its certificate is not trusted; give its authority with --ca-file (or --insecure to trust anything)"
        else:
            hint = f"the TLS handshake failed (--client-cert, --ca-file): {_last_reason(error)}"
        return f"{self.mask(url)}: {hint}"


def read_token(path: Path, option: str) -> str:
    """The credential in a file, without white space around it.

    Raises `TargetMisconfigured` naming `option` when there is no file, no text or no credential in it.
    """
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise TargetMisconfigured(f"{option}: {path} cannot be read: {_last_reason(error)}") from None
    if not token or any(character in token for character in "\r\n"):
        raise TargetMisconfigured(f"{option}: {path} must hold one credential on one line")
    return token


def _check_files(connection: Connection) -> None:
    for option, path in (
        ("--ca-file", connection.ca_file),
        ("--client-cert", connection.client_cert),
        ("--client-key", connection.client_key),
    ):
        if path is not None and not path.is_file():
            raise TargetMisconfigured(f"{option}: there is no file {path}")


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


def _proxies(url: str) -> dict[str, str]:
    """The environment's proxies; none for this machine, which no proxy could reach for us."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host == "::1" or host.startswith("127."):
        return {}
    return requests.utils.get_environ_proxies(url)


def _delays() -> Iterator[float | None]:
    """Seconds to wait before each repetition; None after the last attempt."""
    yield from (0.1, 0.4, 1.6)
    yield None


def _retry_after(answer: Answer, delay: float) -> float:
    text = answer.headers.get("retry-after", "")
    return min(float(text), 30.0) if text.isdecimal() else delay


def _reason(error: Exception, connection: Connection) -> str:
    if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError):
        return f"no answer within {connection.timeout:g} s (--timeout)"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy does not let it through (HTTPS_PROXY, NO_PROXY)"
    if isinstance(error, requests.exceptions.ConnectionError):
        return f"not reachable: {_last_reason(error)} (--target)"
    return _last_reason(error)


def _last_reason(error: BaseException) -> str:
    """The innermost cause of a chain of wrapped exceptions, in one line."""
    inner: BaseException | None = error
    while inner is not None:
        error = inner
        reason = getattr(error, "reason", None) or next((a for a in error.args if isinstance(a, BaseException)), None)
        inner = reason if isinstance(reason, BaseException) else None
    text = getattr(error, "strerror", None) or str(error)
    return " ".join(str(text).split()).rpartition(": ")[2][:200]
