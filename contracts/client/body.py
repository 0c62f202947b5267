"""Reads an answer, bounded in size, and tells a target's defect from a network failure.

A finding needs that the target did it, and nobody between:

- more than `LARGEST_BODY` bytes; a content coding that cannot be undone; bytes that are no HTTP: they were sent so
- fewer bytes than Content-Length promised, and yet a whole JSON object: no proper beginning of an object's text is one
  (RFC 8259, 4), so everything was sent and the length was wrong
- everything else that ends early or late may be the network's: the exception is passed on
"""

from __future__ import annotations

import io
from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from typing import Final

import requests
import urllib3.exceptions

from contracts.jsonvalue import strict
from contracts.judge.model import Response

# Five times what an API server stores of an object (etcd's limit is 1.5 MiB), so that pretty ones fit too.
LARGEST_BODY: Final = 8 * 1024 * 1024
PIECE: Final = 64 * 1024
SHOWN: Final = 4096


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


def _is_unclosed(content: bytes) -> bool:
    """Whether a body that ends with its connection seems to be the beginning of an object: it may have been cut."""
    return content.lstrip().startswith(b"{") and content.count(b"{") > content.count(b"}")


def _is_whole_object(content: bytes) -> bool:
    try:
        return isinstance(strict.decode(content), dict)
    except strict.NotJson:
        return False
