"""Statuses on a line behind a label, also with names: "Error response codes: conflict (409), gone (410)". Pure."""

import re
from typing import Final

from contracts.spec.page.status_sentences import CODE

_LABELLED: Final = re.compile(
    r"(?:[A-Za-z]+ )?(?:response|return|status) codes?\s*[:：]\s*(?P<listed>.+?)[.。]?", re.IGNORECASE
)
_NAMED: Final = re.compile(rf"(?P<reason>[A-Za-z][\w ]{{0,39}}?)\s*[(（](?P<code>{CODE})[)）]|(?P<alone>{CODE})")


def response_codes(text: str) -> list[tuple[int, str]]:
    """Give the codes, each with the name before it; none where anything else stands among them."""
    match = _LABELLED.fullmatch(text)
    pieces = [_NAMED.fullmatch(piece.strip()) for piece in match["listed"].split(",")] if match else []
    found = [(int(one["code"] or one["alone"]), one["reason"] or "") for one in pieces if one]
    return found if len(found) == len(pieces) else []
