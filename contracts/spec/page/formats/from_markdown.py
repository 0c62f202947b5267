"""Markdown (CommonMark with pipe tables, and HTML within), by markdown-it-py."""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from contracts.spec.page.blocks import Block, Bullet, Cell, Heading, Paragraph, Table, code
from contracts.spec.page.formats import from_html
from contracts.spec.page.model import DocumentError, Obstacle

# The parser leaves out what is nested deeper; such lines are taken as they stand.
DEEPEST: Final = 60
MOST_STEPS: Final = 100_000


def read(text: str) -> tuple[list[Block], list[Obstacle]]:
    """Read a page into blocks, and what the HTML in it holds that could not be read."""
    tokens = _parser().parse(text)
    blocks: list[Block] = []
    obstacles: list[Obstacle] = []
    lines = text.split("\n")
    index = reached = 0
    while index < len(tokens):
        token = tokens[index]
        end = _close(tokens, index) if token.type == "table_open" else index
        blocks.extend(_skipped(lines, reached, token))
        if token.type == "html_block":
            found, obscure = from_html.read(token.content, _first(token))
            blocks.extend(found)
            obstacles.extend(obscure)
        else:
            blocks.extend(_blocks(tokens, index, end))
        if token.map and (token.type == "table_open" or not token.type.endswith("_open")):
            reached = max(reached, token.map[1])
        index = end + 1
    rest = Token("", "", 0, map=[len(lines), len(lines)])
    return [*blocks, *_skipped(lines, reached, rest)], obstacles


def _parser() -> MarkdownIt:
    """A parser that gives up instead of looking at the same text over and over, which broken brackets make it do."""
    parser = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).enable("table")
    left = MOST_STEPS

    def step(*_: Any) -> bool:
        nonlocal left
        left -= 1
        if left < 0:
            raise DocumentError("expected Markdown, found too many marks, or such as have no end")
        return False

    parser.inline.ruler.before("text", "steps", step)
    parser.block.ruler.before("table", "steps", step)
    return parser


def _blocks(tokens: Sequence[Token], index: int, end: int) -> Iterator[Block]:
    token = tokens[index]
    if token.type == "table_open":
        yield _table(tokens[index : end + 1])
    elif token.type in ("fence", "code_block"):
        typed = code(_first(token) + (token.type == "fence"), token.content)
        if typed:
            yield typed
    elif token.type == "inline":
        words, before = _words(token), tokens[index - 1]
        first, last = _first(token), _last(token)
        if not words.strip():
            return
        if before.type == "heading_open":
            yield Heading(words, first, last, int(before.tag[1]))
        elif index > 1 and tokens[index - 2].type == "list_item_open":
            yield Bullet(words, first, last)
        else:
            yield Paragraph(words, first, last)


def _table(tokens: Sequence[Token]) -> Table:
    """The table of the tokens; the row below its header, which only draws it, is no row."""
    rows: list[tuple[bool, list[Cell]]] = []
    line = 1
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "tr_open":
            line = _first(token) if token.map else line
            rows.append((False, []))
        elif token.type in ("th_open", "td_open") and after is not None:
            rows[-1] = (token.type == "th_open", [*rows[-1][1], Cell(_words(after).strip(), line, line)])
    header = next((cells for head, cells in rows if head), [])
    return Table(
        None, tuple(header), tuple(tuple(cells) for head, cells in rows if not head and any(c.text for c in cells))
    )


def _words(token: Token) -> str:
    """The text of an inline token without its markup; `[*]` is no emphasis."""
    words = ""
    literal: list[str] = []
    for part in token.children or ():
        if part.type in ("text", "code_inline", "text_special"):
            words += part.content
        elif part.type in ("softbreak", "hardbreak") or (
            part.type == "html_inline" and part.content.lower().startswith("<br")
        ):
            words += "\n"
        elif part.type in ("em_open", "em_close") and part.markup == "*" and words.endswith("["):
            words += "*"
        elif part.type == "link_open":
            # Brackets before parentheses, as in a regular expression, are no link.
            target = unquote(str(part.attrGet("href") or ""))
            literal.append(f"]({target})" if "[" in target else "")
            words += "[" if literal[-1] else ""
        elif part.type == "link_close":
            words += literal.pop()
        elif (part.type == "html_inline" and not part.content.startswith(("<", "</"))) or part.type == "image":
            words += part.content
    return words


def _skipped(lines: Sequence[str], reached: int, token: Token) -> Iterator[Paragraph]:
    """Lines before a token that no token holds, where they are words: the parser leaves out what is nested too deep."""
    if token.map and not token.type.endswith("_close") and token.nesting >= 0:
        for number in range(reached, token.map[0]):
            words = lines[number].strip(" >*-+#")
            if len(words) > 1 and not words.startswith("[") and any(letter.isalnum() for letter in words):
                yield Paragraph(words, number + 1, number + 1)


def _close(tokens: Sequence[Token], index: int) -> int:
    return next(i for i in range(index, len(tokens)) if tokens[i].type == "table_close")


def _first(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _last(token: Token) -> int:
    return token.map[1] if token.map else 1
