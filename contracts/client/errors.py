"""What can go wrong before a target answers, and how it is said in one line that names the option to change.

None of it is ever counted as the target's fault.
"""

import re
from http.client import HTTPException, IncompleteRead, RemoteDisconnected

import requests
import urllib3
import urllib3.exceptions


class TargetError(Exception):
    """Nothing can be said about the target; the message is one line that names the option to change.

    `kind`: what sort of problem that is, for the record (report/error_kinds.py).
    """

    kind: str = "target"


class BudgetUsedUp(TargetError):
    """A budget of the run is used up, that of the option; what was not judged by now is skipped."""

    option = ""
    kind = "out-of-time"


class OutOfTime(BudgetUsedUp):
    """The time is up."""

    option = "--time-budget"


class OutOfRequests(BudgetUsedUp):
    """As many requests were sent as may be."""

    option = "--requests"


class TargetUnavailable(TargetError):
    """The target did not answer: it was not reachable, the time was up, or the connection was lost."""

    kind = "unreachable"


class ConnectionDropped(TargetUnavailable):
    """The connection was closed, or reset, after the request was sent and before anything was answered."""


class AnswerCut(TargetUnavailable):
    """The connection was closed within an answer."""


class TargetBusy(TargetUnavailable):
    """The target answered 429 or 503 to every repetition: it refused, so nothing was carried out."""


class TargetMisconfigured(TargetError):
    """What was given to reach the target (token, certificate, authority, URL) cannot be used."""

    kind = "configuration"


class CredentialUnusable(TargetMisconfigured):
    """There is no credential in what was given, or the target refuses it."""

    kind = "credential"


class CredentialExpired(CredentialUnusable):
    """The target refuses a credential that it has let in before, whatever is asked: nothing more can be judged."""


class LeftBehind(TargetUnavailable):
    """The target answers, and does not let go of what the run has created."""

    kind = "left-behind"


class CertificateRequired(CredentialUnusable):
    """The target ends the TLS handshake without a client certificate."""


def tls_is_cut(error: Exception) -> bool:
    """Whether a TLS connection ended where it should not: the network's doing, nothing that an option could settle."""
    return bool(re.search("EOF occurred|UNEXPECTED_EOF|Connection reset", str(error)))


def tls_problem(error: Exception, option: str = "--target") -> str:
    """What is wrong with a server's certificate or handshake, and the option to change; `option` gave its URL."""
    text = str(error)
    if "mismatch" in text:
        return f"its certificate is for another host ({option})"
    if "CERTIFICATE_VERIFY_FAILED" in text or "certificate verify failed" in text:
        return "its certificate is not trusted; give its authority with --ca-file (or --insecure to trust anything)"
    if "WRONG_VERSION_NUMBER" in text:
        return f"what answers there speaks no TLS; give its URL with http:// ({option})"
    return f"the TLS handshake failed (--client-cert, --ca-file): {last_reason(error)}"


def ended_by_peer(error: Exception) -> bool:
    """Whether a connection that had been made was ended instead of an answer, as for want of a client certificate.

    TLS 1.3 says so only after the handshake (RFC 8446, 4.4.2.4), when what was being sent may have failed already.
    """
    return bool(re.search("alert|reset by peer|Broken pipe|EOF occurred|closed connection", str(error)))


def is_dropped(error: BaseException) -> bool:
    """Whether a connection that had been made was closed instead of an answer."""
    return _is_of(error, RemoteDisconnected, ConnectionResetError, BrokenPipeError)


def is_cut(error: BaseException) -> bool:
    """Whether a connection was closed within an answer."""
    return _is_of(error, IncompleteRead)


def _is_of(error: BaseException, *kinds: type[BaseException]) -> bool:
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, kinds):
            return True
        inner = next((one for one in inner.args if isinstance(one, BaseException)), None)
    return False


def reason(error: Exception, timeout: float, option: str = "--target") -> str:
    """Why there was no answer within `timeout` seconds or at all, in words, with the option to change.

    `option` gave the URL.
    """
    if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError):
        return f"no answer within {timeout:g} s (--timeout)"
    if isinstance(error, requests.exceptions.ProxyError):
        refused = re.search(r"\b407\b", str(error))
        why = "asks for user and password" if refused else "does not let it through"
        return f"the proxy {why} (HTTPS_PROXY, NO_PROXY)"
    if isinstance(error, requests.exceptions.ConnectionError):
        return f"not reachable: {last_reason(error)} ({option})"
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


def garbled(error: BaseException) -> str:
    """What makes an answer's head no HTTP, in one line; "" when `error` is about anything else."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, urllib3.exceptions.InvalidHeader):
            return " ".join(str(inner).split())[:200]
        if isinstance(inner, HTTPException) and not isinstance(inner, RemoteDisconnected | IncompleteRead):
            said = " ".join(ascii(str(inner)).strip("'\"").split())[:120]
            return f"{type(inner).__name__}: {said}"
        inner = next((one for one in inner.args if isinstance(one, BaseException)), None)
    return ""
