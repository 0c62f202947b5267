"""Where a target is: a URL, and the query behind it, which goes with every request. Pure."""

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from contracts.settings import pairs
from contracts.settings.pairs import Pair, Substituted

# Where the resources of an API group stand below the URL of an API server.
_BELOW_API: Final = re.compile(r"/apis/[\w-]+(?:\.[\w-]+)+/v\d\w*(?:/namespaces(?:/.*)?)?$")


@dataclass(frozen=True)
class Address:
    """A URL without query, and the parameters that stood behind it."""

    url: str
    query: tuple[Pair, ...] = ()


def url(value: Any) -> str:
    """An HTTP URL without credential, query and fragment; a slash at its end is left out."""
    try:
        parts = urlsplit(value if isinstance(value, str) else "")
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("expected an http:// or https:// URL")
    if parts.username is not None or parts.password is not None:
        raise ValueError("a credential does not belong into a URL; use --token-file")
    if parts.query or parts.fragment:
        raise ValueError("expected a URL without query and fragment")
    return str(value).rstrip("/")


def of_iam(value: Any) -> str:
    """The URL of an IAM, also by the path of its API."""
    return url(value).removesuffix("/auth/tokens").removesuffix("/v3")


def address(value: Any) -> Address:
    """An HTTP URL without credential and fragment, its query being parameters as `--query` takes them.

    A variable in the query stands for text as it is; its parameter is secret. Where the whole query came out of a
    variable, each parameter is.
    """
    given = value if isinstance(value, str) else ""
    if not given.strip():
        raise ValueError("expected a text that is not empty")
    origin = value if isinstance(value, Substituted) else Substituted(given, given)
    in_parts = "?" in origin.written
    base, _, query = (origin.written if in_parts else given).partition("?")
    if "#" in query:
        raise ValueError("expected a URL without fragment")
    whole = not in_parts and isinstance(value, Substituted)
    found = []
    for name, written in parse_qsl(query, keep_blank_values=True):
        text = origin.filled(written) if in_parts else written
        if text != text.strip() or text.startswith("@"):
            raise ValueError("expected values without @ before and spaces around them")
        secret = whole or text != written
        pair = f"{name}={text}"
        shown = "" if whole else f"{name}={written}"
        found.append(pairs.parameter(Substituted(pair, shown) if secret else pair))
    where = url(origin.filled(base) if in_parts else base)
    if match := _BELOW_API.search(where):
        raise ValueError(f"expected the URL without {match[0]}, which is added to it")
    return Address(where, tuple(found))
