"""How a target is reached: its URL, proxy, TLS and credential."""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import requests
import requests.utils
import urllib3
import urllib3.exceptions
import urllib3.util

from contracts.client.credentials import Credential, Token
from contracts.client.errors import TargetMisconfigured


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
