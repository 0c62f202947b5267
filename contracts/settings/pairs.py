"""Options that give a name a value: headers and query parameters of every request, labels of what is created.

A value that was taken from a variable or from a file (`@FILE`) is a secret; it is never shown.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

HIDDEN: Final = "***"
# What a run decides itself for each request, or gives a credential.
OWN_HEADERS: Final = frozenset(
    ("accept", "authorization", "connection", "content-length", "content-type", "transfer-encoding")
)
OWN_PARAMETERS: Final = frozenset(("pretty",))

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2


class Substituted(str):
    """A text that came out of a variable, at least in part.

    `written`: what stands in the file, if in one; `filled` has such a text with the variables' values in it.
    """

    written: str
    filled: Callable[[str], str]

    def __new__(cls, text: str, written: str = "", filled: Callable[[str], str] = str) -> "Substituted":
        """The text with how it was written."""
        made = super().__new__(cls, text)
        made.written, made.filled = written, filled
        return made


@dataclass(frozen=True)
class Pair:
    """A name and its value. `given`: what gives it again on a command line, "" where nothing may."""

    name: str
    value: str = field(repr=False)
    given: str
    secret: bool = False
    shown: str = ""


def header(value: Any) -> Pair:
    """A header as `NAME: VALUE`, none that a run decides itself."""
    pair = _pair(value, ":", "expected NAME: VALUE, with the name of a header")
    if pair.name.lower() in OWN_HEADERS:
        hint = "; a credential is given by --token-file, --auth-header" if pair.name.lower() == "authorization" else ""
        raise ValueError(f"expected another header than {pair.name}, which each request has its own of{hint}")
    if not pair.value.isprintable() or not pair.value.isascii():
        raise ValueError("expected a value of printable ASCII characters")
    return pair


def parameter(value: Any) -> Pair:
    """A query parameter as `NAME=VALUE`, none that a run judges."""
    pair = _pair(value, "=", "expected NAME=VALUE, with the name of a query parameter")
    if pair.name in OWN_PARAMETERS:
        raise ValueError(f"expected another parameter than {pair.name}, which is judged")
    return pair


def label(value: Any) -> Pair:
    """A label as `KEY=VALUE`."""
    given = value if isinstance(value, str) else ""
    key, separator, content = given.partition("=")
    if not separator or not key.strip():
        raise ValueError("expected KEY=VALUE")
    return Pair(key.strip(), content.strip(), given, shown=given)


def query(parameters: Iterable[Pair]) -> str:
    """The parameters as they stand in a URL."""
    return urlencode([(one.name, one.value) for one in parameters])


def secrets(*groups: Iterable[Pair]) -> frozenset[str]:
    """The values that must never be shown."""
    return frozenset(one.value for group in groups for one in group if one.secret and one.value)


def _pair(value: Any, separator: str, expected: str) -> Pair:
    given = value if isinstance(value, str) else ""
    name, found, content = (part.strip() for part in given.partition(separator))
    if not found or not _TOKEN.fullmatch(name):
        raise ValueError(expected)
    space = " " if separator == ":" else ""
    if content.startswith("@"):
        file = Path(content[1:]).expanduser().absolute()
        again = f"{name}{separator}{space}@{file}"
        return Pair(name, _content(file), again, secret=True, shown=again)
    if isinstance(value, Substituted):
        return Pair(name, content, "", secret=True, shown=value.written or f"{name}{separator}{space}{HIDDEN}")
    return Pair(name, content, given, shown=given)


def _content(file: Path) -> str:
    """The one line of a file."""
    try:
        found = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"expected a file that can be read: {file}: {getattr(error, 'strerror', 'no text')}") from None
    if not found or not found.isprintable():
        raise ValueError(f"expected one line in {file}")
    return found
