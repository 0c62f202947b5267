"""Splits a help page into units (sentences, bullets, table rows, members of examples), none left out. Pure.

More lenient than the reading of its facts: what fits nowhere is a sentence, so that it shows.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence

from contracts.spec.page.model import (
    BULLET,
    OPERATION,
    PARAMETER_HEADER,
    STATUS_HEADER,
    TABLE,
    UPDATED,
    Line,
    PageLines,
    Section,
    Unit,
)

HEAD = "Head"
# Kinds that only name what follows or point elsewhere; nothing of the specification comes from them.
HEADING, CAPTION, COLUMNS = "heading", "caption", "columns"
STRUCTURE = (HEADING, CAPTION, COLUMNS)
DIGITS = 12

_BETWEEN_MEMBERS = re.compile(r"[\s,:]*")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.:!?])\s+(?=[A-Z])")


def units_of(head: Sequence[Line], sections: Sequence[Section]) -> tuple[Unit, ...]:
    """Every unit of a page, in its order; each line that is not blank is part of one, or of several sentences."""
    found = list(_head(head))
    for section in sections:
        heading = Line(section.heading, section.name)
        found.append(_unit(HEADING, section.name, [heading]))
        found.extend(_section(section))
    return tuple(found)


def member_lines(text: str) -> Iterator[tuple[str, int, int]]:
    """Give name, first and last line (from 0) of each top-level member of a valid JSON object."""
    decoder = json.JSONDecoder()
    name, start, position = None, 0, text.index("{") + 1
    while text[position := position + len(_BETWEEN_MEMBERS.match(text, position)[0])] != "}":  # type: ignore[index]
        value, end = decoder.raw_decode(text, position)
        if name is None:
            name, start = value, position
        else:
            yield name, text.count("\n", 0, start), text.count("\n", 0, end)
            name = None
        position = end


def _head(lines: Sequence[Line]) -> Iterator[Unit]:
    title = next((line for line in lines if not UPDATED.match(line.text)), None)
    for line in lines:
        if UPDATED.match(line.text):
            yield _unit("date", HEAD, [line])
        elif line is title:
            yield _unit("title", HEAD, [line])
        else:
            yield from _sentences(HEAD, line)


def _section(section: Section) -> Iterator[Unit]:
    headings = (f"Example {section.name.lower()}", f"{section.name} parameters")
    lines = section.lines
    index = 0
    while index < len(lines):
        line, rest = lines[index], lines[index:]
        taken = 1
        units: Iterable[Unit]
        if line.text in headings:
            units = [_unit(HEADING, section.name, [line])]
        elif TABLE.fullmatch(line.text):
            units, taken = _table(section.name, rest, headings)
        elif line.text.startswith("{"):
            units, taken = _example(section.name, rest)
        elif bullet := BULLET.fullmatch(line.text):
            units = [_unit("bullet", section.name, [Line(line.number, bullet[1])])]
        elif OPERATION.fullmatch(line.text):
            units = [_unit("operation", section.name, [line])]
        else:
            units = _sentences(section.name, line)
        yield from units
        index += taken


def _sentences(section: str, line: Line) -> Iterator[Unit]:
    for sentence in _BETWEEN_SENTENCES.split(line.text):
        yield _unit("sentence", section, [Line(line.number, sentence)])


def _table(section: str, lines: Sequence[Line], headings: Sequence[str]) -> tuple[list[Unit], int]:
    """The units of a table whose caption is the first of the lines, and how many lines they take."""
    caption = _unit(CAPTION, section, lines[:1])
    ends = (n for n, line in enumerate(lines) if n and (TABLE.fullmatch(line.text) or line.text in headings))
    end = next(ends, len(lines))
    texts = tuple(line.text for line in lines[1:])
    width = next((len(one) for one in (PARAMETER_HEADER, STATUS_HEADER) if texts[: len(one)] == one), 0)
    if not width:
        return [caption], 1
    rows = [lines[start : start + width] for start in range(1, end, width)]
    whole = [row for row in rows if len(row) == width]
    kinds = [COLUMNS, *("row" for _ in whole[1:])]
    units = [_unit(kind, section, row) for kind, row in zip(kinds, whole, strict=True)]
    return [caption, *units], 1 + width * len(whole)


def _example(section: str, lines: Sequence[Line]) -> tuple[list[Unit], int]:
    """The top-level members of a JSON object that begins with the first of the lines, and how many lines it takes."""
    text = "\n".join(line.text for line in lines)
    try:
        value, end = json.JSONDecoder().raw_decode(text)
        # Names that occur twice are two members.
        members = [(first, last) for _, first, last in member_lines(text[:end])] if value else []
    except (ValueError, RecursionError):
        return list(_sentences(section, lines[0])), 1
    units = [_unit("member", section, lines[first : last + 1]) for first, last in members]
    return units, text.count("\n", 0, end) + 1


def _unit(kind: str, section: str, lines: Sequence[Line]) -> Unit:
    words = " ".join(word for line in lines for word in line.text.split())
    digest = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
    return Unit(kind, PageLines(section, lines[0].number, lines[-1].number), digest)
