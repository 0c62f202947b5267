"""Markdown (CommonMark with pipe tables, and HTML within), by markdown-it-py."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from contracts.spec.page import vocabulary
from contracts.spec.page.blocks import Block, Bullet, Cell, Heading, Paragraph, Tab, Table, code
from contracts.spec.page.formats import components, drawn_tables, extended_marks, from_html, pipe_tables, raised
from contracts.spec.page.model import DocumentError, Obstacle
from contracts.spec.page.mutability import speaks_of_change
from contracts.spec.page.vocabulary import REFERENCE, heading, status_label

# The parser leaves out what is nested deeper; such lines are taken as they stand.
DEEPEST: Final = 60
# How deep the words of a paragraph stand in an item of a list, at least.
WITHIN_ITEM: Final = 3
MOST_STEPS: Final = 100_000
_INDENTING: Final = re.compile(r"( *)(?:===[!+]?|!!!|\?\?\?\+?) [\w\"]")
# The title of a note of MkDocs.
_TITLED_NOTE: Final = re.compile(r" *(?:!!!|\?\?\?\+?) [\w -]+\"(?P<title>[^\"]*)\"\s*")
# The words on a tab above code: "json [Request]", "json title="200"".
_ON_CODE: Final = re.compile(r"[\w-]*\s*(?:\{[^}]*\}\s*)?(?:\[(?P<tab>[^\]]+)\]|title=\"(?P<title>[^\"]+)\").*")
# The words on a tab: of MkDocs; of GitBook, also its older form for answers; of themes of Hugo.
_TAB: Final = re.compile(
    r"\s*===[!+]? \"(?P<mkdocs>[^\"]*)\"\s*"
    r"|\s*\{%-? *(?:tab|swagger-response)\b[^%]*?\b(?:title|status)=\"(?P<gitbook>[^\"]*)\"[^%]*%\}\s*"
    r"|\s*\{\{[<%] *tab(?:item)?\b(?:[^\"\n]*\b(?:name|title|header)=)? *\"(?P<hugo>[^\"]*)\"[^\n]*[>%]\}\}\s*"
)
# A line that stands for it until the page is parsed: a comment ends a paragraph and needs no blank lines.
_TAB_LINE: Final = re.compile(r"<!-- tab (.*) -->\n?")
# Code as Hugo marks it.
_HIGHLIGHT: Final = re.compile(r"\s*\{\{[<%] */?highlight\b *(\w*)[^\n]*[>%]\}\}\s*")
# What GitBook encloses parts of a page with.
_TAG_LINE: Final = re.compile(
    r"\s*\{%-? *(?:end)?(?:tabs?|hint|swagger[\w-]*|code|stepper|step|content-ref|columns?)\b[^%]*%\}\s*"
)
# What the generators of sites fill in, such as the address of a link.
_SHORTCODE: Final = re.compile(r"\{\{[<%][^\n]*?[>%]\}\}")
# Elements that begin a line of their own.
_PARTING: Final = re.compile(r"</?(?:br|p|div|ul|ol|li|dl|dt|dd)\b", re.IGNORECASE)
# A term, and below it what it means: a definition list as pandoc and others have it.
_DEFINED: Final = re.compile(r"\A[^\n]+\n:\s+\S")
_TERM: Final = re.compile(r"(?P<term>[^\n]+)\n:\s+(?P<said>.+?)(?=\n[^\n]+\n:\s|\Z)", re.DOTALL)
# What is raised, or struck out.
_RAISED_OR_STRUCK: Final = re.compile(r"<(?P<name>sup|del|s|strike)(?:\s[^>]*)?>", re.IGNORECASE)
_FOOTNOTE: Final = re.compile(r"(?<=\w)\[\^\d{1,3}\](?![*+?{])")
_CAPTION_WITHIN: Final = re.compile(r"\*\*(?P<caption>[^*]+)\*\*\s+(?P<name>\S.*)")
RAISED: Final = "raised"
_PROPERTIES: Final = re.compile(
    r"---[ \t]*\n(?:[ \t]*[\w.-]+:.*\n|[ \t]+.*\n|- .*\n|\n)+---[ \t]*\n"
    # As TOML, of Hugo.
    r"|\+\+\+[ \t]*\n(?:[^\n+]*\n|[^+\n][^\n]*\n)+?\+\+\+[ \t]*\n"
)


def read(text: str) -> tuple[list[Block], list[Obstacle]]:
    """Read a page into blocks, and what the HTML in it holds that could not be read."""
    text, blocks = _front_matter(text)
    lines = _SHORTCODE.sub("", _with_tab_lines(text)).split("\n")
    lines = drawn_tables.with_pipes(lines)  # first, as marks take columns, too
    text = "\n".join(extended_marks.without(lines, drawn_tables.in_code(lines), _tab_line))
    parser, env = _parser(), dict[str, Any]()
    tokens = parser.parse(text, env)
    obstacles: list[Obstacle] = []
    lines = text.split("\n")
    reached = 0
    struck = _struck(tokens)
    for index, token in enumerate(tokens):
        if index in struck:
            reached = max(reached, token.map[1] if token.map else 0)
            continue
        blocks.extend(_skipped(lines, reached, token))
        if token.type == "html_block" and (tab := _TAB_LINE.fullmatch(token.content.strip())):
            blocks.append(Tab(tab[1], _first(token), _first(token)))
        elif token.type == "html_block":
            found, obscure = from_html.read(token.content, _first(token))
            blocks.extend(found)
            obstacles.extend(obscure)
        elif token.type == pipe_tables.PIPE_TABLE:
            blocks.append(_table(token, parser, env))
        else:
            blocks.extend(_blocks(tokens, index))
        if token.map and not token.type.endswith("_open"):
            reached = max(reached, token.map[1])
    rest = Token("", "", 0, map=[len(lines), len(lines)])
    return [*blocks, *_skipped(lines, reached, rest)], [*obstacles, *components.untold(tokens)]


def _with_tab_lines(text: str) -> str:
    """The text with what stands in tabs and notes where it would stand without them, line by line."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if highlighted := _HIGHLIGHT.fullmatch(line):
            lines[index] = "```" + (highlighted[1] or "")
        tab = _TAB.fullmatch(line)
        if tab:
            words = next(filter(None, tab.groups()), "").replace("--", "-").strip()
            lines[index] = f"<!-- tab {words} -->" if words else ""
        elif _TAG_LINE.fullmatch(line):
            lines[index] = ""
        match = _INDENTING.match(line)
        if match is None:
            continue
        note = _TITLED_NOTE.fullmatch(line)
        lines[index] = match[1] + (lines[index].strip() if tab else _tab_line(note["title"]) if note else "")
        within = match[1] + " " * 4
        for below in range(index + 1, len(lines)):
            if lines[below].strip() and not lines[below].startswith(within):
                break
            lines[below] = match[1] + lines[below][len(within) :]
    return "\n".join(lines)


def _tab_line(title: str) -> str:
    """The line for the title of a note, blank where that says nothing of what stands below it."""
    return f"<!-- tab {title.replace('--', '-')} -->" if _says(title) else ""


def _says(title: str) -> bool:
    """Whether a title says what stands below it: an answer, a part of the page, fields that can be changed."""
    return bool(status_label(title, marked=True) or heading(title) or speaks_of_change(title))


def _front_matter(text: str) -> tuple[str, list[Block]]:
    """The text with blank lines for the properties that stand before it, and these; its title is one if it has none."""
    match = _PROPERTIES.match(text)
    if match is None:
        return text, []
    headed = re.search(r"^# \S", text[match.end() :], re.MULTILINE)
    blocks: list[Block] = []
    for number, line in enumerate(match[0].split("\n"), start=1):
        line = re.sub(r"^(\w+)\s*=\s*", r"\1: ", line) if match[0].startswith("+") else line
        titled = None if headed else re.fullmatch(r"title:\s*[\"']?(.*?)[\"']?\s*", line)
        if titled:
            blocks.append(Heading(titled[1], number, number))
        elif line.strip(" -+"):
            blocks.append(Paragraph(line.strip(), number, number))
    return "\n" * match[0].count("\n") + text[match.end() :], blocks


def _parser() -> MarkdownIt:
    """A parser that gives up instead of looking at the same text over and over, which broken brackets make it do."""
    parser = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).enable(["table", "strikethrough"])
    pipe_tables.use(parser)
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


def _blocks(tokens: Sequence[Token], index: int) -> Iterator[Block]:
    token = tokens[index]
    if token.type in ("fence", "code_block"):
        label = _ON_CODE.fullmatch(token.info.strip())
        if label and _says(words := label["tab"] or label["title"]):
            yield Tab(words, _first(token), _first(token))
        typed = code(_first(token) + (token.type == "fence"), token.content)
        if typed:
            yield typed
    elif token.type == "inline":
        words, before = _words(token), tokens[index - 1]
        first, last = _first(token), _last(token)
        if not words.strip():
            return
        elsewhere = _elsewhere(token)
        if before.type == "heading_open":
            yield Heading(words, first, last, int(before.tag[1]))
        elif index > 1 and tokens[index - 2].type == "list_item_open":
            yield Bullet(words, first, last, token.level, elsewhere=elsewhere)
        elif _DEFINED.search(words):
            yield from _definitions(words, first)
        else:
            yield Paragraph(words, first, last, token.level >= WITHIN_ITEM, elsewhere=elsewhere)


def _definitions(words: str, first: int) -> Iterator[Bullet]:
    """Each term of a definition list and what stands below it as an item."""
    for match in _TERM.finditer(words):
        line = first + words.count("\n", 0, match.start())
        yield Bullet(f"{match['term']}: {match['said']}", line, line + match[0].strip("\n").count("\n"))


def _elsewhere(token: Token) -> frozenset[int]:
    """The numbers of tables that links to other files name."""
    numbers: set[int] = set()
    target = ""
    for part in token.children or ():
        if part.type in ("link_open", "link_close"):
            target = str(part.attrGet("href") or "") if part.type == "link_open" else ""
        elif part.type == "text" and re.match(r"[^#?]+\.\w", target):
            numbers.update(int(match[1][:9]) for match in REFERENCE.finditer(part.content))
    return frozenset(numbers)


def _table(token: Token, parser: MarkdownIt, env: dict[str, Any]) -> Table:
    """The table of a token; the row below its header, which only draws it, is no row."""

    def cell(text: str, line: int) -> Cell:
        words = _words(parser.parseInline(text, env)[0]) if pipe_tables.is_marked(text) else text
        return Cell(words.strip(" \t\n"), line + 1, line + 1)

    (line, names), *rows = token.meta["rows"]
    # As html2text has it: in bold letters before the name of the first column.
    within = _CAPTION_WITHIN.fullmatch(names[0]) if names else None
    caption = cell(within["caption"], line) if within and vocabulary.caption(within["caption"]) else None
    header = tuple(cell(text, line) for text in ((within["name"], *names[1:]) if within and caption else names))
    below = (tuple(cell(text, line) for text in cells) for line, cells in rows)
    return Table(caption, header, tuple(row for row in below if any(one.text for one in row)))


def _words(token: Token) -> str:
    """The text of an inline token without its markup and what is struck out; `[*]` is no emphasis."""
    words = ""
    literal: list[str] = []
    for part in _shown(token.children or ()):
        if part.type == RAISED:
            words += raised.in_line(words, part.content)
        elif part.type in ("text", "code_inline", "text_special"):
            words += _FOOTNOTE.sub("", part.content) if part.type == "text" else part.content
        elif part.type in ("softbreak", "hardbreak") or (part.type == "html_inline" and _PARTING.match(part.content)):
            words += "\n" if words and not words.endswith("\n") else ""
            # The items of a list keep their marks where words say what is listed.
            words += "- " if words and part.content.lower().startswith("<li") else ""
        elif part.type in ("em_open", "em_close") and part.markup == "*" and words.endswith("["):
            words += "*"
        elif part.type == "link_open":
            # Brackets before parentheses, as in a regular expression, are no link.
            target = unquote(str(part.attrGet("href") or ""))
            literal.append(f"]({target})" if "[" in target else "")
            words += "[" if literal[-1] else ""
        elif part.type == "link_close":
            words += literal.pop()
        elif part.type == "html_inline" and words.endswith("/") and re.fullmatch(r"<[A-Za-z][\w-]*>", part.content):
            # In a path that is no element but a parameter.
            words += part.content
        elif (part.type == "html_inline" and not part.content.startswith(("<", "</"))) or part.type == "image":
            words += part.content
    return words


def _shown(parts: Sequence[Token]) -> Iterator[Token]:
    """The parts of a line without those that are struck out, what is raised as one part each."""
    index, unclosed = 0, set[str]()
    while index < len(parts):
        part, after = parts[index], index + 1
        tag = _RAISED_OR_STRUCK.fullmatch(part.content) if part.type == "html_inline" else None
        name = "~~" if part.type == "s_open" else tag["name"].lower() if tag else ""
        end = _closing(parts, after, name) if name and name not in unclosed else None
        if end is None:
            unclosed.add(name)
            yield part
        elif name == "sup":
            inner = [one.content for one in parts[after:end] if one.type in ("text", "code_inline")]
            yield Token(RAISED, "", 0, content="".join(inner))
        index = after if end is None else end + 1


def _struck(tokens: Sequence[Token]) -> set[int]:
    """The places of blocks between the tags of an element that strikes them out."""
    found = set[int]()
    opened: tuple[int, str] | None = None
    for index, token in enumerate(tokens):
        tag = token.content.strip().lower() if token.type == "html_block" else ""
        if opened is None and (match := _RAISED_OR_STRUCK.fullmatch(tag)) and match["name"] != "sup":
            opened = index, match["name"]
        elif opened and tag == f"</{opened[1]}>":
            found |= {*range(opened[0], index + 1)}
            opened = None
    return found


def _closing(parts: Sequence[Token], start: int, name: str) -> int | None:
    """Where the next end of an element stands."""
    wanted = "s_close" if name == "~~" else "html_inline"
    for index in range(start, len(parts)):
        if parts[index].type == wanted and (name == "~~" or parts[index].content.lower() == f"</{name}>"):
            return index
    return None


def _skipped(lines: Sequence[str], reached: int, token: Token) -> Iterator[Paragraph]:
    """Lines before a token that no token holds, where they are words: the parser leaves out what is nested too deep."""
    if token.map and not token.type.endswith("_close") and token.nesting >= 0:
        for number in range(reached, token.map[0]):
            words = lines[number].strip(" >*-+#")
            if len(words) > 1 and not words.startswith("[") and any(letter.isalnum() for letter in words):
                yield Paragraph(words, number + 1, number + 1)


def _first(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _last(token: Token) -> int:
    return token.map[1] if token.map else 1
