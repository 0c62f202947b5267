"""The request that a curl command sends: its header lines and its body, as lines of the page. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from contracts.spec.page.blocks import Line

_COMMAND: Final = re.compile(r"(?:[$>#]\s*)?curl(?:\.exe)?\s")
_HEADER: Final = re.compile(r"(?:^|\s)(?:-H|--header)[\s=]*(?:'([^'\n]*)'|\"([^\"\n]*)\")")
_DATA: Final = re.compile(r"(?:^|\s)(?:-d|--data(?:-raw|-binary|-ascii)?|--json)[\s=]*\$?(['\"])")


def is_command(text: str) -> bool:
    """Whether a line begins such a command."""
    return _COMMAND.match(text.strip()) is not None


def request(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Give the header lines of the command and the lines of its body; of each nothing where it has none."""
    text = "\n".join(line.text for line in lines)
    headers = tuple(
        Line(lines[text.count("\n", 0, match.start(match.lastindex or 0))].number, match[1] or match[2] or "")
        for match in _HEADER.finditer(text)
    )
    match = _DATA.search(text)
    if match is None:
        return headers, ()
    end = re.compile(r"(?<!\\)\"" if match[1] == '"' else "'").search(text, match.end())
    body = text[match.end() : end.start() if end else len(text)]
    body = body.replace('\\"', '"') if match[1] == '"' else body
    start = text.count("\n", 0, match.end())
    numbered = zip(lines[start:], body.split("\n"), strict=False)
    return headers, tuple(Line(line.number, words) for line, words in numbered if words.strip())
