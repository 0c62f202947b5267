"""Whether text for a stream is to be coloured (https://no-color.org, https://force-color.org)."""

from collections.abc import Mapping
from typing import TextIO


def wanted(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Never with NO_COLOR, always with FORCE_COLOR, else on a terminal that can; an empty variable is none."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"
