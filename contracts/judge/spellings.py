"""Other spellings of an object's URL, such as gateways, routers and frameworks take for the same one. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

# Headers by which a proxy tells a server, or a server a proxy's rules, which URL was asked for at first.
ORIGINAL: Final = ("X-Original-URL", "X-Original-URI", "X-Rewrite-URL", "X-Forwarded-Uri")


@dataclass(frozen=True)
class Spelling:
    """One way to write the path of an object, with a query, and with headers that say which URL is meant.

    `extra`: what it adds to the object's name, if anything.
    """

    path: str
    query: str = ""
    extra: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def spellings(path: str, base: str) -> Mapping[str, Spelling]:
    """The other spellings of a path that ends with an object's name, each with a name for reports.

    Slashes more than needed, slashes and letters by their number, dot segments, path parameters, queries, capitals; the
    path as it is with the absolute form of the host's name (RFC 3986, 3.2.2), or beside another one in headers. `base`:
    the URL to which the path belongs.
    """
    segments = path.strip("/").split("/")
    words, name = segments[:-1], segments[-1]
    parent = f"/{'/'.join(words)}"
    encoded = [_encoded(one) for one in words]
    return {
        "a slash behind it": Spelling(f"{path}/"),
        "two slashes behind it": Spelling(f"{path}//"),
        "two slashes before it": Spelling(f"/{path}"),
        "two slashes before the name": Spelling(f"{parent}//{name}"),
        "every slash twice": Spelling(path.replace("/", "//")),
        "an encoded slash before the name": Spelling(f"{parent}%2F{name}"),
        "an encoded slash behind it": Spelling(f"{path}%2F"),
        "an encoded letter of the name": Spelling(f"{parent}/{_encoded(name)}"),
        "an encoded letter of the collection": Spelling(f"/{'/'.join([*words[:-1], encoded[-1]])}/{name}"),
        "an encoded letter of every word": Spelling(f"/{'/'.join(encoded)}/{_encoded(name)}"),
        "a letter that is encoded twice": Spelling(f"{parent}/{_encoded(name).replace('%', '%25')}"),
        "a parameter behind the name": Spelling(f"{path};x", extra=";x"),
        "a parameter behind the collection": Spelling(f"{parent};x/{name}"),
        "a query": Spelling(path, "x"),
        "other capitals of the collection": Spelling(f"/{'/'.join([*words[:-1], words[-1].upper()])}/{name}"),
        "other capitals of the first word": Spelling(f"/{'/'.join([words[0].upper(), *words[1:]])}/{name}"),
        "a dot segment before the name": Spelling(f"{parent}/./{name}"),
        "an encoded dot segment before the name": Spelling(f"{parent}/%2e/{name}"),
        "a dot segment behind it": Spelling(f"{path}/."),
        "a way up before the name": Spelling(f"{parent}/x/../{name}"),
        "an ending behind the name": Spelling(f"{path}.json", extra=".json"),
        "a dot behind the host": Spelling(path, headers={"Host": _rooted(base)}),
        "another URL in headers": Spelling(path, headers=dict.fromkeys(ORIGINAL, "/healthz")),
    }


def other_names(path: str) -> Mapping[str, str]:
    """Paths of other objects than the one at a path, each with a name for reports, that careless queries find it by.

    As a database compares texts (in any capitals, without blanks at the end), and by its patterns.
    """
    parent, _, name = path.rpartition("/")
    return {
        "its name in other capitals": f"{parent}/{name.swapcase()}",
        "its name with a blank behind it": f"{parent}/{name}%20",
        "a pattern for one character": f"{parent}/{name[:-1]}_",
        "a pattern for any characters": f"{parent}/{name[:-1]}%25",
        "a pattern of file names": f"{parent}/{name[:-1]}*",
    }


def _rooted(base: str) -> str:
    """Host and port of a URL, with a dot behind the host's name."""
    return re.sub(r"(:\d+)?$", r".\1", urlsplit(base).netloc, count=1)


def _encoded(word: str) -> str:
    """A word with its first character by its number."""
    return f"%{ord(word[0]):02X}{word[1:]}"
