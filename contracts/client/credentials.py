"""Credentials: the headers for one request, the secrets in them, and what else may be shown in their place.

    Credential              the same headers for every request, or none at all
    ├── Token               bearer (RFC 6750, 2.1), or as it is in the header that was named
    │   ├── FileToken       the token that a file holds now: one that expires is rewritten during a run
    │   └── huawei_iam.IamToken
    ├── huawei_aksk.Signature
    └── kubeconfig.ClusterCredential

A client certificate authenticates in the TLS handshake and belongs to the connection.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final

from contracts.client.errors import CredentialUnusable, TargetMisconfigured, last_reason
from contracts.masking.encodings import UNKNOWN, near_misses

AUTHORIZATION: Final = "Authorization"
# How who has shown nothing is refused: as unauthenticated, or as an anonymous user who may not.
ANONYMOUS: Final = (401, 403)
# A gateway may refuse a longer header for its length (8 KiB is usual); a token of IAM alone can have some 5,000.
LONGEST_MISS: Final = 4096


@dataclass(frozen=True)
class Outgoing:
    """One request as it will be sent, but for its credential; `certified`: with the client certificate.

    `seconds`: within which it must be answered, where that is less than a request may take.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    certified: bool = True
    seconds: float = math.inf


@dataclass(frozen=True)
class Variant:
    """What is shown in a credential's place, and how it may be answered.

    `refusals`: the statuses of a refusal. `valid`: it is the valid one in another form, so it may be accepted, too.
    `headers`: what is sent beside the credential, and is nothing secret.
    """

    credential: Credential
    refusals: tuple[int, ...] = (401,)
    valid: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


class Credential:
    """The same headers for every request, and what every other credential can do.

    `fixed`: the headers; the caller knows which of them are secret. `option`: what gives such a credential.
    `renewable`: whether somebody else may renew it at any time. Safe to be used by several threads; never shown by
    `repr`.
    """

    option: ClassVar[str] = "--token-file"
    renewable: ClassVar[bool] = False

    def __init__(self, fixed: Mapping[str, str] | None = None) -> None:
        self._fixed = fixed or {}

    @property
    def given(self) -> bool:
        """Whether there is anything secret in it."""
        return bool(self.secrets())

    def headers(self, _request: Outgoing) -> Mapping[str, str]:
        """The headers that stand for it in this request; raises `TargetError` when they cannot be made."""
        return self._fixed

    def secrets(self) -> frozenset[str]:
        """What must never be shown, as far as it is known by now."""
        return frozenset()

    def renew(self, _refused: Mapping[str, str]) -> bool:
        """Whether there is another one by now than in the headers that were answered with 401.

        Raises `TargetError` when what it is read from cannot be read any more.
        """
        return False

    def variants(self) -> Mapping[str, Variant]:
        """What looks like this credential and is none, and this one in other forms, by names that do not show it."""
        return {}


NONE: Final = Credential()


class Token(Credential):
    """One token, sent as a bearer token, or as it is in the header `header`."""

    def __init__(self, value: str, header: str | None = None) -> None:
        super().__init__()
        self._token = value
        self._header = header
        self._secrets = {value}

    def headers(self, _request: Outgoing) -> Mapping[str, str]:
        """The one header."""
        return self._carried(self._token)

    def secrets(self) -> frozenset[str]:
        """The token, and those before it."""
        return frozenset(self._secrets)

    def variants(self) -> Mapping[str, Variant]:
        """An incomplete header, tokens that are almost this one, and this one and a wrong one in other forms."""
        name = self._header or AUTHORIZATION
        found = {"an empty credential": Variant(Credential({name: ""}), ANONYMOUS)}
        forms = {"a credential with a scheme": "Bearer {}"}
        if self._header is None:
            found["a scheme without credential"] = Variant(Credential({name: "Bearer"}), ANONYMOUS)
            forms = {
                "an unknown scheme": "Contract {}",
                "a credential without its scheme": "{}",
                "a scheme in other capitals": "bEARER {}",
            }
        misses = near_misses(self._token)
        for title, form in forms.items():
            found[title] = Variant(Credential({name: form.format(self._token)}), ANONYMOUS, valid=True)
            wrong = Credential({name: form.format(misses[UNKNOWN])})
            found[f"{title}, and a credential that is wrong"] = Variant(wrong, ANONYMOUS)
        for title, other in misses.items():
            if len(other) > max(LONGEST_MISS, len(self._token) + 1):
                continue
            refusals = (401,) if other else ANONYMOUS
            found[f"a credential that is wrong ({title})"] = Variant(Credential(self._carried(other)), refusals)
        return found

    def _carried(self, token: str) -> dict[str, str]:
        return {self._header: token} if self._header else {AUTHORIZATION: f"Bearer {token}"}


class FileToken(Token):
    """The token that a file holds now; it is read for every request and after a 401.

    Raises `TargetMisconfigured` naming `option` when there is no token in the file at the beginning.
    """

    renewable = True

    def __init__(self, path: Path, option: str, header: str | None = None) -> None:
        self._path = path
        self._option = option
        super().__init__(read_token(path, option), header)

    def headers(self, request: Outgoing) -> Mapping[str, str]:
        """The header with the token that the file holds now.

        A file that cannot be read just now may be about to be replaced: the last token is used, until a 401.
        """
        with suppress(TargetMisconfigured):
            self._read()
        return super().headers(request)

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Whether the file holds another token by now; raises `TargetMisconfigured` when it cannot be read."""
        self._read()
        return self._carried(self._token) != dict(refused)

    def _read(self) -> None:
        self._token = read_token(self._path, self._option)
        self._secrets.add(self._token)


def read_token(path: Path, option: str) -> str:
    """The credential in a file, without white space around it.

    Raises `TargetMisconfigured` naming `option` when there is no file, no text or no credential in it.
    """
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise TargetMisconfigured(f"{option}: {path} cannot be read: {last_reason(error)}") from None
    if not token or any(character in token for character in "\r\n"):
        raise CredentialUnusable(f"{option}: {path} must hold one credential on one line")
    return token
