"""Other representations of a JSON body: media types, character escapes, codings of content and transfer. Pure."""

import codecs
import gzip
import json
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import yaml

from contracts.jsonvalue import strict
from contracts.jsonvalue.paths import Json
from contracts.spec.write import MERGE_PATCH

# As PyYAML writes it in C where its wheel has that, and in Python, many times as slow, where not.
_DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_TEXT: Final = re.compile(rb'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class Representation:
    """One way to send an object: headers, and what its JSON body becomes; an empty header is left out.

    `refusable`: the statuses of refusals that are no mistake; None where any refusal is none.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    encode: Callable[[bytes], bytes] = bytes
    refusable: frozenset[int] | None = frozenset()


def _typed(
    name: str, refusable: frozenset[int] | None = None, encode: Callable[[bytes], bytes] = bytes
) -> Representation:
    return Representation({"Content-Type": name}, encode, refusable)


def escaped(body: bytes) -> bytes:
    """A JSON body with every character of its texts, names of members included, by its number (RFC 8259, 7)."""

    def numbers(found: re.Match[bytes]) -> bytes:
        units = json.loads(found[0]).encode("utf-16-be", "surrogatepass")
        return b'"%s"' % "".join(f"\\u{unit}" for unit in units.hex(" ", 2).split()).encode()

    return _TEXT.sub(numbers, body)


def as_yaml(body: bytes) -> bytes:
    """The object of a JSON body as a YAML document."""
    return yaml.dump(json.loads(body), Dumper=_DUMPER, allow_unicode=True).encode()


def indented(body: bytes) -> bytes:
    """A JSON body as people and files have it: indented."""
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False).encode("utf-8", "surrogatepass")


def reordered(body: bytes) -> bytes:
    """A JSON body with the members of each object in the opposite order."""
    return strict.encode(_reversed(json.loads(body)))


def _reversed(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(value)}
    return [_reversed(item) for item in value] if isinstance(value, list) else value


def with_line_end(body: bytes) -> bytes:
    """The body with a line end behind it, as editors leave it in files."""
    return body + b"\n"


def marked(body: bytes) -> bytes:
    """The body behind a byte order mark."""
    return codecs.BOM_UTF8 + body


def in_utf_16(body: bytes) -> bytes:
    """The body in UTF-16, behind a byte order mark."""
    return body.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass")


def compressed(body: bytes) -> bytes:
    """The body in gzip, the same bytes for the same body."""
    return gzip.compress(body, mtime=0)


JSON: Final = "application/json"
# Bytes of a page of memory, of which buffers mostly hold a whole number.
PAGE: Final = 4096
MEBIBYTE: Final = 2**20
# A media type's capitals make no difference (RFC 9110, 8.3.1), nor do a charset (RFC 8259, 11), its own capitals (RFC
# 9110, 8.3.2), white space and the order of members (RFC 8259, 2 and 4); a server may want to be told the length (RFC
# 9112, 6.3), and may refuse a byte order mark (RFC 8259, 8.1). Other types and codings it need not understand.
_REPRESENTATIONS: Final[Mapping[str, Representation]] = {
    "characters by their numbers": Representation(encode=escaped),
    "indented": Representation(encode=indented),
    "members in another order": Representation(encode=reordered),
    "a line end behind it": Representation(encode=with_line_end),
    "a byte order mark": Representation(encode=marked, refusable=None),
    "chunks": Representation({"Transfer-Encoding": "chunked"}, refusable=frozenset({411})),
    "YAML": _typed("application/yaml", encode=as_yaml),
    "YAML by its old type": _typed("text/yaml", encode=as_yaml),
    "a type of +json": _typed("application/vnd.contract+json"),
    # What curl says of a body by itself.
    "a form's type": _typed("application/x-www-form-urlencoded"),
    "plain text": _typed("text/plain"),
    "no type": _typed(""),
    "gzip": Representation({"Content-Encoding": "gzip"}, compressed, None),
    "deflate": Representation({"Content-Encoding": "deflate"}, zlib.compress, None),
}


def slashed(body: bytes) -> bytes:
    """A JSON body with a backslash before every slash, as PHP and others write it (RFC 8259, 7)."""
    return body.replace(b"/", b"\\/")


def paged(body: bytes) -> bytes:
    """The body with blanks behind it, so that it ends where a buffer of a whole number of pages does."""
    return body + b" " * (-len(body) % PAGE)


def of_windows(body: bytes) -> bytes:
    """A JSON body in the lines of another system, the first an empty one, with letters beyond ASCII by numbers in
    capitals.
    """
    lines = "\n" + json.dumps(json.loads(body), indent="\t")
    return re.sub(r"\\u[0-9a-f]{4}", lambda found: f"\\u{found[0][2:].upper()}", lines).replace("\n", "\r\n").encode()


def padded(body: bytes) -> bytes:
    """The body with blanks behind it, beyond a size where code that reads bodies in one piece ends."""
    return body.ljust(MEBIBYTE + 1)


# Of what somebody has asked for: all requests that are made for it bear the same, whatever they hold.
REQUEST_ID: Final = "0af76519-16cd-43dd-8448-eb211c80319c"
# What says nothing of what is immutable, as only texts and blanks are written otherwise. A gateway may say that a
# mebibyte is too much.
ESCAPES: Final[Mapping[str, Representation]] = {
    "slashes behind backslashes": Representation(encode=slashed),
    "whole pages of memory": Representation({"X-Request-Id": REQUEST_ID}, paged),
    "lines behind tabs": Representation({"X-Request-Id": REQUEST_ID}, of_windows),
    "more than a mebibyte": Representation(encode=padded, refusable=frozenset({400, 413})),
}
# What may be answered (RFC 9110, 12.5): JSON is among it.
ANSWERS: Final[Mapping[str, Representation]] = {
    "a list of types that may be answered": Representation({"Accept": f"{JSON}, */*"}),
    "types as scripts in browsers ask for them": Representation({"Accept": f"{JSON}, text/plain, */*"}),
    "types by their quality": Representation({"Accept": f"text/html;q=0.5, {JSON};q=0.9, */*;q=0.1"}),
    "an answer that may be compressed": Representation({"Accept-Encoding": "gzip"}),
    "what proxies and browsers add": Representation(
        {
            "Accept": f"{JSON}, application/*;q=0.8",
            "Accept-Encoding": "gzip, br;q=0",
            "Accept-Language": "de-CH, de;q=0.9, en;q=0.5",
            "traceparent": f"00-{'0af76519' * 4}-{'b7ad6b71' * 2}-01",
        }
    ),
    # a server may refuse whom it does not trust
    "long headers, and addresses as proxies write them": Representation(
        {
            "User-Agent": f"contract/1.0 ({'x' * 300})",
            "X-Forwarded-For": "2001:db8::7, 192.0.2.7:54321, unknown",
            "X-Request-Id": "contract/1",
        },
        refusable=None,
    ),
    "no name of the client": Representation({"User-Agent": ""}, refusable=None),
    # who is no page of the target's own may be refused, and so may who has another entity tag
    "cookies and conditions": Representation(
        {
            "Cookie": "contract=contract",
            "Origin": "https://contract.example",
            "If-Match": '"contract"',
            "If-None-Match": '"contract"',
        },
        refusable=None,
    ),
}


def representations(media_type: str) -> Mapping[str, Representation]:
    """The ways to send a body of a media type, by names for reports.

    An API server looks the type of a patch up as it is spelled (Kubernetes API machinery), so it may refuse others.
    """
    replacing = media_type == JSON
    other = ("a patch's type", MERGE_PATCH) if replacing else ("the type of a whole object", JSON)
    capitals = frozenset() if replacing else frozenset({415})
    return {
        "a charset": _typed(f"{media_type}; charset=utf-8", frozenset()),
        "a charset in capitals": _typed(f"{media_type};charset=UTF-8", frozenset()),
        "other capitals of the type": _typed("/".join(map(str.capitalize, media_type.split("/"))), capitals),
        **_REPRESENTATIONS,
        # RFC 8259, 8.1, allows UTF-8 alone; many decoders find out by themselves which one it is.
        "UTF-16": _typed(f"{media_type}; charset=utf-16", encode=in_utf_16),
        other[0]: _typed(other[1]),
    }
