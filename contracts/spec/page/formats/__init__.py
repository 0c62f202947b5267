"""The formats that pages come in, one reader each; a reader's parser is loaded when a page needs it, and not before."""

import re
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from typing import Final, TypeGuard, TypeVar

from contracts.spec.page import vocabulary
from contracts.spec.page.blocks import Block, Cell, Code, Heading, Line, Paragraph, Table
from contracts.spec.page.model import DocumentError, Obstacle

# The most bytes and lines that each reader takes in seconds; a page with many tables has some hundred thousand bytes.
MOST: Final = {
    "text": (8_000_000, 30_000),
    "html": (6_000_000, 400_000),
    "markdown": (800_000, 100_000),
    "rst": (800_000, 25_000),
}
# A grid of columns that are hundreds of blanks wide costs a reader little: so long a page may be with them.
WIDEST: Final = 4_000_000
_GRID: Final = re.compile(r"(?<=[ =-])[ =-]+")
SUFFIXES: Final = {
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdx": "markdown",
    ".rst": "rst",
    ".rest": "rst",
}
# Zero-width blanks, soft hyphens, byte order marks.
_INVISIBLE: Final = re.compile("[\u200b\u2060\ufeff\u00ad]")
# The apostrophe of "cannot" in short, as word processors set it.
_CURLY: Final = re.compile(r"(?<=n)[\u2019\u02bc\u2032\uff07](?=t\b)", re.IGNORECASE)
_DIRECTIVE: Final = re.compile(r"^\.\. (?:_[^:\n]+:|[a-z-]+::)", re.M)
_SIGNS: Final = (
    (
        "html",
        re.compile(r"\s*(<!--.*?-->\s*)*<(!doctype html|html|head|body|div|main|article|section|h1)\b", re.I | re.S),
    ),
    ("rst", re.compile(rf"{_DIRECTIVE.pattern}|^[^\n]+\n(={{3,}}|-{{3,}}|~{{3,}})$", re.M)),
    ("markdown", re.compile(r"^(#{1,6} \S|```)", re.M)),
)
# Tables drawn with pipes are copied as text, too.
_PIPES: Final = re.compile(r"^\|? ?:?-+:? ?\|[-: |]*$", re.M)
_BOLD: Final = re.compile(r"^\*\*\S", re.M)
_MARKED_CAPTION: Final = re.compile(r"(?:[Tt]able)?: +(?=\S)")
# What Markdown has and text has not; without any of it lines one below the other are no paragraph.
_OF_MARKDOWN: Final = re.compile(r"^(#{1,6} \S|```|~~~|[^\n|]+\n(=+|-{2,})$|[*+-] |<[a-z]|\*\*\S)", re.M)


def format_of(text: str, suffix: str) -> str:
    """Tell the format of a page: by its file's suffix, where that names one; else by what only one format has."""
    if known := SUFFIXES.get(suffix.lower()):
        bare = known == "markdown" and not _OF_MARKDOWN.search(text)
        return "text" if bare and any(map(vocabulary.heading, text.split("\n"))) else known
    signs = (name for name, sign in _SIGNS if (sign.match if name == "html" else sign.search)(text))
    found = next(signs, "")
    piped = found in ("", "rst") and _PIPES.search(text) and not _DIRECTIVE.search(text)
    # Lines drawn below headings are Markdown, too, and there alone with pipes below the header of a table.
    return "markdown" if piped and (found or _BOLD.search(text)) else found or "text"


def read_blocks(content: bytes, suffix: str = "") -> tuple[list[Block], list[Obstacle]]:
    """Read a page into blocks, in its order, and what could not be read.

    Raises DocumentError for what is no text, or too long, or nested too deep.
    """
    text = _decoded(content)
    name = format_of(text[:200_000], suffix)
    size, lines = MOST[name]
    found_size = len(_GRID.sub("", text)) if name == "rst" and len(content) < WIDEST else len(content)
    if found_size > size:
        raise DocumentError(f"expected a page of at most {size // 1000} kB, found {found_size // 1000} kB")
    if (found := text.count("\n")) > lines:
        raise DocumentError(f"expected a page of at most {lines} lines, found {found}")
    try:
        blocks, obstacles = import_module(f"contracts.spec.page.formats.from_{name}").read(text)
        if name == "rst" and suffix.lower() not in SUFFIXES and obstacles:
            # Lines below headings are drawn in plain text, too.
            blocks, obstacles = import_module("contracts.spec.page.formats.from_text").read(text)
    except RecursionError:
        raise DocumentError("expected a page, found something nested too deep to be one") from None
    return _with_captions([_one_below_the_other(_visible(block)) for block in blocks]), obstacles


def _decoded(content: bytes) -> str:
    try:
        decoded = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError(f"line {line}: expected UTF-8, found byte {content[error.start]:#04x}") from error
    return _INVISIBLE.sub("", re.sub(r"\r\n|\r", "\n", decoded))


def _visible(block: Block) -> Block:
    """A block without what shows no mark and only says where a line may break; a heading without the link to it."""
    if isinstance(block, Table):
        if all(_visible_text(cell.text) == cell.text for cell in block.cells):
            return block
        caption = _visible_cell(block.caption) if block.caption else None
        rows = tuple(tuple(map(_visible_cell, row)) for row in block.rows)
        return Table(caption, tuple(map(_visible_cell, block.header)), rows)
    if isinstance(block, Code):
        return Code(tuple(Line(line.number, _INVISIBLE.sub("", line.text)) for line in block.lines))
    if isinstance(block, Heading):
        return replace(block, text=vocabulary.without_anchor(_visible_text(block.text)))
    return _visible_cell(block)


def _one_below_the_other(block: Block) -> Block:
    """A table whose header says the same several times, side by side, with the rows of each below the other."""
    names = [cell.flat for cell in block.header] if isinstance(block, Table) else []
    width = next((n for n in range(2, len(names) // 2 + 1) if names[:n] * (len(names) // n) == names), 0)
    if not (isinstance(block, Table) and width and any(names)):
        return block
    starts = range(0, len(names), width)
    rows = (row[start : start + width] for start in starts for row in block.rows)
    return Table(block.caption, block.header[:width], tuple(row for row in rows if any(cell.text for cell in row)))


_Cell = TypeVar("_Cell", bound=Cell)


def _visible_cell(cell: _Cell) -> _Cell:
    text = _visible_text(cell.text)
    return cell if text == cell.text else replace(cell, text=text)


def _visible_text(text: str) -> str:
    return _CURLY.sub("'", _INVISIBLE.sub("", text))


def _with_captions(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, each table with the caption that stands as text above it; where all stand below theirs, below it."""
    marked = _with_marked_captions(blocks)
    numbered = [place for place, one in enumerate(marked) if _is_caption(one)]
    bare = {place for place, one in enumerate(marked) if isinstance(one, Table) and one.caption is None}
    all_below = all(place - 1 in bare for place in numbered) and not all(place + 1 in bare for place in numbered)
    ordered = [*reversed(marked)] if all_below else marked
    found: list[Block] = []
    for block in ordered:
        beside = found[-1] if found else None
        if isinstance(block, Table) and block.caption is None and beside is not None and _is_caption(beside):
            found[-1] = Table(beside, block.header, block.rows)
        else:
            found.append(block)
    return [*reversed(found)] if all_below else found


def _is_caption(block: Block) -> TypeGuard[Paragraph | Heading]:
    return isinstance(block, Paragraph | Heading) and vocabulary.caption(block.flat) is not None


def _with_marked_captions(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, each table with the caption that pandoc marks below it (": Fields")."""
    found: list[Block] = []
    for block in blocks:
        table = found[-1] if found else None
        marked = _MARKED_CAPTION.match(block.text) if isinstance(block, Paragraph) else None
        if isinstance(block, Paragraph) and marked and isinstance(table, Table) and table.caption is None:
            found[-1] = Table(replace(block, text=block.text[marked.end() :]), table.header, table.rows)
        else:
            found.append(block)
    return found
