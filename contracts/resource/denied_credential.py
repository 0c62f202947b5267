"""Whether what may not replace the object is a credential of the target's, and another one than what may."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from contracts.client.errors import CertificateRequired, CredentialUnusable

if TYPE_CHECKING:
    from contracts.client.client import Client
    from contracts.client.credentials import Credential
    from contracts.judge.model import Response


def option_of(denied: Credential) -> str:
    """The option that gave the credential which may not replace the object."""
    return denied.option.replace("--", "--denied-", 1)


def has_expired(target: Client, path: str, denied: Credential, answer: Response) -> bool:
    """Whether it was answered with 401, and so is a read of the object at `path`, for want of a valid credential."""
    return (
        answer.status == HTTPStatus.UNAUTHORIZED
        and target.send("GET", path, credential=denied).response.status == HTTPStatus.UNAUTHORIZED
    )


def check_denied(target: Client, path: str, denied: Credential) -> None:
    """Read the object at `path` with it: a valid one may read it (200, or 404 before it is there) or may not (403).

    Raises `CredentialUnusable`, with the option that gave it, where nothing could be said of 403: RFC 9110, 15.5.2, has
    401 for a credential that is not valid.
    """
    option = option_of(denied)
    try:
        exchange = target.send("GET", path, credential=denied)
    except CertificateRequired:
        return  # nobody comes there without one, which the cases say
    if denied.secrets() and denied.secrets() == target.authority.secrets():
        raise CredentialUnusable(f"{option} gives the credential that may replace the object, not one that may not")
    if exchange.response.status == HTTPStatus.UNAUTHORIZED:
        what = "the credential that may not replace the object is not valid, it is refused for reading, too"
        raise CredentialUnusable(f"GET {exchange.url}: {what}: 401 ({option}; without it all else is judged)")
