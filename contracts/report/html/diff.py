"""What two texts have not in common, word by word. Pure."""

import re
from difflib import SequenceMatcher

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
# Beyond so many words, looking for what is different takes longer than it helps.
MOST_WORDS = 400
# The pieces of a text, each with whether it stands in this text alone.
Pieces = tuple[tuple[str, bool], ...]


def difference(expected: str, observed: str) -> tuple[Pieces, Pieces]:
    """Both texts in pieces; of long ones no piece is looked for."""
    left, right = _WORDS.findall(expected), _WORDS.findall(observed)
    if max(len(left), len(right)) > MOST_WORDS:
        return ((expected, False),), ((observed, False),)
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return (
        tuple(("".join(left[a:b]), kind != "equal") for kind, a, b, _, _ in blocks if a < b),
        tuple(("".join(right[c:d]), kind != "equal") for kind, _, _, c, d in blocks if c < d),
    )
