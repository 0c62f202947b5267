"""Fields of a request's body that are listed and stand in no table: items, terms, and lines as Redoc has them. Pure.

- spec (object, required)            spec.dim integer [ 0 .. 100 ]
  - dim (integer): 0 to 100
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from contracts.spec.page import vocabulary
from contracts.spec.page.blocks import Bullet, Paragraph
from contracts.spec.page.listed_parameters import PLACES, describes, matched, parameter_of, with_what_is_below
from contracts.spec.page.member_types import SCALARS, member_type
from contracts.spec.page.model import REQUEST, Member, Structure
from contracts.spec.page.outline import Placed
from contracts.spec.page.vocabulary import EXAMPLE

_LINE: Final = re.compile(r"(?P<name>[A-Za-z]\w*(?:\.[A-Za-z]\w*)+)\s+(?P<kind>[a-z]+)(?:\s+(?P<said>\S.*))?", re.ASCII)
_PATH: Final = re.compile(r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)*", re.ASCII)


def listed_fields(placed: Sequence[Placed]) -> Iterator[Structure]:
    """Give the body that such items describe, if there is any."""
    found: list[Member] = []
    above: list[tuple[int, str]] = []
    for one in with_what_is_below(placed):
        if one.section != REQUEST or one.part == EXAMPLE or one.kind or vocabulary.location(one.under) in PLACES:
            above = []
        elif isinstance(one.block, Bullet):
            above = [(depth, name) for depth, name in above if depth < one.block.depth]
            if member := _of_item(one, one.block, above[-1][1] if above else ""):
                found.append(member)
                above.append((one.block.depth, member.name))
        elif isinstance(one.block, Paragraph):
            found += _of_lines(one, one.block)
    if found:
        first, last = found[0].source, found[-1].source
        source = placed[0].source(first.first_line, last.last_line)
        yield Structure(None, "", "body", tuple(found), type(source)(REQUEST, source.first_line, source.last_line))


def _of_item(one: Placed, bullet: Bullet, parent: str) -> Member | None:
    """The field of an item that says in brackets what it is."""
    match = matched(bullet.text)
    if match is None or not (_PATH.fullmatch(match["name"]) and describes(match)):
        return None
    said = parameter_of(one, match, "body")
    within = parent and not match["name"].startswith(f"{parent}.")
    name = f"{parent}.{match['name']}" if within else match["name"]
    return Member(name, said.type, said.mandatory, said.description, said.source)


def _of_lines(one: Placed, block: Paragraph) -> Iterator[Member]:
    """The fields of lines that give a path and its type."""
    for line in block.lines:
        match = _LINE.fullmatch(line.text)
        kind = member_type(match["kind"]) if match else None
        if match and kind and kind.kind in SCALARS:
            yield Member(match["name"], kind.kind, None, match["said"] or "", one.source(line.number))
