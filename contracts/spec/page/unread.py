"""The parts of a page that have text and of which nothing was taken and nothing told: no form of theirs is known. Pure.

Which parts: those named for parameters of path, query or headers, the request, the response, and the statuses. A
status is told wherever a sentence says that it is returned.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final, Protocol

from contracts.spec.page import cell_words, operation_words, vocabulary
from contracts.spec.page.blocks import Block, Bullet, Cell, Code, Heading, Line, Table
from contracts.spec.page.facts import facts
from contracts.spec.page.listed_parameters import LISTED, PLACES, describes
from contracts.spec.page.model import REQUEST, RESPONSE, STATUS_CODE, Document, Obstacle, PageLines
from contracts.spec.page.named_parameters import unnamed
from contracts.spec.page.outline import Placed
from contracts.spec.page.status_sentences import CODE, REGISTERED, Sentence

_WANTED: Final = {
    REQUEST: "parameters, fields or an example of the request",
    RESPONSE: "fields, statuses or an example of the response",
    STATUS_CODE: "the statuses in a list or a table",
}
# Words that say that there is nothing; behind a colon "no" says something of what there is ("Required: No").
_NOTHING: Final = re.compile(r"\b(?:(?<![:：] )no|not|none|nothing|empty)\b|无|不|没有|为空", re.IGNORECASE)
_NAMED: Final = re.compile(r"\bparameters?$|参数$", re.IGNORECASE)
_SHORT: Final = 160
# What is said of a field, and not of its values.
_OF_FIELD: Final = frozenset({"deprecated", "readOnly"})
# No heading is longer.
_LABEL: Final = 60
# Nobody says so much in one sentence.
_LONGEST: Final = 2000
_CODE: Final = re.compile(CODE)
_LISTED: Final = re.compile(rf"[`*]*({CODE})[`*]*\s*[-–—:：]\s*[^\d\s]")


class _Stated(Protocol):
    """What the page states in some of its lines."""

    @property
    def source(self) -> PageLines:
        """Where."""


def unread(placed: Sequence[Placed], document: Document) -> Iterator[Obstacle]:
    """Give for each such part the first line of its text."""
    told = {*_lines(document)}
    for where, part in groupby(placed, lambda one: one.under if _of_parameters(one) else ""):
        if where:
            place = f"{vocabulary.location(where) or ''} parameters".strip()
            yield from _first_unread([*part], told, f"the {place} in a list or a table")
    for section, part in groupby(placed, lambda one: one.section):
        if section in _WANTED:
            yield from _first_unread([*part], told, _WANTED[section])
    yield from _below_headings(placed, told)
    yield from _beside_fields(placed, document)
    if not any(one.location == "query" for one in document.parameters):
        lines = (line for line in unnamed(placed) if line.number not in told)
        yield from (Obstacle(line.number, "the query parameters in a list or a table", line.text) for line in lines)
    yield from _statuses_elsewhere(placed, {one.code for one in document.statuses}, told)


def _lines(document: Document) -> Iterator[int]:
    """The lines of which anything was taken or told."""
    taken: Iterable[_Stated] = (
        *document.operations,
        *document.parameters,
        *document.structures,
        *document.statuses,
        *document.requests,
        *document.responses,
        *document.media_types,
        *document.replaceable,
        *document.references,
    )
    for one in taken:
        yield from range(one.source.first_line, one.source.last_line + 1)
    yield from (one.line for one in document.obstacles)


def _of_parameters(one: Placed) -> bool:
    """Whether a block stands below words that say so, also where these do not say which place is meant."""
    where = vocabulary.location(one.under) if one.under else ""
    unplaced = where is None and one.section != RESPONSE and len(one.under) < _LABEL and _NAMED.search(one.under)
    return where in PLACES or bool(unplaced)


def _first_unread(part: Sequence[Placed], told: set[int], wanted: str) -> Iterator[Obstacle]:
    blocks = [one.block for one in part if not one.kind and not isinstance(one.block, Heading)]
    said = [(block, words) for block in blocks if (words := _words(block)) and _may_say(words)]
    # Also a heading may be what is read: the status of an answer.
    if said and told.isdisjoint(line for one in part for line in range(one.block.first_line, one.block.last_line + 1)):
        line = said[0][0].first_line
        told.add(line)
        yield Obstacle(line, wanted, said[0][1])


def _below_headings(placed: Sequence[Placed], told: set[int]) -> Iterator[Obstacle]:
    """Parameters that have a heading each, below one that says where they stand."""
    for one, after in pairwise(placed):
        if not (isinstance(one.block, Heading) and isinstance(after.block, Heading)):
            continue
        where = vocabulary.location(one.block.flat)
        below = after.block.level > one.block.level and vocabulary.location(after.block.flat) is None
        if where in PLACES and below and after.block.first_line not in told:
            yield Obstacle(after.block.first_line, f"the {where} parameters in a list or a table", after.block.flat)


def _beside_fields(placed: Sequence[Placed], document: Document) -> Iterator[Obstacle]:
    """Types and values beside the items of the list of fields that can be replaced, where no table describes these."""
    fields = {one.source.first_line: one.path for one in document.replaceable}
    noted = {one.line for one in document.obstacles}
    described = {member.name.rpartition(".")[2] for one in document.structures for member in one.members}
    for one in placed:
        path = fields.get(one.block.first_line, "")
        item = LISTED.fullmatch(one.block.text) if path and isinstance(one.block, Bullet) else None
        if item is None or one.block.first_line in noted or path.rpartition(".")[2] in described:
            continue
        bounded = any(facts(item["said"] or "", kind).keywords.keys() - _OF_FIELD for kind in ("integer", "string"))
        if describes(item) or bounded:
            yield Obstacle(one.block.first_line, "the type and the values of a field in a table", item[0])


def _statuses_elsewhere(placed: Sequence[Placed], known: set[int], told: set[int]) -> Iterator[Obstacle]:
    """The registered statuses of which a sentence or the first line of an answer says that they are returned.

    Each once; other numbers are those of anything.
    """
    for line in (line for one in placed for line in _saying(one.block) if _CODE.search(line.text)):
        sentence = Sentence(line.text[:_LONGEST])
        others = sentence.others() if sentence.is_about_answers() or operation_words.exchange_line(line.text) else set()
        found = ({*sentence.phrased()} | others) & REGISTERED - known
        # Without any that is listed, also a line that begins as one in a list does.
        begun = _LISTED.match(line.text) if not known else None
        found |= {int(begun[1])} & REGISTERED if begun else set()
        if found and line.number not in told:
            known |= found
            yield Obstacle(line.number, _WANTED[STATUS_CODE], line.text)


def _saying(block: Block) -> Iterator[Line]:
    """What a block says in sentences, or as the first line of an exchange."""
    if isinstance(block, Code):
        yield from block.lines[:1] if operation_words.exchange_line(block.lines[0].text) else ()
    elif isinstance(block, Cell):
        yield Line(block.first_line, block.flat)


def _may_say(words: str) -> bool:
    """Whether a text is more than the label of what follows, or words that there is nothing."""
    short = len(words) < _SHORT and not re.search(r"\d", words)
    return (
        vocabulary.location(words) is None and not cell_words.absent(words) and not (short and _NOTHING.search(words))
    )


def _words(block: Block) -> str:
    """What a block says on one line; nothing of a table whose only row is about the whole body."""
    if isinstance(block, Table):
        names = {row[0].flat.lower() for row in block.rows if row}
        return "" if names == {"body"} else " ".join(cell.flat for cell in block.header)
    return " ".join(" ".join(line.text for line in block.lines).split())
