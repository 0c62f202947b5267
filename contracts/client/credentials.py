"""Credentials: the headers for one request, the secrets in them, and credentials that are almost right.

    Credential              none at all
    ├── Fixed               these headers, whatever is asked for
    ├── Token               bearer (RFC 6750, 2.1), or as it is in the header that was named
    │   └── token_file.FileToken
    ├── huawei_aksk.Signature
    └── kubeconfig.ClusterCredential

A client certificate authenticates in the TLS handshake and belongs to the connection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from contracts.masking.near_misses import near_misses

AUTHORIZATION: Final = "Authorization"


@dataclass(frozen=True)
class Outgoing:
    """One request as it will be sent, but for its credential."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None


class Credential:
    """No credential, and what every other one can do. Safe to be used by several threads; never shown by `repr`."""

    @property
    def given(self) -> bool:
        """Whether there is anything in it."""
        return False

    def headers(self, _request: Outgoing) -> Mapping[str, str]:
        """The headers that stand for it in this request; raises `TargetError` when they cannot be made."""
        return {}

    def secrets(self) -> frozenset[str]:
        """What must never be shown, as far as it is known by now."""
        return frozenset()

    def renew(self, _refused: Mapping[str, str]) -> bool:
        """Whether there is another one by now than in the headers that were answered with 401.

        Raises `TargetError` when what it is read from cannot be read any more.
        """
        return False

    def wrong(self) -> Mapping[str, Credential]:
        """Credentials that look like this one and are none, by names that do not show it."""
        return {}


NONE: Final = Credential()


@dataclass(frozen=True)
class Fixed(Credential):
    """The same headers for every request; the caller knows which of them are secret."""

    fixed: Mapping[str, str] = field(repr=False)

    @property
    def given(self) -> bool:
        """Whether there is any header."""
        return bool(self.fixed)

    def headers(self, _request: Outgoing) -> Mapping[str, str]:
        """The headers."""
        return self.fixed


@dataclass(frozen=True)
class Token(Credential):
    """One token, sent as a bearer token, or as it is in the header `header`."""

    value: str = field(repr=False)
    header: str | None = None

    @property
    def given(self) -> bool:
        """Always."""
        return True

    def headers(self, _request: Outgoing) -> Mapping[str, str]:
        """The one header."""
        return token_headers(self.value, self.header)

    def secrets(self) -> frozenset[str]:
        """The token."""
        return frozenset({self.value})

    def wrong(self) -> Mapping[str, Credential]:
        """An incomplete header, and tokens that are almost this one."""
        return {name: Fixed(headers) for name, headers in wrong_tokens(self.value, self.header).items()}


def token_headers(token: str, header: str | None) -> dict[str, str]:
    """The header that carries a token."""
    return {header: token} if header else {AUTHORIZATION: f"Bearer {token}"}


def wrong_tokens(token: str, header: str | None) -> dict[str, dict[str, str]]:
    """Headers that look like the token's and carry none or another one, by names that do not show it."""
    headers = {"an empty credential": {header or AUTHORIZATION: ""}}
    if header is None:
        headers["a scheme without credential"] = {AUTHORIZATION: "Bearer"}
        headers["an unknown scheme"] = {AUTHORIZATION: f"Contract {token}"}
        headers["a credential without its scheme"] = {AUTHORIZATION: token}
    for name, other in near_misses(token).items():
        headers[f"a credential that is wrong ({name})"] = token_headers(other, header)
    return headers
