"""Requests signed with an access key and a secret key, as Huawei Cloud's API gateway asks for (SDK-HMAC-SHA256).

The signature is made by the vendor's own signer (huaweicloudsdkcore), per request: it covers method, path, query,
host, date, content type and body. Other headers are left out of it, because proxies may write them anew.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl, urlsplit

from contracts.client.credentials import ANONYMOUS, AUTHORIZATION, Credential, Outgoing, Variant
from contracts.client.errors import CredentialUnusable, TargetMisconfigured, last_reason
from contracts.masking.encodings import near_misses

DATE: Final = "X-Sdk-Date"
DATE_FORMAT: Final = "%Y%m%dT%H%M%SZ"
SECURITY_TOKEN: Final = "X-Security-Token"
CONTENT_TYPE: Final = "Content-Type"
INSTALL: Final = "pip install 'pytorchjob-contract[huawei]'"


@dataclass(frozen=True)
class Signature(Credential):
    """A pair of keys; `security_token` goes with a temporary pair. Raises `TargetMisconfigured` without the signer.

    `date`: the time that every signature shows, by default when the request is sent.
    """

    option: ClassVar[str] = "--access-key-file"

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)
    date: datetime | None = None

    def __post_init__(self) -> None:
        _signer()

    def headers(self, request: Outgoing) -> Mapping[str, str]:
        """Date, signature, and what else the signer and a temporary pair add."""
        signer, sdk_request = _signer()
        parts = urlsplit(request.url)
        kind = next((value for name, value in request.headers.items() if name.lower() == "content-type"), None)
        # The Host header that goes with a URL: without user and the scheme's own port (RFC 9110, 7.2).
        host = parts.netloc.rpartition("@")[2].lower().removesuffix(":443" if parts.scheme == "https" else ":80")
        signed = {DATE: (self.date or datetime.now(UTC)).strftime(DATE_FORMAT), "Host": host}
        if kind is not None:
            signed[CONTENT_TYPE] = kind
        if self.security_token:
            signed[SECURITY_TOKEN] = self.security_token
        unsigned = sdk_request(
            method=request.method,
            resource_path=parts.path or "/",
            query_params=parse_qsl(parts.query, keep_blank_values=True),
            header_params=signed,
            body=request.body,
        )
        signer(SimpleNamespace(ak=self.access_key, sk=self.secret_key)).sign(unsigned)
        return {name: value for name, value in unsigned.header_params.items() if name not in ("Host", CONTENT_TYPE)}

    def secrets(self) -> frozenset[str]:
        """Both keys and the security token."""
        return frozenset(filter(None, (self.access_key, self.secret_key, self.security_token)))

    def variants(self) -> Mapping[str, Variant]:
        """Signatures made with other keys or at another time, and headers that hold none."""
        wrong = {
            "a signature of an unknown access key": replace(self, access_key="contract-unknown-credential"),
            "a signature that is a day old": replace(self, date=datetime.now(UTC) - timedelta(days=1)),
            **{
                f"a signature with a wrong secret key ({name})": replace(self, secret_key=other)
                for name, other in near_misses(self.secret_key).items()
                if other
            },
        }
        return {
            "an empty credential": Variant(Credential({AUTHORIZATION: ""}), ANONYMOUS),
            "a scheme without credential": Variant(Credential({AUTHORIZATION: "SDK-HMAC-SHA256"}), ANONYMOUS),
            **{name: Variant(credential) for name, credential in wrong.items()},
        }


def read_access_keys(path: Path, option: str) -> Signature:
    """The pair of keys in a file: `credentials.csv` as the vendor's console gives it, or a key on each of two lines.

    Raises `TargetMisconfigured` naming `option` when there is no such pair in it.
    """
    try:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TargetMisconfigured(f"{option}: {path} cannot be read: {last_reason(error)}") from None
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    cells = [row for row in cells if row and all(map(str.isprintable, row))]
    if len(cells) == 2 and len(cells[0]) == len(cells[1]) == 1:
        pair = [row[0] for row in cells]
    elif len(cells) == 2 and len(cells[0]) == len(cells[1]) == 3 and cells[0][1].lower().startswith("access key"):
        pair = cells[1][1:]
    else:
        raise CredentialUnusable(
            f"{option}: {path} must hold the access key and the secret key, each on a line of its own, "
            "or be the console's credentials.csv"
        )
    return Signature(pair[0], pair[1])


def _signer() -> tuple[Any, Any]:
    # Imported when needed: an optional dependency that is loaded with everything that it brings.
    try:
        from huaweicloudsdkcore.sdk_request import SdkRequest
        from huaweicloudsdkcore.signer.signer import Signer
    except ImportError:
        message = f"--access-key-file: the vendor's SDK, which signs requests, is not installed: {INSTALL}"
        raise TargetMisconfigured(message) from None
    return Signer, SdkRequest
