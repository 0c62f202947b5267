"""The statuses that a page lists: in tables, lists, lines, headings or sentences of the section about them. Pure."""

import re
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise
from typing import Final

from contracts.spec.page import operation_words
from contracts.spec.page.blocks import Block, Bullet, Cell, Code, Heading, Paragraph, Table
from contracts.spec.page.model import HEADING, OTHER, RESPONSE, STATUS_CODE, DocumentedStatus, Obstacle, PageLines
from contracts.spec.page.outline import Placed
from contracts.spec.page.response_codes import response_codes
from contracts.spec.page.shown_json import apart
from contracts.spec.page.status_codes import (
    CODES,
    LINE,
    LONGEST,
    WORDS_OF_HTTP,
    begun,
    codes_in,
    several,
    with_ascii_digits,
)
from contracts.spec.page.status_columns import is_headless, roles_of
from contracts.spec.page.status_sentences import (
    CODE,
    PHRASED,
    REGISTERED,
    Sentence,
    is_denial,
    names_others,
)
from contracts.spec.page.vocabulary import EXAMPLE

_ALONE: Final = re.compile(CODE)
_LABELLED: Final = re.compile(rf"([^\d:：]{{1,40}}?)\s*[:：]\s*({CODES})\s*[.。]?")
_NO_NUMBER: Final = re.compile(
    r"`?(?:(?:[1-5]xx|default)`?(?![\w-])|[1-5]\d\d(?:\.\d|\+)).*", re.DOTALL | re.IGNORECASE
)
# A heading of all other answers, or of a hundred of them.
_OTHERS: Final = re.compile(r"`?(?:[1-5]xx|default)`?(?:\s+(?:responses?|errors?))?", re.IGNORECASE)
# What stands in brackets behind a code and says what is returned: "200 (Lamp): OK".
_OF_TYPE: Final = re.compile(r"[^()（）]{1,80}[)）]\s*[:：]\s*(.+)", re.DOTALL)
# A type below a code, or in brackets behind it, is what is returned; the words of HTTP are not such.
_TYPED: Final = re.compile(rf"`?{CODE}`?\s*(?:\n\s*|[(（]\s*)(?P<type>[A-Z][A-Za-z0-9]*)\s*[)）]?")
# Behind codes: all of a hundred, or all others, which are no statuses that can be named.
_MORE: Final = re.compile(
    r"\s*(?:(?:[,，、/]|and|or|to|through|和|或|及|至)\s*)*`?[1-5]xx\b`?"
    r"|\s*(?:[,，、/]|and|or|和|或|及)\s*(?:(?:any|all)\s+)?(?:others?|default|above|其他|其它|以上)\b(?!\s\w)",
    re.IGNORECASE,
)
_OF_VENDOR: Final = re.compile(r"error codes?|错误码", re.IGNORECASE)
_STATUS: Final = "an HTTP status"
_LISTED: Final = "the statuses in a list or a table"
# A label is no longer.
_LABEL: Final = 40


def statuses(placed: Sequence[Placed], obstacles: list[Obstacle]) -> list[DocumentedStatus]:
    """Give all that are listed, in no order, some maybe several times."""
    of_their_own = any(one.section == STATUS_CODE for one in placed)
    sections = (STATUS_CODE,) if of_their_own else (STATUS_CODE, RESPONSE)
    found = [
        status
        for one in placed
        for status in (
            [*_foreign(one, obstacles)] if of_their_own and _is_foreign(one) else _statuses(one, sections, obstacles)
        )
    ]
    # Code and reason may stand on a line each, the code also as a heading.
    within = [one for one in placed if one.section == STATUS_CODE and not one.opens]
    found += _on_lines(within)
    # The vendor's own, or any other number that stands where a status does.
    obstacles += [
        Obstacle(one.source.first_line, _STATUS, str(one.code)) for one in found if one.code not in REGISTERED
    ]
    return [*found, *_labelled(placed, {one.code for one in found}, obstacles)]


def _labelled(placed: Sequence[Placed], listed: Set[int], obstacles: list[Obstacle]) -> Iterator[DocumentedStatus]:
    """The statuses that have a part of the response of their own, and are not listed; those of examples are told."""
    told = {*listed}
    for one in placed:
        if one.section == RESPONSE and one.status is not None and one.status not in told:
            told.add(one.status)
            if one.part == EXAMPLE:
                obstacles.append(Obstacle(one.block.first_line, _LISTED, _words(one.block) or str(one.status)))
            else:
                yield DocumentedStatus(one.status, _reason_of_label(one.block), one.source())


def _words(block: Block) -> str:
    return block.flat if isinstance(block, Cell) else ""


def _reason_of_label(block: Block) -> str:
    """The words behind the code in the label of an answer."""
    match = LINE.fullmatch(_words(block).strip("* "))
    return match[2].strip("* ") if match else ""


def _is_foreign(one: Placed) -> bool:
    """Whether a table lists codes of the vendor's own, below a heading about them or in a column of them."""
    if not isinstance(one.block, Table) or one.section != OTHER:
        return False
    return any(_OF_VENDOR.search(text) for text in (one.under, *(cell.flat for cell in one.block.header)))


def _foreign(one: Placed, obstacles: list[Obstacle]) -> Iterator[DocumentedStatus]:
    """None of them is one of the operation; where they look like those of HTTP this is told."""
    cells = [cell for row in one.block.rows for cell in row] if isinstance(one.block, Table) else []
    if like := next((cell for cell in cells if _ALONE.fullmatch(cell.flat)), None):
        obstacles.append(Obstacle(like.first_line, "a table of the operation's own statuses", like.flat))
    yield from ()


def _on_lines(within: Sequence[Placed]) -> Iterator[DocumentedStatus]:
    """Codes on lines of their own, each with the reason in the line below it; above it, where the first has one."""
    blocks = [one.block for one in within if isinstance(one.block, Paragraph | Bullet | Heading)]
    labelled = bool(blocks) and len(blocks[0].flat) < _LABEL and not re.search(r"\d|[.:。：]$", blocks[0].flat)
    # A table at the end has a label above it, too: the codes of that.
    last = within[-1].block if within else None
    ends = isinstance(last, Table) or (isinstance(last, Paragraph) and re.fullmatch(CODES, last.flat))
    above = labelled and not isinstance(blocks[0], Heading) and bool(ends)
    for before, one, after in zip([None, *within], within, [*within[1:], None], strict=False):
        if not (isinstance(one.block, Paragraph | Heading) and _ALONE.fullmatch(one.block.flat)):
            continue
        beside = before if above else after
        reason = beside.block if beside and isinstance(beside.block, Paragraph | Bullet) and not beside.kind else None
        reason = None if isinstance(reason, Bullet) and not above else reason
        cells = [one.block, *([reason] if reason and not LINE.fullmatch(reason.flat) else [])]
        lines = min(cell.first_line for cell in cells), max(cell.last_line for cell in cells)
        yield DocumentedStatus(int(one.block.flat), cells[1].flat if cells[1:] else "", one.source(*lines))


def _statuses(one: Placed, sections: Sequence[str], obstacles: list[Obstacle]) -> Iterator[DocumentedStatus]:
    block = one.block
    if isinstance(block, Table):
        yield from _of_table(one, block, obstacles)
    elif one.section not in sections or one.opens or one.part == EXAMPLE:
        return
    elif isinstance(block, Heading) and _OTHERS.fullmatch(block.flat):
        obstacles.append(Obstacle(block.first_line, _STATUS, block.flat))
    elif one.section == RESPONSE:
        yield from _of_response(one, obstacles)
    elif isinstance(block, Heading):
        match = LINE.fullmatch(block.flat)
        if match and match[2]:
            yield from _listed(match, one.source(), obstacles)
    elif isinstance(block, Bullet | Paragraph) and not one.kind:
        for line in block.lines:
            if isinstance(block, Bullet) or not _ALONE.fullmatch(line.text):
                yield from _of_line(line.text[:LONGEST], one.source(line.number), obstacles)


def _of_response(one: Placed, obstacles: list[Obstacle]) -> Iterator[DocumentedStatus]:
    """Without a section of their own statuses begin a line; a sentence may name some of them, or any other numbers."""
    if one.kind == HEADING and one.status is not None:
        return  # the label of an answer, whose status may be listed elsewhere
    if isinstance(one.block, Code) and operation_words.exchange_line(one.block.lines[0].text):
        lines = one.block.lines[:1]
    elif isinstance(one.block, Heading | Bullet | Paragraph) and one.block.lines:
        lines = one.block.lines if isinstance(one.block, Paragraph) else one.block.lines[:1]
    else:
        return
    named = [(line, codes) for line in lines if (codes := response_codes(line.text[:LONGEST]))]
    if named and len(named) == len(lines):
        for line, codes in named:
            yield from (DocumentedStatus(code, reason, one.source(line.number)) for code, reason in codes)
        return
    listed = [(line, match) for line in lines if (match := begun(line.text[:LONGEST]))]
    if listed and listed[0][0] == lines[0]:
        for line, match in listed:
            yield from _listed(match, one.source(line.number) if len(listed) > 1 else one.source(), obstacles)
    elif not isinstance(one.block, Code):
        yield from _in_sentence(one.block.flat[:LONGEST], one.source(), obstacles)


def _in_sentence(text: str, source: PageLines, obstacles: list[Obstacle]) -> Iterator[DocumentedStatus]:
    """The codes that a sentence names with their words; where there are others, too, these are told."""
    sentence = Sentence(text)
    named = sentence.phrased()
    yield from (DocumentedStatus(code, phrase, source) for code, phrase in named.items())
    if sentence.is_unclear or (sentence.others() and (named or sentence.is_about_answers())):
        obstacles.append(Obstacle(source.first_line, _LISTED, text))


def _of_line(text: str, source: PageLines, obstacles: list[Obstacle]) -> Iterator[DocumentedStatus]:
    text = with_ascii_digits(text)
    sentence = Sentence(text)
    if codes := several(text):
        yield from (DocumentedStatus(code, reason, source) for code, reason in codes)
    elif match := LINE.fullmatch(text):
        yield from _listed(match, source, obstacles)
    elif match := _LABELLED.fullmatch(PHRASED.sub(lambda one: one[1][:3], text)):
        yield from _each(match[2], match[1].strip("* "), source)
    elif _NO_NUMBER.fullmatch(text):
        obstacles.append(Obstacle(source.first_line, _STATUS, text))
    elif sentence.is_about_answers():
        yield from (DocumentedStatus(code, reason, source) for code, reason in sentence.named())
        if sentence.is_unclear:
            obstacles.append(Obstacle(source.first_line, _LISTED, text))
    else:
        yield from _in_sentence(text, source, obstacles)


def _listed(
    match: re.Match[str], source: PageLines, obstacles: list[Obstacle], beside: str = ""
) -> Iterator[DocumentedStatus]:
    """The codes at the beginning of a line or a cell; what is told of others beside them cannot be listed.

    `beside`: the words of another cell, where this one has none.
    """
    text, reason = match.string, match[2]
    if is_denial(reason):
        obstacles.append(Obstacle(source.first_line, _LISTED, " ".join(text.split())))
        return
    if more := _MORE.match(text, match.end(1)):
        obstacles.append(Obstacle(source.first_line, _STATUS, " ".join(text.split())))
        reason = text[more.end() :].strip(" :：,-–—")
    elif names_others(reason):
        obstacles.append(Obstacle(source.first_line, _LISTED, " ".join(text.split())))
    yield from _each(match[1], reason or beside, source)


def _of_table(one: Placed, table: Table, obstacles: list[Obstacle]) -> Iterator[DocumentedStatus]:
    roles = roles_of(table)
    if "status" not in roles and one.section != STATUS_CODE:
        return
    # A table of statuses without a header that is known has the code in the first column.
    at = roles.index("status") if "status" in roles else 0
    wanted = "reason" if "reason" in roles else "description"
    beside = roles.index(wanted) if wanted in roles else at + 1
    # Of a table without a header the first row stands where that would be.
    for above, row in pairwise([(), *((table.header,) if is_headless(table, at) else ()), *table.rows]):
        if at < len(row) and row[at].flat and row[at : at + 1] == above[at : at + 1]:
            continue  # the cell of the row above reaches down to this one
        match = LINE.fullmatch(with_ascii_digits(row[at].flat[:LONGEST])) if at < len(row) else None
        if match is None:
            found = row[at].flat if at < len(row) else ""
            obstacles.append(Obstacle(row[0].first_line, _STATUS, found))
            continue
        last = max(cell.last_line for cell in row)
        told = beside < len(row) and roles[beside : beside + 1] != ("schema",)
        reason = apart(row[beside])[0] if told else Cell("", last, last)
        source = one.source(row[at].first_line, last)
        codes = codes_in(match[1])
        if not match[2] and len(codes) == len(reason.lines) > 1:
            for code, line in zip(codes, reason.lines, strict=True):
                yield DocumentedStatus(code, line.text, source)
        else:
            typed = _TYPED.fullmatch(row[at].text)
            names_type = typed and reason.flat and typed["type"].casefold() not in WORDS_OF_HTTP
            if names_type:
                yield from _each(match[1], reason.flat, source)
            else:
                yield from _listed(match, source, obstacles, reason.flat)


def _each(codes: str, reason: str, source: PageLines) -> Iterator[DocumentedStatus]:
    reason = of_type[1] if (of_type := _OF_TYPE.fullmatch(reason)) else reason
    # The bracket that ends the line may be that of words within it.
    reason += ")" if reason.count("(") > reason.count(")") else ""
    yield from (DocumentedStatus(code, reason, source) for code in codes_in(codes))
