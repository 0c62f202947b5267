"""HTML as saved from a browser, by lxml, which is as lenient as browsers are and knows the lines of elements."""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, islice, takewhile
from typing import Any, Final

from lxml import etree

from contracts.spec.page.blocks import Block, Bullet, Cell, Code, Heading, Paragraph, Tab, code
from contracts.spec.page.formats import raised
from contracts.spec.page.formats.html_tables import Rows
from contracts.spec.page.model import Obstacle
from contracts.spec.page.shown_json import json_end, opens_json

UNSEEN: Final = frozenset(
    {"script", "style", "noscript", "template", "head", "svg", "iframe", "object", "select", "textarea"}
    # What is struck out is no longer said.
    | {"del", "s", "strike"}
)
INLINE: Final = frozenset(
    {
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "data",
        "dfn",
        "em",
        "font",
        "i",
        "kbd",
        "label",
        "mark",
        "q",
        "samp",
    }
    | {"small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "ins", "img", "br", "nobr"}
)


# No JSON takes more paragraphs.
_LONGEST: Final = 1000
# All blanks but those that an indent is drawn with, and these at the beginning of a cell; a single one is none.
_BLANKS: Final = re.compile(r"[^\S\u00a0\u2000-\u200a\u3000]")
_INDENT: Final = re.compile(r"[ \n]*([\u00a0\u2000-\u200a\u3000](?: ?[\u00a0\u2000-\u200a\u3000])+)(?=\s*\S)")
# The levels of headings; the words on what can be opened are as those on a tab.
LEVELS: Final = {**{f"h{level}": level for level in range(1, 7)}, "summary": 7}
# What Word draws before the items of a list.
_ITEM: Final = re.compile(r"[·•●▪◦○§\uf0a7\uf0b7]\s+(\S.*)", re.DOTALL)
_RAISED: Final = re.compile(r"vertical-align\s*:\s*super", re.IGNORECASE)
_STRUCK: Final = re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.IGNORECASE)
# So many pieces of text before one have its last letter.
_NEAR: Final = 8
LISTS: Final = frozenset({"ul", "ol", "dl"})


def read(text: str, first_line: int = 1) -> tuple[list[Block], list[Obstacle]]:
    """Read a page, or a piece of one that begins in that line, into blocks, and where the parser gave up."""
    parser = etree.HTMLParser(recover=True, huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = etree.fromstring(text.replace("\0", "\ufffd").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        return [], []
    reader = _Reader(first_line)
    for event, element in etree.iterwalk(root, events=("start", "end")):
        (reader.start if event == "start" else reader.end)(element)
    reader.finish()
    lost = [error for error in parser.error_log if error.level_name == "FATAL" and "depth" in error.message.lower()]
    obstacles = [
        Obstacle(first_line + error.line - 1, "elements nested less deep", error.message) for error in lost[:1]
    ]
    return [*_with_json(reader.blocks)], obstacles


def _with_json(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, JSON that stands in paragraphs, in one or a line in each, as code."""
    index = 0
    while index < len(blocks):
        block, after = blocks[index], index + 1
        if isinstance(block, Paragraph) and opens_json(block.text):
            run = [*takewhile(lambda one: isinstance(one, Paragraph), blocks[index : index + _LONGEST])]
            lines = [one.lines for one in run if isinstance(one, Paragraph)]
            shown = tuple(chain.from_iterable(lines))
            shown = shown[: json_end(shown, 0)]
            taken = next((count for count, size in enumerate(accumulate(map(len, lines)), 1) if size == len(shown)), 0)
            # All lines of the last paragraph are part of it.
            block, after = (Code(shown), index + taken) if taken else (block, after)
        yield block
        index = after


class _Reader:
    """Makes blocks while the elements of a page are walked through; keeps count of the line.

    The parser counts lines up to 65,535 only, so beyond that the line breaks in the text are counted.
    """

    def __init__(self, first_line: int) -> None:
        self.blocks: list[Block] = []
        self._before = first_line - 1
        self._line = 1
        self._words: list[tuple[int, str]] = []
        self._unseen = 0
        # Of each element around: whether it is left out.
        self._left_out: list[bool] = []
        self._typed = 0
        self._listed: list[bool] = []
        self._tables: list[Rows] = []
        self._heading = 0
        self._defined = False

    def start(self, element: "etree._Element") -> None:
        """Take the beginning of an element and the text after its tag."""
        tag = element.tag if isinstance(element.tag, str) else ""
        at: Any = element.sourceline
        self._line = max(self._line, at or 0)
        self._left_out.append(self._is_unseen(element, tag) or self._is_raised(element, tag))
        self._unseen += self._left_out[-1]
        if tag == "br":
            self._words.append((self._line, "\n"))
        elif tag not in INLINE and not self._unseen and not self._typed:
            self._start_block(tag, element)
        elif tag == "pre":
            self._typed += 1
        self._text(element.text)

    def end(self, element: "etree._Element") -> None:
        """Take the end of an element and the text after its tag."""
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag == "pre" and self._typed:
            self._typed -= 1
            if not self._typed and not self._unseen:
                self._finish_code()
        elif tag not in INLINE and not self._unseen and not self._typed:
            self._end_block(tag)
        self._unseen -= self._left_out.pop()
        self._text(element.tail)

    def _is_unseen(self, element: "etree._Element", tag: str) -> bool:
        """Whether an element shows no words: also a link in a heading that is only a sign, which leads to itself."""
        sign = tag == "a" and self._heading and not re.search(r"\w", "".join(map(str, element.itertext())))
        return tag in UNSEEN or bool(sign) or _is_hidden(element) or bool(_STRUCK.search(element.get("style") or ""))

    def _is_raised(self, element: "etree._Element", tag: str) -> bool:
        """Whether an element is raised and stands otherwise in a line; if it does not only disappear, add its words."""
        styled = tag in INLINE and _RAISED.search(element.get("style") or "")
        if self._unseen or self._typed or not (tag == "sup" or styled):
            return False
        pieces = [*islice(element.itertext(), _NEAR)]
        words = "".join(map(str, pieces)) if len(pieces) < _NEAR else ""
        shown = raised.in_line("".join(text for _, text in self._words[-_NEAR:]), words)
        if shown not in ("", words):
            self._words.append((self._line, shown))
        return shown != words

    def finish(self) -> None:
        """Take what is left when the page is over."""
        self._flush()

    def _text(self, text: str | None) -> None:
        if text:
            if not self._unseen:
                self._words.append((self._line, text if self._typed else _BLANKS.sub(" ", text)))
                if not self._typed:
                    self._keep_lines(text)
            self._line += text.count("\n")

    def _keep_lines(self, text: str) -> None:
        """Note for each piece of text its own first and last line, without the blanks around it."""
        lead = len(text) - len(text.lstrip())
        first = self._line + text.count("\n", 0, lead)
        last = first + text.strip().count("\n")
        self._words[-1] = (first, self._words[-1][1])
        if last > first:
            self._words.append((last, ""))

    def _start_block(self, tag: str, element: "etree._Element") -> None:
        if tag == "dd" and self._words and not self._tables:
            # Term and definition are one item.
            self._words.append((self._line, ": "))
            self._defined = True
            return
        if not (tag == "p" and self._defined):
            self._flush()
        if tag in LISTS:
            self._listed.append(False)
        elif tag in ("li", "dt") and self._listed:
            self._listed[-1] = True
        elif tag == "pre":
            self._typed = 1
        elif tag == "tabitem":
            self._open_tab(element.get("label") or element.get("value") or "")
        elif tag == "table":
            self._tables.append(Rows())
            # A cell is no item of the list that its table stands in.
            self._listed.append(False)
        elif tag in ("tr", "td", "th") and self._tables:
            self._tables[-1].open(tag, element)
        elif tag in LEVELS:
            self._heading = LEVELS[tag]

    def _open_tab(self, words: str) -> None:
        """Note the words on a tab, as Docusaurus has them in Markdown."""
        if words.strip():
            self.blocks.append(Tab(words.strip(), self._before + self._line, self._before + self._line))

    def _end_block(self, tag: str) -> None:
        if tag == "dt" and self._listed and not self._tables:
            return
        self._flush()
        if tag in LISTS and self._listed:
            self._listed.pop()
        elif tag == "li" and self._listed:
            self._listed[-1] = False
        elif tag in ("td", "th") and self._tables:
            self._tables[-1].close_cell(self._before + self._line)
        elif tag == "tr" and self._tables:
            self._tables[-1].close_row()
        elif tag == "caption" and self._tables:
            self._tables[-1].close_caption()
        elif tag == "table" and self._tables:
            table = self._tables.pop()
            self._listed.pop()
            if self._tables and self._tables[-1].is_open:
                self._tables[-1].nest(table)
            else:
                self.blocks.extend(table.blocks())
        elif tag in LEVELS:
            self._heading = 0

    def _flush(self) -> None:
        """Make a block of the words since the last one."""
        words, self._words = self._words, []
        self._defined = False
        told = [number for number, text in words if text.strip() or not text]
        text = "\n".join(
            line for line in (" ".join(part.split()) for part in "".join(t for _, t in words).split("\n")) if line
        )
        if not text or not told:
            return
        if self._tables and (indent := _INDENT.match("".join(t for _, t in words))):
            text = indent[1].replace(" ", "") + text
        first, last = self._before + min(told), self._before + max(told)
        if self._tables:
            # The items of a list keep their marks where words say what is listed.
            listed = self._listed and self._listed[-1] and self._tables[-1].pieces
            self._tables[-1].pieces.append(Cell(f"- {text}" if listed else text, first, last))
            self._listed = [*self._listed[:-1], False] if listed else self._listed
        elif self._heading:
            opens = self._heading == LEVELS["summary"]
            self.blocks.append(Tab(text, first, last) if opens else Heading(text, first, last, self._heading))
        elif self._listed and self._listed[-1]:
            self.blocks.append(Bullet(text, first, last, len(self._listed)))
            self._listed[-1] = False
        elif item := _ITEM.fullmatch(text):
            self.blocks.append(Bullet(item[1], first, last))
        else:
            self.blocks.append(Paragraph(text, first, last, bool(self._listed)))

    def _finish_code(self) -> None:
        words, self._words = self._words, []
        if not words:
            return
        text = "".join(text for _, text in words)
        if self._tables:
            self._tables[-1].pieces.append(Cell(text.strip(), self._before + words[0][0], self._before + self._line))
        elif typed := code(self._before + words[0][0], text):
            self.blocks.append(typed)


def _is_hidden(element: "etree._Element") -> bool:
    """Whether the page hides an element for good: what a tab shows is hidden while another one is chosen."""
    hidden = re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", element.get("style") or "", re.IGNORECASE)
    names = f"{element.get('role') or ''} {element.get('class') or ''} {element.get('id') or ''}"
    return bool(hidden or element.get("hidden") is not None) and not re.search(r"tab|panel|collaps", names, re.I)
