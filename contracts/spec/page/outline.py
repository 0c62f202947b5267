"""Which section each block of a page stands in, and what it is there. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from contracts.spec.page import curl, dates, mutability, operation_words, vocabulary
from contracts.spec.page.blocks import Block, Bullet, Cell, Code, Heading, Paragraph, Tab
from contracts.spec.page.model import FURNITURE, HEAD, HEADING, OTHER, REQUEST, RESPONSE, PageLines

TITLE, DATE = "title", "date"
# Deeper than any heading: where a section began with words that the page does not mark as a heading.
DEEPEST = 99
# A table of contents names more than one section.
_SHORTEST_CONTENTS = 2


@dataclass(frozen=True)
class Placed:
    """A block, its section and part, the status that it belongs to, and what it is (a title, a heading, …; or "").

    `opens`: it is the heading that begins the section; `under`: the words of the last heading before it.
    """

    block: Block
    section: str
    part: str = ""
    status: int | None = None
    kind: str = ""
    opens: bool = False
    under: str = ""

    def source(self, first: int | None = None, last: int | None = None) -> PageLines:
        """Give the lines of the block, or some of them, with its section."""
        return PageLines(self.section, first or self.block.first_line, last or first or self.block.last_line)

    def of(self, cell: Cell) -> PageLines:
        """Give the lines of a part of the block, with its section."""
        return PageLines(self.section, cell.first_line, cell.last_line)


def outline(blocks: Sequence[Block]) -> tuple[Placed, ...]:
    """Place every block of a page, in its order."""
    title = _title(blocks)
    return tuple(_place(blocks, title))


def spans(placed: Sequence[Placed]) -> Mapping[str, PageLines]:
    """Give the lines below the heading of each section that has any; of its first piece, if it has several."""
    found: dict[str, PageLines] = {}
    previous = ""
    for one in placed:
        if not one.opens and one.section not in (HEAD, OTHER):
            before = found.get(one.section)
            if before is None:
                found[one.section] = one.source()
            elif previous == one.section:
                found[one.section] = one.source(before.first_line, max(before.last_line, one.block.last_line))
        previous = one.section
    return found


def _place(blocks: Sequence[Block], title: Block | None) -> Iterator[Placed]:
    section, part, status, level, under = HEAD, "", None, DEEPEST, ""
    lists = _lists_of_parameters(blocks)
    number: tuple[int, ...] = ()
    contents = _contents(blocks)
    for position, block in enumerate(blocks):
        words = block.flat if isinstance(block, Heading | Paragraph | Tab) else ""
        if block is title or position in contents:
            yield Placed(block, section, kind=TITLE if block is title else FURNITURE)
        elif role := vocabulary.heading(words, marked=isinstance(block, Heading)):
            opens = role[0] not in (None, section)
            section, part, status = role[0] or section, role[1], vocabulary.status_behind(words)
            told = section in (REQUEST, RESPONSE) and vocabulary.location(words)
            under = words if part == vocabulary.PARAMETERS or told else ""
            if opens or not part:
                level = block.level if isinstance(block, Heading) else DEEPEST
            number = vocabulary.number_of(words) or number
            yield Placed(block, section, part, kind=HEADING, opens=opens)
        elif labelled := _labelled(block, section, part, status):
            under = under if labelled[0] == section else ""
            section, part, status = labelled
            yield Placed(block, section, part, status, HEADING)
        elif isinstance(block, Heading) or _follows(number, vocabulary.number_of(words)):
            number = vocabulary.number_of(words) or number
            if section != HEAD and (not isinstance(block, Heading) or block.level <= level):
                section, status = OTHER, None
            part, under = "", words
            yield Placed(block, section, kind=HEADING)
        elif dates.dated(words or (block.flat if isinstance(block, Bullet) else "")) is not None:
            yield Placed(block, section, part, status, DATE)
        elif words and vocabulary.furniture(words) and not (words[0] == ":" and mutability.speaks_of_change(words)):
            yield Placed(block, section, part, status, FURNITURE)
        else:
            section, status = _exchange(block, part) or (section, status)
            # A line that only says where parameters stand is as good as a heading.
            under = words if words and vocabulary.location(words) else under
            kind, above = lists.get(position, ("", under))
            # A command is a request whatever the example is called; what follows it may be its response.
            sends = part == vocabulary.EXAMPLE and isinstance(block, Code) and curl.is_command(block.lines[0].text)
            yield Placed(block, REQUEST if sends else section, part, None if sends else status, kind, under=above)


def _labelled(block: Block, section: str, part: str, status: int | None) -> tuple[str, str, int | None] | None:
    """Section, part and status of what stands below a tab, or below the label of an answer; None for other blocks."""
    if not isinstance(block, Tab) and not (section == RESPONSE and isinstance(block, Heading | Paragraph)):
        return None
    label = vocabulary.status_label(block.flat, marked=not isinstance(block, Paragraph))
    if isinstance(block, Tab):
        # What a tab with a status shows is an answer, whatever stands above it.
        return (RESPONSE, part if section == RESPONSE else "", label) if label else (section, part, status)
    return (section, part, label) if label else None


def _lists_of_parameters(blocks: Sequence[Block]) -> Mapping[int, tuple[str, str]]:
    """By their positions: items that say where the parameters below them stand ("Query parameters:"), and these.

    Given are the kind of the first, and the words above the second.
    """
    found: dict[int, tuple[str, str]] = {}
    depth, words = 0, ""
    for position, (block, after) in enumerate(pairwise([*blocks, None])):
        item = block if isinstance(block, Bullet) else None
        depth = depth if item and item.depth > depth else 0
        if item and depth:
            found[position] = "", words
        elif item and isinstance(after, Bullet) and after.depth > item.depth and vocabulary.location(item.flat):
            depth, words, found[position] = item.depth, item.flat, (HEADING, "")
    return found


def _follows(number: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether a numbered line is the next heading: "4. Fields" after "3. Response", or after "3.2"."""
    return any(other == (*number[:depth], number[depth] + 1) for depth in range(len(number)))


def _exchange(block: Block, part: str) -> tuple[str, int | None] | None:
    """The section and status of an example that begins with the first line of a request or a response."""
    lines = block.lines if isinstance(block, Code | Paragraph) and part == vocabulary.EXAMPLE else ()
    if not lines or not (section := operation_words.exchange_line(lines[0].text)):
        return None
    return section, int(lines[0].text.split()[1]) if section == RESPONSE else None


def _title(blocks: Sequence[Block]) -> Block | None:
    """The page's heading: what is marked as one before the first section; else a line there that is no sentence.

    Of several the one that begins with the verb of an operation.
    """
    headings: list[Heading] = []
    lines: list[Paragraph] = []
    contents = _contents(blocks)
    for position, block in enumerate(blocks):
        if position in contents:
            continue
        if isinstance(block, Heading | Paragraph) and vocabulary.heading(block.flat, isinstance(block, Heading)):
            break
        if isinstance(block, Heading):
            # "Query parameters" begins with a verb, too.
            headings += [block] if vocabulary.location(block.flat) is None else []
        elif isinstance(block, Paragraph) and not headings and _may_be_title(block.flat):
            lines.append(block)
    marked = [one for one in headings if operation_words.title(one.flat)]
    if headings:
        return next(iter(marked or headings))
    verbal = [line for line in lines if operation_words.title(line.flat)]
    return next(reversed(verbal or lines), None)


def _contents(blocks: Sequence[Block]) -> range:
    """Where a table of contents stands above the text: headings of sections with nothing between, and once more below.

    Empty where there is none.
    """
    headings = (
        block.flat if isinstance(block, Paragraph) and vocabulary.heading(block.flat) else "" for block in blocks
    )
    # The plural of a heading is the same one.
    named = [words.lower().rstrip("s") for words in headings]
    first = next((position for position, words in enumerate(named) if words), len(named))
    end = next((position for position in range(first, len(named)) if not named[position]), len(named))
    repeated = all(words in named[end:] for words in named[first:end])
    return range(first, end) if end - first >= _SHORTEST_CONTENTS and repeated else range(0)


def _may_be_title(words: str) -> bool:
    return (
        len(words) < 200
        and words[-1:] not in ".:;。：；"
        and dates.dated(words) is None
        and not vocabulary.furniture(words)
        and vocabulary.location(words) is None
        and not words.startswith(("GET ", "PUT ", "POST ", "PATCH ", "DELETE "))
    )
