"""Parameters of plain text as copied from Swagger UI, each over several lines, as one item. Pure.

name *            - name (path, string, required): what it is
string
(path)
what it is
"""

import re
from collections.abc import Sequence
from typing import Final

_NAME: Final = re.compile(r"(?P<name>[A-Za-z$_][\w.$-]*)(?P<required>\s*\*)?")
_KIND: Final = re.compile(r"[a-z]+(?:\([\w$-]+\))?(?:<[a-z]+>)?")
_PLACE: Final = re.compile(r"\((path|query|header)\)")
# Name, type and place.
_LINES: Final = 3
_HEADER: Final = re.compile(r"\s*Name\s+Description\s*")


def with_items(lines: Sequence[str]) -> list[str]:
    """Give the lines, each such parameter in the place of its name; the places of its other lines are empty."""
    found = list(lines)
    begun = [index for index in range(len(lines)) if _begins(lines, index)]
    if not begun:
        return found
    for index, after in zip(begun, [*begun[1:], len(lines)], strict=True):
        end = next((one for one in range(index + _LINES, after) if not lines[one].strip()), after)
        name, place = _NAME.fullmatch(lines[index].strip()), _PLACE.fullmatch(lines[index + 2].strip())
        assert name
        assert place
        of = ", ".join([place[1], lines[index + 1].strip(), *(["required"] if name["required"] else [])])
        said = ". ".join(line.strip() for line in lines[index + _LINES : end])
        found[index] = f"- {name['name']} ({of}): {said}"
        found[index + 1 : end] = [""] * (end - index - 1)
    head = next((one for one in range(begun[0] - 1, -1, -1) if lines[one].strip()), begun[0])
    found[head] = "" if _HEADER.fullmatch(lines[head]) else found[head]
    return found


def _begins(lines: Sequence[str], index: int) -> bool:
    """Whether a parameter begins there."""
    written = [line.strip() for line in lines[index : index + _LINES]]
    forms = (_NAME, _KIND, _PLACE)
    return len(written) == _LINES and all(form.fullmatch(one) for form, one in zip(forms, written, strict=True))
