"""Raised words (the 31 of `2<sup>31</sup>`) as they stand in a line of text, where digits would join others. Pure."""

import re
from typing import Final

_EXPONENT: Final = re.compile(r"[+−–-]?\d{1,4}|[a-z]")
# The number or the sign of a footnote.
_NOTE: Final = re.compile(r"\[[\w, ]{1,12}\]|[\d, ]{1,9}|[a-z]|[†‡§¶]+")


def in_line(before: str, raised: str) -> str:
    """Give raised words as text: the exponent of a number behind digits, nothing for the mark of a footnote."""
    words, base = raised.strip(), before.rstrip()
    if re.search(r"[0-9]$", base) and _EXPONENT.fullmatch(words):
        return f"^{words}"
    return "" if base and _NOTE.fullmatch(words) else raised
