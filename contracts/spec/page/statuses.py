"""The statuses that a page lists: in tables, lists, lines, headings or sentences of the section about them. Pure."""

import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import pairwise
from typing import Final

from contracts.spec.page import vocabulary
from contracts.spec.page.blocks import Bullet, Cell, Code, Heading, Paragraph, Tab, Table
from contracts.spec.page.model import RESPONSE, STATUS_CODE, DocumentedStatus, Obstacle, PageLines
from contracts.spec.page.outline import Placed
from contracts.spec.page.vocabulary import EXAMPLE

_CODE: Final = r"[1-5]\d\d(?!\d)"
_RANGE: Final = rf"{_CODE}(?:\s*(?:[-~～–—]|to|至|到)\s*{_CODE})?"
_CODES: Final = rf"{_RANGE}(?:\s*(?:[,，、/;；&|]|and|or|和|及|或|\s)\s*(?:HTTP )?{_RANGE})*"
_ALONE: Final = re.compile(_CODE)
_LINE: Final = re.compile(
    rf"(?:HTTP(?:/[\d.]+)? |(?:http )?status(?: code)?\s*:?\s*|状态码\s*:?\s*)?({_CODES})[\s:：,(（|–—-]*(.*?)[)）]?",
    re.DOTALL | re.IGNORECASE,
)
# A code with the words that HTTP has, or had, for it is one wherever it stands.
_PHRASES: Final = (
    *((status.value, status.phrase) for status in HTTPStatus),
    *((413, phrase) for phrase in ("Request Entity Too Large", "Payload Too Large", "Content Too Large")),
    *((422, phrase) for phrase in ("Unprocessable Entity", "Unprocessable Content")),
)
_PHRASED: Final = re.compile(
    rf"(?<![\d./-])({'|'.join(f'{code} {re.escape(phrase)}' for code, phrase in _PHRASES)})(?![\w-])", re.IGNORECASE
)
_PLAIN: Final = re.compile(rf"(?<![\d./-])({_CODE})(?![\d%.]\d|[\d%])")
_LABELLED: Final = re.compile(rf"([^\d:：]{{1,40}}?)\s*[:：]\s*({_CODES})\s*[.。]?")
_NO_NUMBER: Final = re.compile(r"`?(?:[1-5]xx|default)`?(?![\w-]).*", re.DOTALL | re.IGNORECASE)
_WITHIN: Final = re.compile(rf"(?<![\d./-])({_CODE})(?![\d%])(?:\s*[(（]([^()（）]{{1,60}})[)）])?")
# Statuses are returned in sentences; other numbers of three digits are not.
_RETURNED: Final = re.compile(
    r"\b(?:returns?|returned|answered with|status|responds?|codes?)\b|返回|状态码|响应码", re.IGNORECASE
)
# What stands in brackets behind a code and says what is returned: "200 (Lamp): OK".
_OF_TYPE: Final = re.compile(r"[^()（）]{1,80}[)）]\s*[:：]\s*(.+)", re.DOTALL)
_STATUS: Final = "an HTTP status"
_LONGEST: Final = 2000
# A label is no longer.
_LABEL: Final = 40
_WIDEST: Final = 30


def statuses(placed: Sequence[Placed], obstacles: list[Obstacle]) -> list[DocumentedStatus]:
    """Give all that are listed, in no order, some maybe several times."""
    sections = (STATUS_CODE,) if any(one.section == STATUS_CODE for one in placed) else (STATUS_CODE, RESPONSE)
    found = [status for one in placed for status in _statuses(one, sections, obstacles)]
    # Code and reason may stand on a line each, the code also as a heading.
    within = [one for one in placed if one.section == STATUS_CODE and not one.opens]
    return [*found, *_on_lines(within)]


def _on_lines(within: Sequence[Placed]) -> Iterator[DocumentedStatus]:
    """Codes on lines of their own, each with the reason in the line below it; above it, where the first has one."""
    first = next((one.block for one in within), None)
    above = isinstance(first, Paragraph) and len(first.flat) < _LABEL and not re.search(r"\d|[.:。：]$", first.flat)
    last = within[-1].block if within else None
    above = above and isinstance(last, Paragraph) and re.fullmatch(_CODES, last.flat) is not None
    for before, one, after in zip([None, *within], within, [*within[1:], None], strict=False):
        if not (isinstance(one.block, Paragraph | Heading) and _ALONE.fullmatch(one.block.flat)):
            continue
        beside = before if above else after
        reason = beside.block if beside and isinstance(beside.block, Paragraph) and not beside.kind else None
        cells = [one.block, *([reason] if reason and not _LINE.fullmatch(reason.flat) else [])]
        lines = min(cell.first_line for cell in cells), max(cell.last_line for cell in cells)
        yield DocumentedStatus(int(one.block.flat), cells[1].flat if cells[1:] else "", one.source(*lines))


def _statuses(one: Placed, sections: Sequence[str], obstacles: list[Obstacle]) -> Iterator[DocumentedStatus]:
    block = one.block
    if isinstance(block, Table):
        yield from _of_table(one, block, obstacles)
    elif one.section not in sections or one.opens or one.part == EXAMPLE:
        return
    elif one.section == RESPONSE:
        yield from _of_response(one, obstacles)
    elif isinstance(block, Heading):
        match = _LINE.fullmatch(block.flat)
        if match and match[2]:
            yield from _each(match[1], match[2], one.source())
    elif isinstance(block, Bullet | Paragraph) and not one.kind:
        for line in block.lines:
            if isinstance(block, Bullet) or not _ALONE.fullmatch(line.text):
                yield from _of_line(line.text[:_LONGEST], one.source(line.number), obstacles)


def _of_response(one: Placed, obstacles: list[Obstacle]) -> Iterator[DocumentedStatus]:
    """Without a section of their own statuses begin a line; a sentence may name some of them, or any other numbers."""
    if isinstance(one.block, Code) and vocabulary.exchange_line(one.block.lines[0].text):
        lines = one.block.lines[:1]
    elif isinstance(one.block, Heading | Bullet | Paragraph | Tab) and one.block.lines:
        lines = one.block.lines if isinstance(one.block, Paragraph) else one.block.lines[:1]
    else:
        return
    listed = [(line, match) for line in lines if (match := _begun(line.text[:_LONGEST]))]
    if listed and listed[0][0] == lines[0]:
        for line, match in listed:
            yield from _each(match[1], match[2], one.source(line.number) if len(listed) > 1 else one.source())
    elif not isinstance(one.block, Code):
        yield from _in_sentence(one.block.flat[:_LONGEST], one.source(), obstacles)


def _in_sentence(text: str, source: PageLines, obstacles: list[Obstacle]) -> Iterator[DocumentedStatus]:
    """The codes that a sentence names with their words; where there are others, too, these are told."""
    named = {int(match[1][:3]): match[1][4:] for match in _PHRASED.finditer(text)}
    yield from (DocumentedStatus(code, phrase, source) for code, phrase in named.items())
    others = {int(match[1]) for match in _PLAIN.finditer(text)} - {*named}
    if others and (named or _RETURNED.search(text)):
        obstacles.append(Obstacle(source.first_line, "the statuses in a list or a table", text))


def _begun(text: str) -> re.Match[str] | None:
    """A line that begins with a status."""
    begins = re.match(r"`?(?:HTTP(?:/[\d.]+)? )?[1-5]\d\d\b", text, re.IGNORECASE)
    return _LINE.fullmatch(text) if begins else None


def _of_line(text: str, source: PageLines, obstacles: list[Obstacle]) -> Iterator[DocumentedStatus]:
    if match := _LINE.fullmatch(text):
        yield from _each(match[1], match[2], source)
    elif match := _LABELLED.fullmatch(_PHRASED.sub(lambda one: one[1][:3], text)):
        yield from _each(match[2], match[1].strip("* "), source)
    elif _NO_NUMBER.fullmatch(text):
        obstacles.append(Obstacle(source.first_line, _STATUS, text))
    elif _RETURNED.search(text):
        yield from (DocumentedStatus(int(one[1]), one[2] or "", source) for one in _WITHIN.finditer(text))
    else:
        yield from _in_sentence(text, source, obstacles)


def _of_table(one: Placed, table: Table, obstacles: list[Obstacle]) -> Iterator[DocumentedStatus]:
    roles = roles_of(table)
    if "status" not in roles and one.section != STATUS_CODE:
        return
    # A table of statuses without a header that is known has the code in the first column.
    at = roles.index("status") if "status" in roles else 0
    wanted = "reason" if "reason" in roles else "description"
    beside = roles.index(wanted) if wanted in roles else at + 1
    for above, row in pairwise([(), *table.rows]):
        if at < len(row) and row[at].flat and row[at : at + 1] == above[at : at + 1]:
            continue  # the cell of the row above reaches down to this one
        match = _LINE.fullmatch(row[at].flat[:_LONGEST]) if at < len(row) else None
        if match is None:
            found = row[at].flat if at < len(row) else ""
            obstacles.append(Obstacle(row[0].first_line, _STATUS, found))
            continue
        last = max(cell.last_line for cell in row)
        reason = row[beside] if beside < len(row) else Cell("", last, last)
        source = one.source(row[at].first_line, last)
        codes = _codes(match[1])
        if not match[2] and len(codes) == len(reason.lines) > 1:
            for code, line in zip(codes, reason.lines, strict=True):
                yield DocumentedStatus(code, line.text, source)
        else:
            yield from _each(match[1], match[2] or reason.flat, source)


def roles_of(table: Table) -> tuple[str | None, ...]:
    """The roles of a table's columns; "status" also by what stands in the first, where nothing is known of it."""
    roles = tuple(vocabulary.column(cell.flat) for cell in table.header)
    if "status" in roles or roles[:1] not in ((None,), ("reason",)) or not table.rows:
        return roles
    listed = all(row and re.match(r"`?[1-5]\d\d\b", row[0].flat) for row in table.rows)
    return ("status", *roles[1:]) if listed else roles


def _each(codes: str, reason: str, source: PageLines) -> Iterator[DocumentedStatus]:
    reason = of_type[1] if (of_type := _OF_TYPE.fullmatch(reason)) else reason
    yield from (DocumentedStatus(code, reason, source) for code in _codes(codes))


def _codes(text: str) -> list[int]:
    """All codes of a list with ranges, each once."""
    found: list[int] = []
    for match in re.finditer(_RANGE, text):
        first, *last = (int(code) for code in re.findall(r"\d{3}", match[0]))
        end = last[0] if last else first
        found += range(first, end + 1) if first <= end < first + _WIDEST else [first, end]
    return list(dict.fromkeys(found))
