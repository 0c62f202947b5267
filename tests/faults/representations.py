"""Families replaceable and immutable: the same object in another representation of its body."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Callable

from contracts.jsonvalue.paths import remove
from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request
from contracts.reference.status_error import Refusal, internal_error, unsupported_media_type
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import altering, decoding, leaking, turning_away

BYPASS = ("immutable.no-bypass",)
TOGETHER = ("replaceable.together",)
GZIP = b"\x1f\x8b"
ZLIB = b"\x78"


def _refusing(endpoint: Endpoint, refused: Callable[[Request], bool], refusal: Refusal) -> Behaviour:
    """Steps that refuse replacements whose request is `refused`."""
    return turning_away(endpoint, lambda request: refusal if refused(request) else None)


def _unpacked(body: bytes) -> bytes:
    return gzip.decompress(body) if body.startswith(GZIP) else body


@fault(*BYPASS)
def yaml_skips_the_check(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The check reads the body a second time, as JSON, and lets pass what is none."""
    return leaking(endpoint, lambda moment, _: moment.request.media_type == "application/yaml")


@fault(*BYPASS)
def compressed_body_skips_the_check(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The gateway that checks cannot look into compressed bodies, the server can."""
    return leaking(
        decoding(endpoint, _unpacked), lambda moment, _: moment.request.headers.get("content-encoding") == "gzip"
    )


@fault(*BYPASS)
def chunked_body_skips_the_check(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The gateway checks as many bytes as Content-Length says: none."""
    return leaking(endpoint, lambda moment, _: "transfer-encoding" in moment.request.headers)


@fault(*BYPASS)
def escaped_names_skip_the_check(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The check looks for names in the text of the body, before escapes are undone."""
    return leaking(endpoint, lambda moment, _: b'"spec"' not in moment.request.body)


@fault(*BYPASS)
def body_without_type_skips_the_check(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The filter is chosen by the media type, and there is none for none."""
    return leaking(endpoint, lambda moment, _: "content-type" not in moment.request.headers)


@fault(*TOGETHER)
def charset_is_unsupported(endpoint: Endpoint) -> Behaviour:
    """Breaks: allowed replacements are accepted. The header is compared with the bare media type."""
    return _refusing(
        endpoint, lambda request: ";" in request.headers.get("content-type", ""), unsupported_media_type("JSON")
    )


@fault(*TOGETHER)
def capitals_of_the_type_are_unsupported(endpoint: Endpoint) -> Behaviour:
    """Breaks: allowed replacements are accepted. Media types are compared with attention to capitals."""

    def capital(request: Request) -> bool:
        sent = request.headers.get("content-type", "")
        return sent != sent.lower()

    return _refusing(endpoint, capital, unsupported_media_type("JSON"))


@fault(*TOGETHER)
def chunked_body_is_taken_for_none(endpoint: Endpoint) -> Behaviour:
    """Breaks: allowed replacements are accepted. Without Content-Length the body is not read."""
    empty = Refusal(400, "BadRequest", "the request has no body")
    return _refusing(endpoint, lambda request: "transfer-encoding" in request.headers, empty)


@fault(*TOGETHER)
def escaped_names_are_unknown(endpoint: Endpoint) -> Behaviour:
    """Breaks: allowed replacements are stored. A parser of its own compares names before it undoes their escapes."""

    def decoded(body: bytes) -> bytes:
        return b"{}" if b"\\u006d\\u0065\\u0074\\u0061" in body else body

    return decoding(endpoint, decoded).steps


@fault(*TOGETHER)
def annotations_of_yaml_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is accepted is stored as sent. The mapping from YAML has no entry for annotations."""
    return altering(
        endpoint,
        lambda moment, new: (
            remove(new, ("metadata", "annotations")) if moment.request.media_type == "application/yaml" else new
        ),
    )


@fault("status.500")
def compressed_body_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. The body is decoded as text without regard to its coding."""

    def decoded(body: bytes) -> bytes:
        if body.startswith(GZIP):
            raise internal_error("'utf-8' codec can't decode byte 0x8b in position 1: invalid start byte")
        return body

    return decoding(endpoint, decoded).steps


@fault(*BYPASS)
def deflated_body_skips_the_check(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The gateway that checks can unpack gzip, and the server whatever there is."""

    def inflated(body: bytes) -> bytes:
        return zlib.decompress(body) if body.startswith(ZLIB) else body

    return leaking(
        decoding(endpoint, inflated), lambda moment, _: moment.request.headers.get("content-encoding") == "deflate"
    )


@fault(*BYPASS)
def body_in_utf_16_skips_the_check(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The server's parser finds out in which form of Unicode a body is, the check reads
    UTF-8, and lets pass what it cannot read.
    """
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    read = decoding(endpoint, lambda body: body.decode("utf-16").encode() if body.startswith(marks) else body)
    return leaking(read, lambda moment, _: moment.request.body.startswith(marks))
