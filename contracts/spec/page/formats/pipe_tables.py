"""Pipe tables of Markdown as one token each: that of markdown-it-py makes three for every cell, which takes seconds."""

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import MAX_AUTOCOMPLETED_CELLS, escapedSplit, getLine, table

PIPE_TABLE: Final = "pipe_table"
# What is not only text in a cell.
_MARKED: Final = re.compile(r"[\\`*_<&!\[\]~]")
_RULE: Final = re.compile(r"\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)+\|?")

Rows = list[tuple[int, list[str]]]


def is_marked(cell: str) -> bool:
    """Whether a cell has to be read by the parser of marks."""
    return _MARKED.search(cell) is not None


def use(parser: MarkdownIt) -> None:
    """Have a parser give such tokens; `meta["rows"]`: line (from 0) and cells of the header and each row."""
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if not table(state, start, end, True):
        return False
    if silent:
        return True
    header = _cells(getLine(state, start))
    rows: Rows = [(start, header)]
    stops = state.md.block.ruler.getRules("blockquote")
    before, state.parentType = state.parentType, "table"
    missing, line = 0, start + 2
    while line < end and state.sCount[line] >= state.blkIndent and not state.is_code_block(line):
        text = getLine(state, line).strip()
        if line + 1 < end and _RULE.fullmatch(getLine(state, line + 1).strip()):
            break  # the header of another table, as html2text writes them
        # No other block begins with a pipe.
        if not text or (text[0] != "|" and any(stop(state, line, end, True) for stop in stops)):
            break
        cells = _cells(text)
        missing += len(header) - len(cells)
        if missing > MAX_AUTOCOMPLETED_CELLS:
            break
        # Pipes beyond those between the columns stand in the last cell: "One of A|B|C."
        last = "|".join(cells[len(header) - 1 :]).strip("| ")
        rows.append((line, [*cells[: len(header) - 1], *[""] * (len(header) - 1 - len(cells)), last]))
        line += 1
    state.parentType = before
    token = state.push(PIPE_TABLE, "table", 0)
    token.map, token.meta = [start, line], {"rows": rows}
    state.line = line
    return True


def _cells(text: str) -> list[str]:
    cells = escapedSplit(text.strip())
    cells = cells[1:] if cells and not cells[0] else cells
    return [cell.strip() for cell in (cells[:-1] if cells and not cells[-1] else cells)]
