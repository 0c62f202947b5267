"""JSON as pages show it: with comments, commas after the last member, typographic quotes or parts left out. Pure.

What is not JSON is blanked out where it stands, so that every line keeps its number.
"""

import re
from typing import Final

_STRING: Final = r'"(?:[^"\\\n]|\\.)*"'
_QUOTED: Final = re.compile(r"[“”„‟″][^“”„‟″\"\n]*[“”„‟″]")
_COMMENT: Final = re.compile(
    rf"(?P<kept>{_STRING})|//[^\n]*|/\*.*?\*/|(?:(?<=[\s,{{\[])|^)#[^\n]*", re.DOTALL | re.MULTILINE
)
_LEFT_OUT: Final = re.compile(rf"(?P<kept>{_STRING})|(?P<before>,?)(?P<gap>\s*)(?:\.{{3,6}}|…{{1,2}})(?P<after>\s*,?)")
_LAST_COMMA: Final = re.compile(rf"(?P<kept>{_STRING})|,(?P<gap>\s*)(?=[}}\]])")


def as_json(text: str) -> tuple[str, bool]:
    """Give a text without what keeps it from being JSON, and whether the page leaves parts of the value out."""
    text = (
        _QUOTED.sub(lambda match: f'"{match[0][1:-1]}"', text) if not re.search(r'"[^"\n]*[“”][^"\n]*"', text) else text
    )
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
