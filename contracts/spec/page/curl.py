"""The request that a curl command sends: method, address, header lines and body, as lines of the page. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from contracts.spec.page.blocks import Line

_COMMAND: Final = re.compile(r"(?:[$>#]\s*)?curl(?:\.exe)?\s")
_HEADER: Final = re.compile(r"(?:^|\s)(?:-H|--header)[\s=]*(?:'([^'\n]*)'|\"([^\"\n]*)\")")
_DATA: Final = re.compile(r"(?:^|\s)(?:-d|--data(?:-raw|-binary|-ascii)?|--json)[\s=]*\$?(['\"])")

_QUOTE: Final = re.compile(r"(?<!\\)[\"']")
_METHOD: Final = re.compile(r"\s(?:-X|--request)[\s=]*[\"']?(GET|PUT|POST|PATCH|DELETE)\b")
_ADDRESS: Final = re.compile(r"(?<=[\s\"'])(?:https?://|\$?\{+\s*\w+\s*\}+/)[^\s\"']+")


def is_command(text: str) -> bool:
    """Whether a line begins such a command."""
    return _COMMAND.match(text.strip()) is not None


def length(lines: Sequence[Line]) -> int:
    """Give how many lines a command takes: as long as they end with a backslash, or within quotes."""
    quote = ""
    for count, line in enumerate(lines, start=1):
        for mark in _QUOTE.findall(line.text):
            quote = "" if mark == quote else quote or mark
        if not (quote or line.text.rstrip().endswith("\\")):
            return count
    return 1 if quote else len(lines)


def operation(lines: Sequence[Line]) -> tuple[int, str, str] | None:
    """Give the line of the address, the method and the address of a command; None where it does not name both."""
    text = "\n".join(line.text for line in lines)
    method, address = _METHOD.search(text), _ADDRESS.search(text)
    if not (is_command(text) and method and address):
        return None
    return lines[text.count("\n", 0, address.start())].number, method[1], address[0]


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
