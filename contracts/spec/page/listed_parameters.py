"""Parameters in a list: "name (string, required): what it is", "pretty (in query): …", "?pretty (string)". Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from contracts.spec.page import vocabulary
from contracts.spec.page.blocks import Bullet
from contracts.spec.page.member_types import SCALARS, member_type
from contracts.spec.page.model import HEAD, OTHER, REQUEST, URI, Obstacle, Parameter
from contracts.spec.page.outline import Placed

PLACES: Final = ("path", "query", "header")
_ITEM: Final = re.compile(
    r"[`*]*(?P<mark>[?{]?)(?P<name>[A-Za-z$_][A-Za-z0-9_.$-]*)\}?[`*]*\s*(?P<of>(?:[(（].*?[)）])?)"
    r"\s*(?:[,，:：–—-]\s*(?P<said>.*)|\n.*)?",
    re.DOTALL,
)
_MARKS: Final = {"?": "query", "{": "path"}


def listed_parameters(placed: Sequence[Placed], obstacles: list[Obstacle]) -> Iterator[Parameter]:
    """Give those below words that say where they stand, or that say it themselves below a heading about any."""
    for one in placed:
        where = vocabulary.location(one.under) if one.under and one.section in (URI, REQUEST, OTHER, HEAD) else None
        if one.kind or where not in (*PLACES, "") or not isinstance(one.block, Bullet):
            continue
        match = _ITEM.fullmatch(one.block.text)
        where = where or (match and (_MARKS.get(match["mark"]) or _place_in_brackets(match["of"])))
        if not where:
            continue  # below a heading about parameters of any place, of which the item names none
        if match is None:
            obstacles.append(Obstacle(one.block.first_line, "the name of a parameter", one.block.flat))
            continue
        said = " ".join((match["said"] or "").split())
        words = [word for word in re.split(r"[(（)）:：,，;；.。]\s*", f"{match['of']}:{said}") if word.strip()]
        marks = [mark for word in words if (mark := vocabulary.said_mandatory(word)) is not None]
        # Without brackets a type is what the description begins with.
        inside = [*re.split(r"[(（)）,，;；]\s*", match["of"]), *re.split(r"[,，;；.。]\s*", said)[:2]]
        kinds = (member_type(word.strip(" *")) for word in inside)
        kind = next((each.kind for each in kinds if each and each.kind in SCALARS), None)
        yield Parameter(match["name"], where, next(iter(marks), None), one.source(), kind, said)


def _place_in_brackets(words: str) -> str | None:
    """The place that the brackets behind a name tell: "(in query)", "(路径参数, string)"."""
    told = (vocabulary.location(word.strip(" *").removeprefix("in ")) for word in re.split(r"[(（)）,，;；]", words))
    return next((place for place in told if place in PLACES), None)
