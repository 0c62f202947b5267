"""How a target is reached: its URL, proxy, TLS and credential."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import requests.utils
import urllib3
import urllib3.exceptions
import urllib3.util

from contracts.client.credentials import NONE, Credential
from contracts.client.errors import TargetMisconfigured


@dataclass(frozen=True)
class Connection:
    """How a target is reached. Times in seconds; what is secret is never shown.

    `credential`: goes with every request, apart from a client certificate. `auth_header`: the header that was named to
    carry a token as it is. `proxy`: URL of a proxy, by default the environment's. `server_name`: the name that the
    target's certificate is for, where that is not the URL's. `headers`, `query`: what goes with every request, too;
    `secrets`: which of these values must never be shown.
    """

    url: str
    credential: Credential = field(default=NONE, repr=False)
    auth_header: str | None = None
    ca_file: Path | str | None = None
    client_cert: Path | str | None = None
    client_key: Path | str | None = None
    insecure: bool = False
    timeout: float = 30.0
    max_rps: float | None = None
    proxy: str | None = field(default=None, repr=False)
    server_name: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: str = field(default="", repr=False)
    secrets: frozenset[str] = field(default=frozenset(), repr=False)

    def check_files(self) -> None:
        """Raise `TargetMisconfigured` naming the option of a file that is not there."""
        for option in ("ca_file", "client_cert", "client_key"):
            path = getattr(self, option)
            if path and not Path(path).is_file():
                raise TargetMisconfigured(f"--{option.replace('_', '-')}: there is no file {path}")

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

    def proxies(self) -> dict[str, str]:
        """The proxy that was given, or the environment's; none for this machine, which no proxy could reach for us.

        Raises `TargetMisconfigured` when it is no URL, whose text is not shown: it may hold a password. Raises
        `ValueError` when the target's URL is none.
        """
        host = urlsplit(self.url).hostname or ""
        if host in ("localhost", "::1") or host.startswith("127."):
            return {}
        given = dict.fromkeys(("http", "https"), self.proxy) if self.proxy else None
        # Among the environment's are those for other protocols, and NO_PROXY as if it were one.
        environment = given or requests.utils.get_environ_proxies(self.url)
        found = {scheme: one for scheme, one in environment.items() if scheme in ("http", "https", "all")}
        for one in found.values():
            try:
                usable = urllib3.util.parse_url(one).host
            except urllib3.exceptions.LocationParseError:
                usable = None
            if not usable:
                text = "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY (or proxy-url): this is no URL of a proxy"
                raise TargetMisconfigured(text)
        return found
