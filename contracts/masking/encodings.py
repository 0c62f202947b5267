"""What gives a secret away: the encodings in which it may come back, and values that are almost it. Pure.

Encoded is: escaped for JSON, HTML, a URL, a shell, Python, or as base64.
"""

import base64
import html
import json
import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Final
from urllib.parse import quote, quote_plus

Speller = Callable[[str], str]

OTHER_BEGINNING: Final = "another first character"
UNKNOWN: Final = "unknown"


def _go(text: str) -> str:
    """As Go's encoding/json writes it, which escapes what HTML could take for markup."""
    written = json.dumps(text, ensure_ascii=False)[1:-1]
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")


def _printf(text: str) -> str:
    """As a script hands bytes to printf (contracts.report.reproduction.shell)."""
    escaped = {ord("%"): "%%", ord("\\"): "\\\\", ord("-"): "\\055"}
    raw = text.encode("utf-8", "surrogatepass")
    return "".join(escaped.get(byte, chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}") for byte in raw)


_SPELLERS: Final[tuple[Speller, ...]] = (
    lambda text: text,
    _json,
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: _json(text).replace("/", "\\/"),
    _go,
    lambda text: quote(text, safe=""),
    quote,
    quote_plus,
    html.escape,
    lambda text: html.escape(text, quote=False),
    lambda text: repr(text)[1:-1],
    lambda text: text.replace("'", "'\"'\"'"),
    _printf,
    _base64,
    lambda text: _base64(text).replace("+", "-").replace("/", "_"),
)
# What holds one of these may itself be written into JSON or XML: a Status message, a report.
_AROUND: Final[tuple[Speller, ...]] = (lambda text: text, _json, html.escape)


def spellings(value: str, known: int | None = None) -> Iterator[tuple[str, int]]:
    """Every spelling of `value`, with how many of its first characters the first `known` of the value's give.

    The same in other capitals is given where more than the case of letters differs then (base64), and counts as the
    same spelling otherwise: upper and lower case are the reader's business.
    """
    seen: set[str] = set()
    for variant, speller, around in product((value, value.swapcase()), _SPELLERS, _AROUND):
        text = around(speller(variant))
        if text.lower() not in seen:
            seen.add(text.lower())
            beginning = around(speller(variant[:known]))
            pairs = enumerate(zip(text, beginning, strict=False))
            yield text, next((n for n, (one, other) in pairs if one != other), min(len(text), len(beginning)))


def _with_another_end(token: str) -> str:
    """The token with another last character before its padding.

    As base64 has it, that one may hold bits that are no part of the value (RFC 4648, 3.5), which many decoders ignore:
    the other one differs from it in the first two bits, which are.
    """
    other, found = re.subn(r"[wxyz0-9_+/-](=*)\Z", r"A\1", token)
    return other if found else re.sub(r".(=*)\Z", r"7\1", token, flags=re.DOTALL)


def near_misses(token: str) -> dict[str, str]:
    """Tokens that are almost `token` and never it, each with a name for reports that does not show it.

    The cases of 401 send them, and a masker has to hide them.
    """
    return {
        "one character more": token + "x",
        "a part behind a dot": f"{token}.x",
        "one character less": token[:-1],
        "its first half": token[: max(1, len(token) // 2)],
        OTHER_BEGINNING: ("A" if token[0] != "A" else "B") + token[1:],
        "another last character": _with_another_end(token),
        "twice": token + token,
        "other capitals": token.swapcase() if token.swapcase() != token else token + "x",
        UNKNOWN: "contract-unknown-credential",
    }
