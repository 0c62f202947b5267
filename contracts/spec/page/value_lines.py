"""Values on lines of their own in a description: browsers copy the items of a list without their marks. Pure."""

import re
from typing import Final

# A line that is a label, or ends with one, below which the values stand.
_LABEL: Final = re.compile(
    r".*(?:(?<!default )(?<!example )(?<!sample )\bvalues?(?: options?| range)?(?: are| can be)?"
    r"|\boptions(?: are)?|(?:^|\bvalue |[.;] )range)"
    r"(?: one of the following| as follows)?\s*:"
    r"|(?:value range|range|options|(?:enumeration|possible|valid|supported|allowed) values)"
    r"|.*(?<!默认)(?<!缺省)(?:取值|可选值|枚举值|有效值|合法值|支持的值|可设置的值)(?:范围)?(?:包括|包含|有|为|是|如下|如下所示)*\s*:"
    r"|(?:取值范围|枚举值|可选值)",
    re.IGNORECASE,
)
_ITEM: Final = re.compile(r"(?P<value>[A-Za-z][\w./-]*)(?:\s*[:(].*)?", re.ASCII)
# What begins another part of the description.
_OTHER: Final = frozenset(
    {"default", "defaults", "constraint", "constraints", "definition", "note", "notes", "example"}
)
_DEFAULT: Final = re.compile(r"(?im)^(default value|默认取值|默认值)\s*:?\s*\n\s*")
_FEWEST: Final = 2


def with_marks(text: str) -> str:
    """A text with a mark before each value on a line of its own, where all below a label are told from what follows."""
    text = _DEFAULT.sub(r"\1: ", text)
    lines = [line for line in text.split("\n") if line.strip()]
    for position, line in enumerate(lines):
        if not _LABEL.fullmatch(line.strip()):
            continue
        below = lines[position + 1 :]
        end = next((index for index, each in enumerate(below) if not _is_item(each)), len(below))
        # Another item further below may be one more value, behind an explanation of several lines.
        if end >= _FEWEST and not any(map(_is_item, below[end:])):
            label = line.strip() if line.rstrip().endswith(":") else f"{line.strip()}:"
            return "\n".join([*lines[:position], label, *(f"- {each.strip()}" for each in below[:end]), *below[end:]])
    return text


def _is_item(line: str) -> bool:
    match = _ITEM.fullmatch(line.strip())
    return match is not None and match["value"].casefold() not in _OTHER
