"""The column in which a letter of a line is shown: Chinese ones take two, as terminals and pandoc count. Pure."""

import unicodedata
from typing import Final

# No page has it: what shows no mark is left out when a page is decoded.
_FILL: Final = "\u2060"


def widened(line: str) -> str:
    """The line with a mark behind each letter that takes two columns, so that places in it are columns."""
    if line.isascii():
        return line
    return "".join(one + _FILL if unicodedata.east_asian_width(one) in "WF" else one for one in line)


def narrowed(text: str) -> str:
    """What was cut out of a widened line, as it is written."""
    return text.replace(_FILL, "")
