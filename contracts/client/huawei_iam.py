"""A token of Huawei Cloud's IAM, fetched with user, password and project, and fetched anew before it expires.

The API is OpenStack Keystone's (v3): `POST /v3/auth/tokens` answers 201 with the token in `X-Subject-Token`.
"""

import math
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Final

import requests
import urllib3
import urllib3.exceptions

from contracts.client import transport
from contracts.client.connection import Connection
from contracts.client.credentials import Outgoing, Token
from contracts.client.errors import (
    CredentialUnusable,
    TargetError,
    TargetMisconfigured,
    TargetUnavailable,
    reason,
    tls_is_cut,
    tls_problem,
)
from contracts.client.pace import delays, retry_after
from contracts.jsonvalue import paths, strict
from contracts.judge.model import USER_AGENT, Response
from contracts.masking.masker import Masker
from contracts.report.error_text import text_of

HEADER: Final = "X-Auth-Token"
# Without the catalogue of services, which is most of an answer.
PATH: Final = "/v3/auth/tokens?nocatalog=true"
# So long before it expires a token is fetched anew, or at half of its time where that is later.
RENEWED_BEFORE: Final = 60.0
# A token that was fetched because one was refused, and is refused so soon itself, is refused for another reason.
NOT_AGAIN: Final = 60.0
PROJECT_ID: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Account:
    """Who asks for a token, and for which project (its name, or its id of 32 hexadecimal digits)."""

    user: str
    domain: str
    project: str
    password: str = field(repr=False)

    def request(self) -> dict[str, Any]:
        """The body that asks for a token."""
        user = {"name": self.user, "password": self.password, "domain": {"name": self.domain}}
        project = {"id" if PROJECT_ID.fullmatch(self.project) else "name": self.project}
        identity = {"methods": ["password"], "password": {"user": user}}
        return {"auth": {"identity": identity, "scope": {"project": project}}}


class IamToken(Token):
    """The token of an account, sent as it is in `header`; `prefix` begins the options that name the account.

    `connection`: how IAM is reached, its URL that of IAM. The first token is fetched at once. Raises `TargetError`, in
    a line that names the option, when there is none.
    """

    option: ClassVar[str] = "--iam-user"

    def __init__(self, account: Account, connection: Connection, header: str | None = None, prefix: str = "") -> None:
        self._account = account
        self._connection = connection
        self._prefix = prefix
        self._lock = threading.Lock()
        self._masker = Masker()
        self._masker.add(account.password)
        self._not_before = -math.inf
        token, self._until = self._fetched()
        super().__init__(token, header or HEADER)
        self._secrets.add(account.password)

    def headers(self, request: Outgoing) -> Mapping[str, str]:
        """The header with a token that is still valid; who comes while one is fetched waits for it."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._renew()
            return super().headers(request)

    def secrets(self) -> frozenset[str]:
        """The password and every token so far."""
        with self._lock:
            return super().secrets()

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Whether there is another token than the one that was refused; fetched where nobody has done so before."""
        with self._lock:
            if self._carried(self._token) == dict(refused) and time.monotonic() >= self._not_before:
                self._renew()
                self._not_before = time.monotonic() + NOT_AGAIN
            return self._carried(self._token) != dict(refused)

    def _renew(self) -> None:
        self._token, self._until = self._fetched()
        self._secrets.add(self._token)

    def _fetched(self) -> tuple[str, float]:
        """A new token, and when, on this process's clock, another one is to be fetched."""
        asked = time.monotonic()
        answer = self._answered()
        if answer.status != 201:
            raise self._refusal(answer)
        token = answer.headers.get("x-subject-token", "").strip()
        if not token or not token.isascii() or not token.isprintable():
            raise TargetMisconfigured(f"{self._url}: the answer has no token in X-Subject-Token")
        return token, asked + usable_seconds(answer.value)

    def _answered(self) -> Response:
        """The answer to the request for a token, which is repeated where IAM cannot answer now."""
        body = strict.encode(self._account.request())
        headers = {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": USER_AGENT}
        for delay in delays():
            try:
                answer = self._sent(headers, body)
            except TargetUnavailable:
                if delay is None:
                    raise
            else:
                if delay is None or not (answer.status == 429 or answer.status >= 500):
                    break
                delay = retry_after(answer.headers, delay)
            time.sleep(delay)
        return answer

    def _sent(self, headers: Mapping[str, str], body: bytes) -> Response:
        way = self._connection
        try:
            with transport.Session() as session:
                prepared = requests.Request("POST", way.url + PATH, headers=dict(headers), data=body).prepare()
                timeout: Any = urllib3.Timeout(total=way.timeout)
                with session.send(
                    prepared,
                    stream=True,
                    allow_redirects=False,
                    timeout=timeout,
                    verify=way.verify(),
                    proxies=way.proxies(),
                ) as response:
                    return transport.read_answer(response)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise self._failure(error) from None

    def _failure(self, error: Exception) -> TargetError:
        if isinstance(error, requests.exceptions.SSLError) and not tls_is_cut(error):
            return TargetMisconfigured(f"{self._url}: {tls_problem(error, '--iam-url')}")
        said = self._masker.mask(reason(error, self._connection.timeout, "--iam-url"))
        return TargetUnavailable(f"{self._url}: {said}")

    def _refusal(self, answer: Response) -> TargetError:
        said = self._masker.mask(text_of(answer.value, answer.body))
        words = f"{answer.status}{f', {said}' if said else ''}"
        if answer.status in (401, 403):
            option = f"--{self._prefix}iam-user"
            hint = f"its password, --{self._prefix}iam-domain, --{self._prefix}iam-project"
            return CredentialUnusable(f"{option}: IAM refuses the user ({hint}): {words}")
        if answer.status == 429 or answer.status >= 500:
            return TargetUnavailable(f"{self._url}: IAM gives no token: {words}")
        return TargetMisconfigured(f"{self._url}: IAM gives no token: {words}")

    @property
    def _url(self) -> str:
        return f"--iam-url: {self._connection.url}"


def usable_seconds(value: Any) -> float:
    """For how long a token is to be used, by the two times that its answer tells; for ever where it does not.

    Both are IAM's: its clock may be another than ours.
    """
    times = [paths.get(value, ("token", name)) for name in ("issued_at", "expires_at")]
    try:
        issued, expires = (datetime.fromisoformat(str(one)) for one in times)
        seconds = (expires - issued).total_seconds()
    except (ValueError, TypeError):
        return math.inf
    return max(seconds - RENEWED_BEFORE, seconds / 2) if seconds > 0 else math.inf
