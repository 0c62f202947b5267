"""Parameters in a list: "name (string, required): what it is", "pretty (in query): …", "?pretty (string)". Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from contracts.spec.page import cell_words, vocabulary
from contracts.spec.page.blocks import Bullet, Paragraph
from contracts.spec.page.member_types import SCALARS, member_type
from contracts.spec.page.model import HEAD, OTHER, REQUEST, URI, Obstacle, Parameter, Structure
from contracts.spec.page.outline import Placed

PLACES: Final = ("path", "query", "header")
_SECTIONS: Final = (URI, REQUEST, OTHER, HEAD)
LISTED: Final = re.compile(
    r"[`*]*(?P<mark>[?{]?)(?P<name>[A-Za-z$_][A-Za-z0-9_.$-]*)\}?[`*]*\s*(?P<of>(?:[(（].*?[)）])?)"
    r"\s*(?:[,，:：–—-]\s*(?P<said>.*)|\n.*)?",
    re.DOTALL,
)
# Without the mark of an item a line is one where it gives a type, or says whether the parameter is mandatory:
# "glow (boolean, optional): …", "glow boolean", "name stringrequired".
_LINE: Final = re.compile(
    r"[`*]*(?P<name>[A-Za-z$_][\w.$-]*)[`*]*\s+[*`]*(?P<kind>[A-Za-z]+?)[*`]*\s*(?P<mandatory>required|optional)?[*`]*",
    re.IGNORECASE | re.ASCII,
)
_TYPED: Final = re.compile(
    r"[`*]*(?P<name>[A-Za-z$_][A-Za-z0-9_.$-]*)[`*]*\s+[`*_]*(?P<kind>[A-Za-z]+\d*)[`*_]*"
    r"(?P<mandatory>[\s,*_`]*[(（]?\s*(?:required|optional|mandatory|必选|必填|可选)\s*[)）]?[*_`]*)?"
    r"(?:\s*[,，:：–—-]\s*(?P<said>.*)|\n(?P<below>.*))?",
    re.DOTALL | re.IGNORECASE,
)
# The end of a paragraph that is no end of a sentence.
_ENDS: Final = ".。:：;；"
_UNENDED: Final = re.compile(rf"(?<![{_ENDS}])\n\n+")
# What is said of values in brackets.
_OF_VALUES: Final = re.compile(r"\d|^\s*default\b|^\s*默认", re.IGNORECASE)
_MARKS: Final = {"?": "query", "{": "path"}


def listed_parameters(placed: Sequence[Placed], obstacles: list[Obstacle]) -> Iterator[Parameter]:
    """Give those below words that say where they stand, or that say it themselves below a heading about any."""
    for one, after in pairwise([*with_what_is_below(placed), None]):
        assert one
        if not one.kind and isinstance(one.block, Paragraph) and (found := _placed_on_line(one, one.block)):
            yield found
            continue
        where = vocabulary.location(one.under) if one.under and one.section in _SECTIONS else None
        if one.kind:
            continue
        if where not in (*PLACES, ""):
            yield from _placed_item(one, one.block) if isinstance(one.block, Bullet) else ()
            continue
        if isinstance(one.block, Paragraph):
            yield from _on_line(one, one.block, after, where) if where else ()
        elif isinstance(one.block, Bullet):
            yield from _item(one, one.block, where, obstacles)


def with_what_is_below(placed: Sequence[Placed]) -> Iterator[Placed]:
    """Give the blocks, each item with the text of the paragraphs that belong to it and stand below its first words."""
    item: Placed | None = None
    for one in placed:
        block = one.block
        if item and isinstance(item.block, Bullet) and isinstance(block, Paragraph) and block.within and not one.kind:
            text = f"{item.block.text}\n\n{block.text}"
            item = replace(item, block=replace(item.block, text=text, last_line=block.last_line))
            continue
        if item:
            yield item
        item = one if isinstance(block, Bullet) else None
        if item is None:
            yield one
    if item:
        yield item


def matched(text: str) -> re.Match[str] | None:
    """What an item says (`LISTED`), also in the lines below its first."""
    first, _, below = text.partition("\n")
    match = LISTED.fullmatch(first)
    if below and match:
        goes_on = match["said"] or re.match(r"\s*[,，:：–—-]", below)
        # What stands in paragraphs of their own is a sentence.
        ended = "." if match["said"] and below[0] == "\n" and first[-1] not in _ENDS else ""
        below = _UNENDED.sub(".\n", below)
        return LISTED.fullmatch(f"{first}{ended} {below}" if goes_on else f"{first.rstrip(' :：')}: {below}")
    return LISTED.fullmatch(text)


def _placed_on_line(one: Placed, block: Paragraph) -> Parameter | None:
    """The parameter of a line that says where it stands and what it is: "pretty (in query): string".

    Browsers copy the items of the reference of Kubernetes without their marks.
    """
    match = LISTED.fullmatch(block.lines[0].text)
    if one.section not in _SECTIONS or not match or not re.match(r"[(（]\s*in ", match["of"]):
        return None
    where = _place_in_brackets(match["of"])
    found = parameter_of(one, match, where) if where else None
    return found if found and found.type else None


def _placed_item(one: Placed, bullet: Bullet) -> Iterator[Parameter]:
    """The parameter of an item that says where it stands, below whatever words: "glow (query, optional): boolean"."""
    match = matched(bullet.text) if one.section in _SECTIONS else None
    where = _place_in_brackets(match["of"]) if match else None
    if match and where:
        yield parameter_of(one, match, where)


def _item(one: Placed, bullet: Bullet, where: str | None, obstacles: list[Obstacle]) -> Iterator[Parameter]:
    match = matched(bullet.text) or LISTED.fullmatch(_with_brackets(bullet.text))
    where = where or (match and (_MARKS.get(match["mark"]) or _place_in_brackets(match["of"]) or _place_said(match)))
    if not where:
        # Below a heading about parameters of any place the item names none.
        if match and match["name"].lower() != "body" and describes(match):
            obstacles.append(Obstacle(bullet.first_line, "path, query, header or body", bullet.flat))
        return
    if match is None:
        obstacles.append(Obstacle(bullet.first_line, "the name of a parameter", bullet.flat))
    else:
        yield parameter_of(one, match, where)


def _with_brackets(text: str) -> str:
    """An item that has its type behind the name without brackets ("glow `string` *(required)* – …") with them."""
    match = _TYPED.fullmatch(text)
    if match is None or not _is_scalar(match["kind"]):
        return text
    of = ", ".join(filter(None, (match["kind"], (match["mandatory"] or "").strip("()（）*_`, "))))
    return f"{match['name']} ({of}): {(match['said'] or match['below'] or '').strip()}"


def listed_bodies(placed: Sequence[Placed]) -> Iterator[Structure]:
    """Give the body of the request that an item below a heading about parameters names: "body: Lamp, required"."""
    for one in placed:
        if isinstance(one.block, Bullet) and not one.kind and _may_list(one):
            match = LISTED.fullmatch(one.block.text)
            if match and (match["name"].lower() == "body" or _place_in_brackets(match["of"], "body") == "body"):
                yield Structure(None, "", "body", (), replace(one, section=REQUEST).source())
        elif isinstance(one.block, Paragraph) and _is_body_line(one, one.block):
            yield Structure(None, "", "body", (), replace(one, section=REQUEST).source())


def _is_body_line(one: Placed, block: Paragraph) -> bool:
    """Whether a line without the mark of an item names the whole body: "body: Lamp, required"."""
    form = r"body: [A-Z][A-Za-z0-9]*, (?:required|optional)"
    return not one.kind and one.section in _SECTIONS and bool(re.fullmatch(form, block.lines[0].text))


def _may_list(one: Placed) -> bool:
    """Whether something stands where parameters of any place are listed."""
    return bool(one.under) and one.section in _SECTIONS and vocabulary.location(one.under) == ""


def describes(match: re.Match[str]) -> bool:
    """Tell whether an item says what a parameter is: its type, or whether it is mandatory."""
    words = [word.strip(" *") for word in re.split(r"[(（)）,，;；]\s*", match["of"])]
    return any(cell_words.said_mandatory(word) is not None or _is_scalar(word) for word in words)


def _is_scalar(word: str) -> bool:
    kind = member_type(word)
    return kind is not None and kind.kind in SCALARS


def _on_line(one: Placed, block: Paragraph, after: Placed | None, where: str) -> Iterator[Parameter]:
    """A parameter on a line without the mark of an item; what follows it in a line of its own describes it."""
    match = LISTED.fullmatch(block.text)
    if (
        match
        and match["of"]
        and (found := parameter_of(one, match, where))
        and (found.type or found.mandatory is not None)
    ):
        yield found
        return
    line = _LINE.fullmatch(block.lines[0].text)
    kind = member_type(line["kind"]) if line else None
    if line and kind and kind.kind in SCALARS:
        rest = " ".join(each.text for each in block.lines[1:])
        below = after.block if after and after.under == one.under and isinstance(after.block, Paragraph) else None
        described = rest or ("" if below is None or _LINE.fullmatch(below.flat) else below.flat)
        said = cell_words.said_mandatory(line["mandatory"] or "")
        yield Parameter(line["name"], where, said, one.source(), kind.kind, described)


def parameter_of(one: Placed, match: re.Match[str], where: str) -> Parameter:
    """Give what an item (`LISTED`) says of a parameter, or of a field of the body, in that place."""
    said = " ".join((match["said"] or "").split())
    words = [word for word in re.split(r"[(（)）:：,，;；.。]\s*", f"{match['of']}:{said}") if word.strip()]
    marks = [mark for word in words if (mark := cell_words.said_mandatory(word)) is not None]
    # Without brackets a type is what the description begins with.
    inside = [*re.split(r"[(（)）,，;；]\s*", match["of"]), *re.split(r"[,，;；.。]\s*", said)[:3]]
    kinds = (member_type(word.strip(" *")) for word in inside)
    kind = next((each.kind for each in kinds if each and each.kind in SCALARS), None)
    # What brackets say of its values belongs to the description: "(integer, default 30)".
    said = ". ".join(
        filter(None, (said, *(word for word in re.split(r"[(（)）,，;；]\s*", match["of"]) if _OF_VALUES.search(word))))
    )
    return Parameter(match["name"], where, next(iter(marks), None), one.source(), kind, said)


def _place_said(match: re.Match[str]) -> str | None:
    """The place that the first words behind a name tell: "glow – query, optional"."""
    first = re.split(r"[,，;；.。]", match["said"] or "", maxsplit=1)[0].strip(" *_`").removeprefix("in ")
    place = vocabulary.location(first) if first else None
    return place if place in PLACES else None


def _place_in_brackets(words: str, *others: str) -> str | None:
    """The place that the brackets behind a name tell: "(in query)", "(路径参数, string)"."""
    told = (vocabulary.location(word.strip(" *").removeprefix("in ")) for word in re.split(r"[(（)）,，;；]", words))
    return next((place for place in told if place in (*PLACES, *others)), None)
