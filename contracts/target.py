"""The only module that opens a socket: one HTTP client for one target, every exchange recorded, secrets masked."""

from __future__ import annotations

import os
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
from contracts.connection import Connection, TargetMisconfigured, TargetUnavailable, proxies, reason, tls_problem
from contracts.exchange import Answer
from contracts.masking import TOKEN, Masker
from contracts.pace import Pace, delays, retry_after

LARGEST_BODY: Final = 32 * 1024 * 1024
USER_AGENT: Final = f"pytorchjob-contract/{__version__}"
MASK: Final = TOKEN


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

    def __init__(self, connection: Connection, secrets: Masker | None = None) -> None:
        self.connection = connection
        self.secrets = secrets or Masker()
        if connection.token:
            self.secrets.add(connection.token)
        self.secrets.learn_url(connection.url)
        self.secrets.learn_environment(os.environ)
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
        for delay in delays():
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
            time.sleep(retry_after(answer, delay))
        if answer.status in (429, 503):
            raise TargetUnavailable(f"{method} {self.mask(url)}: the target keeps answering {answer.status}")
        shown = {**sent, **{name: self._masked_credential(value) for name, value in credential.items()}}
        spent = time.monotonic() - started
        return Exchange(method, self.mask(url), shown, body, answer, spent, next(iter(credential), None))

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

    def _exchange(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        self._pace.wait()
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
                verify=self.connection.verify(),
                proxies=proxies(url),
            )
            with response:
                content = _read(response, deadline)
        except requests.exceptions.SSLError as error:
            raise TargetMisconfigured(f"{self.mask(url)}: {tls_problem(error)}") from None
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema):
            raise TargetMisconfigured(f"{self.mask(url)}: this is no http or https URL (--target)") from None
        except (requests.exceptions.InvalidHeader, UnicodeEncodeError):
            raise TargetMisconfigured("a credential holds characters that no header may hold (--token-file)") from None
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise TargetUnavailable(f"{method} {self.mask(url)}: {self.mask(reason(error, self.connection))}") from None
        self.secrets.learn_headers(response.headers)
        return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, content)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False  # or .netrc and REQUESTS_CA_BUNDLE would override explicit options
            session.headers.clear()
            session.cert = self.connection.certificate()
            self._local.session = session
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
