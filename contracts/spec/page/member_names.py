"""The name of a field or parameter in its cell, and what stands beside it there. Pure."""

import re
from dataclasses import dataclass, replace
from typing import Final

from contracts.spec.page import cell_words, vocabulary
from contracts.spec.page.blocks import Cell
from contracts.spec.page.member_types import member_type

NAME: Final = re.compile(r"[A-Za-z$_][A-Za-z0-9_.$/\[\]*{}-]*")
_INDENTED = re.compile(r"[»>›└├─\s\u00a0-]+")
# Blanks that a page draws an indent with; ordinary ones may be anything.
_WIDE_BLANKS = re.compile(r"[\u00a0\u2000-\u200a\u3000]+")
# What parts the words beside a name, and what may stand behind a type there: "string(uuid)".
_PARTING = re.compile(r"[(（)）\[\],，;；]|\bin\s|\s(?!of\b)(?<!of\s)")
_FORMATS = frozenset({"byte", "binary", "uuid", "password", "uri", "email"})


@dataclass(frozen=True)
class Beside:
    """What stands beside a name in its cell: whether it is mandatory, its type, and where the parameter stands."""

    mandatory: bool | None = None
    type: str | None = None
    place: Cell | None = None


def _beside(words: str, cell: Cell) -> Beside | None:
    """What all the words beside a name say together; None where one of them says nothing that is known."""
    found = Beside(mandatory=True if re.search(r"[*＊]", words) else None)
    for word in filter(None, (one.strip("*＊_`$ ") for one in _PARTING.split(words))):
        said, kind = cell_words.said_mandatory(word), member_type(word)
        place = vocabulary.location(word) if re.search(rf"[(（]\s*(?:in )?{re.escape(word)}\b", words) else None
        if said is not None:
            found = replace(found, mandatory=said)
        elif kind and not kind.name and not (kind.inner and kind.inner.name):
            found = replace(found, type=found.type or word)
        elif place:
            found = replace(found, place=replace(cell, text=place))
        elif word not in _FORMATS or found.type is None:
            return None
    return found


def name_of(cell: Cell, above: list[tuple[int, str]]) -> tuple[str, Beside]:
    """A name, and what stands beside it; marks before it put it below the one above."""
    match = _INDENTED.match(cell.text)
    depth = len(re.findall(r"[»>›└├]", match[0])) if match else 0
    text = cell.flat[len(match[0]) :] if match and depth else cell.flat
    if not depth and (wide := _WIDE_BLANKS.match(cell.text)):
        depth = len(wide[0])
    # As it stands in the path: "{name}".
    text = re.sub(r"^\{(\w+)\}", r"\1", text)
    name, said = text, Beside()
    if len(parts := re.split(r"\s+|(?=[(（])", text.strip(), maxsplit=1)) == 2:
        known = _beside(parts[1], cell)
        whole = parts[0].lower() == "body" and "\n" in cell.text
        name, said = (parts[0], known or said) if known or whole else (text, said)
    elif text.startswith("*") or text.endswith("*"):
        starred = text.strip("*")
        starred_alone = NAME.fullmatch(starred) and not text.endswith(".*")
        name, said = (starred, Beside(mandatory=True)) if starred_alone else (text, said)
    while above and above[-1][0] >= depth:
        above.pop()
    name = f"{above[-1][1]}.{name}" if above else name
    above.append((depth, name))
    return name, said
