"""Expected and observed under each other, with what is different marked. Pure."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from contracts.report.html.page import escape

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
# Beyond so many words, looking for what is different takes longer than it helps.
MOST_WORDS = 400


def difference(expected: str, observed: str) -> str:
    """Two lines, as HTML; what stands in one of them alone is marked."""
    left, right = _WORDS.findall(expected), _WORDS.findall(observed)
    if max(len(left), len(right)) > MOST_WORDS:
        return _line("expected", "minus", escape(expected)) + _line("observed", "plus", escape(observed))
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return _line(
        "expected", "minus", "".join(_marked(left[a:b], kind != "equal") for kind, a, b, _, _ in blocks)
    ) + _line("observed", "plus", "".join(_marked(right[c:d], kind != "equal") for kind, _, _, c, d in blocks))


def _line(name: str, kind: str, text: str) -> str:
    return f'<span class="{kind}"><span class="faint">{name}:</span> {text}</span>'


def _marked(words: Sequence[str], different: bool) -> str:
    text = escape("".join(words))
    return f"<mark>{text}</mark>" if different and text else text
