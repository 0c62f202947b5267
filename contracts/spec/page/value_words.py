"""Values as words of a description: what one looks like, how several are parted, and what it is as JSON. Pure."""

import re
from typing import Any, Final

from contracts.spec.page.bounds import number

# What a list of values consists of, and where a statement ends. What is taken of a value, or between two, is not given
# back: a slash belongs to a value and parts two as well, and trying both each time would take exponential time.
WORD: Final = r"[\"'“‘]?[A-Za-z0-9_$/+-]+(?:[.:][A-Za-z0-9_/-]+)*[\"'”’]?"
TOKEN: Final = rf"(?>{WORD})"
NEXT: Final = r"(?>\s*(?:,\s*(?:and|or)\s|[,、/|;\n]|\s(?:and|or)\s|和|或|及|与)\s*)"
_NEXT_WORD: Final = NEXT.replace("/", "", 1)
# Media types and names with a domain: "application/json", "kubernetes.io/tls"; and what quotes hold together.
_WITH_SLASH: Final = re.compile(
    r"[\"'“‘][^\"'”’]*/[^\"'“‘]*[\"'”’]|(?:application|text|image|multipart|[\w-]+(?:\.[\w-]+)+)/[\w.+-]+",
    re.IGNORECASE,
)
END: Final = r"(?=\s*(?:\.(?![A-Za-z0-9])|[;。)\n]|,(?!\d{3}(?!\d))(?!\s*(?:and|or)\s)\s*(?!\w+[,.])|$))"
LIST: Final = rf"(?P<items>{TOKEN}(?:{NEXT}{TOKEN})*){END}"
# Words that no text is meant by where a default is named.
NO_TEXT: Final = frozenset({"empty", "nil", "null", "none", "the", "a", "an", "no", "not", "system", "true", "false"})
_NO_VALUE: Final = frozenset({"everything", "nothing", "any"})


def value(word: str, kind: str, *, text: bool = False) -> Any:
    """Give a word as a value of a JSON type; None where it is none. `text`: words that stand for no text are none."""
    bare = word.strip("\"'“”‘’")
    if kind == "boolean":
        return {"true": True, "false": False}.get(bare.lower())
    if kind in ("integer", "number"):
        return number(bare, kind)
    return (
        None
        if text and bare == word and bare.lower() in (NO_TEXT | _NO_VALUE) - {"none" if bare == "None" else ""}
        else bare
    )


def apart_of(items: str) -> list[str]:
    """Give the values of a list. A slash parts them only where nothing else does, and where it is not within a name."""
    parts = re.split(_NEXT_WORD, items)
    named = len(parts) > 1 or _WITH_SLASH.fullmatch(items)
    return parts if named else re.split(NEXT, items)
