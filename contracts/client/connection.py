"""How a target is reached, and what can go wrong before it answers.

    TargetError
    ├── OutOfTime           the time budget leaves no time for another request
    ├── TargetUnavailable   no answer: not reachable, timed out, connection lost
    │   └── TargetBusy      503 or 429 after all retries: refused, so not carried out
    └── TargetMisconfigured a file (token, certificate, CA) cannot be read or used, or TLS does not trust the target
        └── CertificateRequired without the client certificate there is not even a connection

Neither is ever counted as the target's fault.
"""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import requests
import requests.utils
import urllib3
import urllib3.exceptions
import urllib3.util

from contracts.client.credentials import Credential, Token

LOST_ANSWERS: Final = 2
"""How often a request that can be repeated is made again after its answer was lost."""


class TargetError(Exception):
    """Nothing can be said about the target; the message is one line that names the option to change."""


class OutOfTime(TargetError):
    """The run's time budget is used up; what was not judged by now is skipped."""


class TargetUnavailable(TargetError):
    """The target did not answer."""


class TargetBusy(TargetUnavailable):
    """The target answered, time after time, that it has no time."""


class TargetMisconfigured(TargetError):
    """What was given to reach the target cannot be used."""


class CertificateRequired(TargetMisconfigured):
    """The target ends the TLS handshake of who shows no client certificate."""


@dataclass(frozen=True)
class Connection:
    """How a target is reached. Times in seconds; what is secret is never shown.

    `token`: a token that stays as it is, sent as `auth_header` says; `credential`: any other one, which goes before.
    `proxy`: URL of a proxy, by default the environment's. `server_name`: the name that the target's certificate is for,
    where that is not the URL's.
    """

    url: str
    token: str | None = field(default=None, repr=False)
    auth_header: str | None = None
    ca_file: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    insecure: bool = False
    timeout: float = 30.0
    max_rps: float | None = None
    credential: Credential | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)
    server_name: str | None = None

    def authority(self) -> Credential:
        """The credential that goes with every request, apart from a client certificate."""
        if self.credential is not None:
            return self.credential
        return Token(self.token, self.auth_header) if self.token else Credential()

    def check_files(self) -> None:
        """Raise `TargetMisconfigured` naming the option of a file that is not there."""
        for option, path in (
            ("--ca-file", self.ca_file),
            ("--client-cert", self.client_cert),
            ("--client-key", self.client_key),
        ):
            if path is not None and not path.is_file():
                raise TargetMisconfigured(f"{option}: there is no file {path}")

    def verify(self) -> bool | str:
        """What `requests` is to trust: a file of authorities, everything (False), or what the system trusts (True)."""
        if self.insecure:
            # It was asked for. Each time, because pytest puts its own filters back before each test.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
            return False
        environment = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE")
        return str(self.ca_file) if self.ca_file else environment or True

    def certificate(self) -> str | tuple[str, str] | None:
        """The client certificate as `requests` takes it, with its key where that is a file of its own."""
        if not self.client_cert:
            return None
        return (str(self.client_cert), str(self.client_key)) if self.client_key else str(self.client_cert)


def read_token(path: Path, option: str) -> str:
    """The credential in a file, without white space around it.

    Raises `TargetMisconfigured` naming `option` when there is no file, no text or no credential in it.
    """
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise TargetMisconfigured(f"{option}: {path} cannot be read: {last_reason(error)}") from None
    if not token or any(character in token for character in "\r\n"):
        raise TargetMisconfigured(f"{option}: {path} must hold one credential on one line")
    return token


def proxies(url: str, proxy: str | None = None) -> dict[str, str]:
    """The proxy that was given, or the environment's; none for this machine, which no proxy could reach for us.

    Raises `TargetMisconfigured` when it is no URL, whose text is not shown: it may hold a password.
    """
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host == "::1" or host.startswith("127."):
        return {}
    found = {"http": proxy, "https": proxy} if proxy else requests.utils.get_environ_proxies(url)
    # Among the environment's are those for other protocols, and NO_PROXY as if it were one.
    found = {scheme: one for scheme, one in found.items() if scheme in ("http", "https", "all")}
    for one in found.values():
        try:
            usable = urllib3.util.parse_url(one).host
        except urllib3.exceptions.LocationParseError:
            usable = None
        if not usable:
            raise TargetMisconfigured("HTTPS_PROXY, HTTP_PROXY, ALL_PROXY (or proxy-url): this is no URL of a proxy")
    return found


def proxy_secrets(url: str, proxy: str | None = None) -> frozenset[str]:
    """The passwords in the URLs of `proxies`, as they stand there and as they are sent (RFC 7617, 2)."""
    found = set()
    try:
        urls = proxies(url, proxy).values()
    except ValueError:  # the target's URL is none, which the first request will say
        return frozenset()
    for one in urls:
        match = re.match(r"(?:[^/?#]*://)?([^/?#]*)@", one)
        user, colon, password = (match.group(1) if match else "").partition(":")
        if colon and password:
            plain = f"{unquote(user)}:{unquote(password)}"
            found |= {password, unquote(password), base64.b64encode(plain.encode()).decode("ascii")}
    return frozenset(found)


def tls_is_cut(error: Exception) -> bool:
    """Whether a TLS connection ended where it should not: the network's doing, nothing that an option could settle."""
    return any(word in str(error) for word in ("EOF occurred", "UNEXPECTED_EOF", "Connection reset"))


def tls_problem(error: Exception) -> str:
    """What is wrong with a target's certificate or handshake, and the option to change."""
    text = str(error)
    if "mismatch" in text:
        hint = "its certificate is for another host (--target)"
    elif "CERTIFICATE_VERIFY_FAILED" in text or "certificate verify failed" in text:
        hint = "its certificate is not trusted; give its authority with --ca-file (or --insecure to trust anything)"
    else:
        hint = f"the TLS handshake failed (--client-cert, --ca-file): {last_reason(error)}"
    return hint


def ended_by_peer(error: Exception) -> bool:
    """Whether a connection that had been made was ended instead of an answer, as for want of a client certificate.

    TLS 1.3 says so only after the handshake (RFC 8446, 4.4.2.4), when what was being sent may have failed already.
    """
    ends = ("alert", "reset by peer", "Broken pipe", "EOF occurred", "closed connection")
    return any(words in str(error) for words in ends)


def reason(error: Exception, connection: Connection) -> str:
    """Why there was no answer, in words, with the option to change."""
    if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError):
        return f"no answer within {connection.timeout:g} s (--timeout)"
    if isinstance(error, requests.exceptions.ProxyError):
        refused = re.search(r"\b407\b", str(error))
        why = "asks for user and password" if refused else "does not let it through"
        return f"the proxy {why} (HTTPS_PROXY, NO_PROXY)"
    if isinstance(error, requests.exceptions.ConnectionError):
        return f"not reachable: {last_reason(error)} (--target)"
    return last_reason(error)


def last_reason(error: BaseException) -> str:
    """The innermost cause of a chain of wrapped exceptions, in one line."""
    inner: BaseException | None = error
    while inner is not None:
        error = inner
        reason = getattr(error, "reason", None) or next((a for a in error.args if isinstance(a, BaseException)), None)
        inner = reason if isinstance(reason, BaseException) else None
    text = getattr(error, "strerror", None) or str(error)
    return " ".join(str(text).split()).rpartition(": ")[2][:200]
