"""What it means that a request was not answered."""

from collections.abc import Callable
from typing import Final

import requests

from contracts.client.connection import Connection
from contracts.client.credentials import Outgoing
from contracts.client.errors import (
    AnswerCut,
    CertificateRequired,
    ConnectionDropped,
    OutOfTime,
    TargetError,
    TargetMisconfigured,
    TargetUnavailable,
    ended_by_peer,
    is_cut,
    is_dropped,
    reason,
    tls_is_cut,
    tls_problem,
)

TIME_IS_UP: Final = "the time budget is used up (--time-budget)"
NO_URL: Final = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)
NO_HEADER: Final = (requests.exceptions.InvalidHeader, UnicodeEncodeError)


def meaning(
    error: Exception, request: Outgoing, connection: Connection, mask: Callable[[str], str], *, out_of_time: bool
) -> TargetError:
    """The error to raise for one of the HTTP library, its message without secrets, and with the option to change."""
    url = mask(request.url)
    if isinstance(error, NO_URL):
        return TargetMisconfigured(f"{url}: this is no http or https URL (--target)")
    if isinstance(error, NO_HEADER):
        return TargetMisconfigured("a credential holds characters that no header may hold (--token-file)")
    if not request.certified and connection.client_cert and ended_by_peer(error):
        return CertificateRequired("without --client-cert the target ends the TLS connection")
    if isinstance(error, requests.exceptions.SSLError):
        if tls_is_cut(error):
            return TargetUnavailable(f"{request.method} {url}: the TLS connection was cut (--target)")
        return TargetMisconfigured(f"{url}: {tls_problem(error)}")
    if out_of_time:
        return OutOfTime(TIME_IS_UP)
    kind = ConnectionDropped if is_dropped(error) else AnswerCut if is_cut(error) else TargetUnavailable
    return kind(f"{request.method} {url}: {mask(reason(error, connection.timeout))}")
