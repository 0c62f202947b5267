"""JSON as pages show it: with comments, commas after the last member, typographic quotes or parts left out. Pure.

What is not JSON is blanked out where it stands, so that every line keeps its number.
"""

import re
from collections.abc import Sequence
from typing import Final

from contracts.spec.page.blocks import Cell, Code, Line

_STRING: Final = r'"(?:[^"\\\n]|\\.)*"'
_BRACKET: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\]]')
_QUOTED: Final = re.compile(r"[“”„‟″][^“”„‟″\"\n]*[“”„‟″]")
_COMMENT: Final = re.compile(
    rf"(?P<kept>{_STRING})|//[^\n]*|/\*.*?\*/|(?:(?<=[\s,{{\[])|^)#[^\n]*", re.DOTALL | re.MULTILINE
)
_LEFT_OUT: Final = re.compile(rf"(?P<kept>{_STRING})|(?P<before>,?)(?P<gap>\s*)(?:\.{{3,6}}|…{{1,2}})(?P<after>\s*,?)")
# Blanks that JSON does not know, and the signs of Chinese keyboards.
_OTHER_SIGNS: Final = re.compile(rf"(?P<kept>{_STRING})|[\u00a0\u2000-\u200a\u3000，：]")
_SIGNS: Final = {"，": ",", "：": ":"}
_LAST_COMMA: Final = re.compile(rf"(?P<kept>{_STRING})|,(?P<gap>\s*)(?=[}}\]])")


def as_json(text: str) -> tuple[str, bool]:
    """Give a text without what keeps it from being JSON, and whether the page leaves parts of the value out."""
    text = (
        _QUOTED.sub(lambda match: f'"{match[0][1:-1]}"', text) if not re.search(r'"[^"\n]*[“”][^"\n]*"', text) else text
    )
    text = _OTHER_SIGNS.sub(lambda match: match["kept"] or _SIGNS.get(match[0], " "), text)
    text = _COMMENT.sub(lambda match: match["kept"] or "\n" * match[0].count("\n"), text)
    whole = len(text)
    text = _LEFT_OUT.sub(_without_gap, text)
    return _LAST_COMMA.sub(lambda match: match["kept"] or match["gap"], text), len(text) != whole


def _without_gap(match: re.Match[str]) -> str:
    """What stands for a part that is left out: the comma that still parts its neighbours."""
    if match["kept"]:
        return match["kept"]
    comma = "," if match["before"] and "," in match["after"] else match["before"]
    return comma + match["gap"] + match["after"].replace(",", "")


def json_end(lines: Sequence[Line], start: int) -> int:
    """Give the index after the line that closes the brackets opened in line `start`; after the last if none does."""
    depth = 0
    for index in range(start, len(lines)):
        for match in _BRACKET.finditer(lines[index].text):
            depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(match[0], 0)
        if depth <= 0:
            return index + 1
    return len(lines)


def opens_json(text: str) -> bool:
    """Whether a line can be the first of a JSON object or array."""
    # A name in braces is a parameter.
    return re.match(r'\s*(\{(?![A-Za-z_][\w.-]*\})|\[\s*($|[\[{"\]]))', text) is not None


def apart(cell: Cell) -> tuple[Cell, Code | None]:
    """Give the words of a cell, and the JSON below them, if there is any."""
    lines = cell.lines
    start = next((index for index, line in enumerate(lines) if opens_json(line.text)), None)
    if start is None:
        return cell, None
    words = "\n".join(line.text for line in lines[:start])
    last = lines[start - 1].number if start else cell.first_line
    return Cell(words, cell.first_line, last), Code(lines[start : json_end(lines, start)])
