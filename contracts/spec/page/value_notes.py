"""What is noted of single values in a list, "A (default), B (deprecated)", and what is said of their field. Pure."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from contracts.spec.page.value_words import LIST, TOKEN, value

# What is noted of one value of a list: "A (default), B (deprecated)".
NOTE: Final = (
    r"(?:(?:the )?default(?: value)?|默认值?|缺省值?|(?:now |is )?(?:deprecated|obsolete)[^()]{0,40}"
    r"|(?:已经?)?被?(?:废弃|弃用)[^()]{0,40})"
)
MARKED: Final = re.compile(
    rf"(?<![A-Za-z0-9_$/+-])(?<![A-Za-z0-9_$/+-][.:])(?P<value>{TOKEN})\s*\((?P<note>{NOTE}(?:\s*[,、]\s*{NOTE})*)\)",
    re.IGNORECASE,
)
_DEPRECATED: Final = re.compile(
    r"(?:^|[.;。\n(]\s*)(?:this (?:field|parameter) is )?deprecated\b"
    r"(?!\s+(?:values?|fields?|options?|parameters?|items?|names?|modes?|types?|keys?)\b)"
    r"|(?:^|[.;。\n(]\s*|(?:该|此|本)(?:字段|参数|属性)|(?P<joined>,\s*))(?:字段|参数|属性)?已(?:废弃|弃用)",
    re.IGNORECASE,
)
# Words that say so of some of its values: "Deprecated: c."
_DEPRECATED_VALUES: Final = re.compile(rf"\s*:\s*{LIST}")


def unmarked(text: str) -> str:
    """Give a text without what is noted of values."""
    return MARKED.sub(r"\g<value>", text)


def defaults(text: str, kind: str) -> list[Any]:
    """Give the values that are noted as the default."""
    noted = [(value(match["value"], kind), match["note"]) for match in MARKED.finditer(text)]
    return [one for one, note in noted if re.search("default|默认|缺省", note, re.IGNORECASE)]


def is_deprecated(text: str, kind: str | None, values: Sequence[Any]) -> bool:
    """Whether it is the field that is deprecated, and not one of its values."""
    # What is noted of a value that is listed is not said of the field.
    text = MARKED.sub(_without_note(values, kind), text)
    for match in _DEPRECATED.finditer(text):
        line = text[text.rfind("\n", 0, match.end()) + 1 : match.start()]
        within = line.count("(") > line.count(")") or (":" in line and match["joined"])
        listed = values and _DEPRECATED_VALUES.match(text, match.end())
        if not (within or listed or re.match(r"\s*[-•*] ", line)):
            return True
    return False


def _without_note(listed: Sequence[Any], kind: str | None) -> Callable[[re.Match[str]], str]:
    """Give what leaves out what is noted of a value that is listed: it is not said of the field."""
    return lambda match: match["value"] if value(match["value"], kind or "string") in listed else match[0]
