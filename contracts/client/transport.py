"""The HTTP transport: one deadline for a whole answer of bounded size, interim (1xx) ones skipped, no redirects.

What requests, urllib3 and http.client leave open is closed here: a time-out for each single read (an answer that drips
would never end), more than a hundred headers taken for no answer, 103 taken for the final answer, the body of a
redirect read whole to find the next one, and cookies that would carry one credential's session into a request with
another.

A finding needs that the target did it, and nobody between:

- more than `LARGEST_BODY` bytes; a content coding that cannot be undone; bytes that are no HTTP: they were sent so
- fewer bytes than Content-Length promised, and yet a whole JSON object: no proper beginning of an object's text is one
  (RFC 8259, 4), so everything was sent and the length was wrong
- everything else that ends early or late may be the network's: the exception is passed on
"""

import hashlib
import http.client
import io
import math
import socket
import time
from collections.abc import Iterator
from http.client import BadStatusLine, HTTPResponse, RemoteDisconnected
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import requests
import urllib3
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from contracts.jsonvalue import strict
from contracts.judge.model import Response

SWITCHING_PROTOCOLS: Final = 101
# Five times what an API server stores of an object (etcd's limit is 1.5 MiB), so that pretty ones fit too.
LARGEST_BODY: Final = 8 * 1024 * 1024
PIECE: Final = 64 * 1024
# Of a body that is sent in chunks; who reads the first alone finds no complete object.
CHUNKS: Final = 3
# A mesh adds some to each answer; the standard library takes a hundred, and has no other way to be told.
MOST_HEADERS: Final = 1000
http.client._MAXHEADERS = MOST_HEADERS  # type: ignore[attr-defined]
SHOWN: Final = 4096


class Session(requests.Session):
    """A session that adds nothing of its own to a request and takes nothing from an answer but the answer.

    `server_name`: the name whose certificate to ask for and verify instead of the URL's (kubeconfig: tls-server-name).
    """

    def __init__(self, server_name: str | None = None) -> None:
        super().__init__()
        self.trust_env = False  # or .netrc and REQUESTS_CA_BUNDLE would override explicit options
        self.headers.clear()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter(server_name if scheme == "https://" else None))

    def resolve_redirects(self, *_: Any, **__: Any) -> Iterator[Any]:
        """No redirect: even to know where one leads, requests would read its body whole and parse its Location."""
        return iter(())


class _Answer(HTTPResponse):
    """An answer whose every byte, from status line to last trailer, must come within the connection's time-out."""

    def __init__(self, sock: socket.socket, *more: Any, **options: Any) -> None:
        super().__init__(sock, *more, **options)
        self.fp.close()
        self._bytes = _Bounded(sock)
        self.fp = io.BufferedReader(self._bytes)

    def begin(self) -> None:
        """Read the head of the final answer; interim ones before it mean nothing to a client (RFC 9110, 15.2).

        Raises as `http.client` does, and `RemoteDisconnected` also where the connection ended within the head, which
        `http.client` takes for its end (RFC 9112, 8: incomplete).
        """
        self._begin()
        while 100 <= self.status < 200 and self.status != SWITCHING_PROTOCOLS:
            self.headers = self.msg = None  # type: ignore[assignment]
            self._begin()

    def _begin(self) -> None:
        try:
            super().begin()
        except BadStatusLine as error:
            if not self._bytes.ended or not "HTTP/".startswith(str(error.args[0])[:5]):
                raise
        if self._bytes.ended:
            raise RemoteDisconnected("the connection was closed within the head of the answer")


class _Bounded(io.RawIOBase):
    """The bytes of a socket until its time-out, counted from now on, has passed."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._timeout = sock.gettimeout()
        self._deadline = math.inf if self._timeout is None else time.monotonic() + self._timeout
        self._stream = sock.makefile("rb", buffering=0)
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        """As in `io.RawIOBase`; raises `TimeoutError` when the deadline has passed."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._socket.settimeout(None if left == math.inf else left)
        try:
            count = self._stream.readinto(buffer)
        finally:
            self._socket.settimeout(self._timeout)  # the next request on this connection is sent under it
        self.ended = count == 0
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()


class _PlainPool(urllib3.HTTPConnectionPool):
    class ConnectionCls(HTTPConnection):
        response_class = _Answer


class _SecureConnection(HTTPSConnection):
    """A connection that knows the SHA-256 fingerprint of the certificate that it was shown."""

    response_class = _Answer
    certificate = ""

    def connect(self) -> None:
        super().connect()
        shown = self.sock.getpeercert(binary_form=True)  # type: ignore[union-attr]
        self.certificate = f"sha256:{hashlib.sha256(shown).hexdigest()}" if shown else ""


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS: Final = {"http": _PlainPool, "https": _SecurePool}


class _Adapter(HTTPAdapter):
    def __init__(self, server_name: str | None) -> None:
        self._name = {"server_hostname": server_name, "assert_hostname": server_name} if server_name else {}
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **{**options, **self._name})
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **{**options, **self._name})
        manager.pool_classes_by_scheme = _POOLS
        return manager


def keep_as_made(prepared: requests.PreparedRequest, url: str) -> None:
    """Undo what requests has made of a request: the path as spelled in `url`, and a body in chunks where it is to be.

    A path that could not stand in a request line is left as requests has encoded it. Without a User-Agent urllib3 sends
    none of its own.
    """
    prepared.headers.setdefault("User-Agent", urllib3.util.SKIP_HEADER)
    path = urlsplit(url).path
    if prepared.url and path.isascii() and path.isprintable() and " " not in path:
        prepared.url = urlunsplit(urlsplit(prepared.url)._replace(path=path or "/"))
    if "Transfer-Encoding" in prepared.headers and isinstance(prepared.body, bytes):
        prepared.headers.pop("Content-Length", None)
        size = max(1, len(prepared.body) // CHUNKS)
        prepared.body = [prepared.body[at : at + size] for at in range(0, len(prepared.body), size)]  # type: ignore[assignment]  # which requests sends as they are


def certificates(response: requests.Response) -> frozenset[str]:
    """The fingerprint of the certificate with which an https target answers; to be asked before its body is read."""
    connection = getattr(response.raw, "connection", None)
    # Behind a proxy that is spoken to over TLS, an http target has none, and the proxy's is no matter.
    shown = getattr(connection, "certificate", "") if str(response.request.url).startswith("https:") else ""
    return frozenset([shown]) if shown else frozenset()


def read_answer(response: requests.Response) -> Response:
    """An answer, the content codings of its body undone; of a body that cannot be used only the beginning is kept.

    Raises what urllib3 does when the connection is lost or the time is up.
    """
    content = io.BytesIO()
    defect = _read_into(content, response)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Response(response.status_code, headers, content.getvalue()[: SHOWN if defect else None], defect)


def _read_into(content: io.BytesIO, response: requests.Response) -> str:
    """Read the body of an answer; gives what is wrong with it, "" if nothing."""
    too_large = f"it is larger than {LARGEST_BODY} bytes"
    promised = response.headers.get("content-length", "")
    plain = not any(name in response.headers for name in ("transfer-encoding", "content-encoding"))
    if plain and promised.isascii() and promised.isdigit() and len(promised) > 9:
        return too_large  # 1 GB and more: nothing is gained by waiting for the first 8 MiB
    try:
        # read1 returns what has arrived; read would wait for a whole piece, however slowly it comes.
        while piece := response.raw.read1(PIECE, decode_content=True):
            content.write(piece)
            if content.tell() > LARGEST_BODY:
                return too_large
    except urllib3.exceptions.DecodeError as error:
        coding = response.headers.get("content-encoding", "")
        reason = f": {error.args[1]}" if len(error.args) > 1 else ""
        return f"its Content-Encoding {coding[:40]!r} cannot be undone{reason}"[:200]
    except (urllib3.exceptions.ProtocolError, urllib3.exceptions.ReadTimeoutError):
        if plain and promised and _is_whole_object(content.getvalue()):
            got = f"{content.tell()} came, which are a whole JSON object"
            return f"Content-Length promises {promised[:20]} bytes, and {got}"
        raise
    if not promised and "transfer-encoding" not in response.headers and _is_unclosed(content.getvalue()):
        raise urllib3.exceptions.ProtocolError("the connection was closed within the body")
    return ""


def _is_unclosed(content: bytes) -> bool:
    """Whether a body that ends with its connection seems to be the beginning of an object: it may have been cut."""
    unbalanced = content.lstrip().startswith(b"{") and content.count(b"{") > content.count(b"}")
    return unbalanced and not _is_whole_object(content)  # braces may also stand in texts


def _is_whole_object(content: bytes) -> bool:
    try:
        return isinstance(strict.decode(content), dict)
    except strict.NotJson:
        return False
