"""reStructuredText, by docutils, which neither reads nor writes a file here nor prints a warning."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from docutils import frontend, nodes, utils
from docutils.parsers.rst import Parser, states

from contracts.spec.page.blocks import Block, Bullet, Cell, Heading, Paragraph, Tab, Table, code
from contracts.spec.page.formats import raised
from contracts.spec.page.formats.rst_directives import TAB, any_directive, register
from contracts.spec.page.model import DocumentError, Obstacle

SETTINGS: Final = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 6,
    "warning_stream": False,
    "syntax_highlight": "none",
    "line_length_limit": 10_000_000,
    "_disable_config": True,
}
# The fields of an operation of sphinxcontrib-httpdomain, by the headings below which they would stand elsewhere.
FIELDS: Final = {
    **dict.fromkeys(("query", "queryparameter", "queryparam", "qparam"), ("Request parameters:", "Query parameters:")),
    **dict.fromkeys(("param", "parameter", "arg", "argument"), ("Request parameters:", "Path parameters:")),
    **dict.fromkeys(("reqheader", "requestheader", "<header"), ("Request parameters:", "Header parameters:")),
    **dict.fromkeys(("statuscode", "status", "code"), ("Status codes:",)),
}
# The level from which on docutils leaves out what it complains of.
ERROR: Final = 3
MOST_SEARCHED: Final = 20_000_000


def read(text: str) -> tuple[list[Block], list[Obstacle]]:
    """Read a page into blocks, and what docutils could not make out; raises DocumentError where it fails altogether."""
    register()
    settings = frontend.get_default_settings(Parser)
    for name, value in SETTINGS.items():
        setattr(settings, name, value)
    document = utils.new_document("page", settings)
    try:
        with any_directive():
            Parser(inliner=_inliner()).parse(text, document)
    except (RecursionError, DocumentError):
        raise
    except Exception as error:  # What a parser of others does with broken text is not ours to list.
        words = " ".join(str(error).split())
        raise DocumentError(f"expected reStructuredText that docutils can read, found {words[:80]!r}") from error
    _in_line(document)
    reader = _Reader(text.split("\n"))
    return list(reader.blocks(document, 0)), reader.obstacles


def _inliner() -> Any:
    """A reader of marks that gives up instead of searching the same text over and over for ends that are not there."""
    inliner: Any = states.Inliner()
    left = MOST_SEARCHED

    def counted(read: Any) -> Any:
        def read_counted(own: Any, match: Any, number: int) -> Any:
            nonlocal left
            left -= len(match.string)
            if left < 0:
                raise DocumentError("expected reStructuredText, found marks without end")
            return read(own, match, number)

        return read_counted

    inliner.dispatch = {mark: counted(read) for mark, read in inliner.dispatch.items()}
    return inliner


def _in_line(document: Any) -> None:
    """Put raised words as they stand in a line of text, and leave out the marks of footnotes."""
    parents = {id(node.parent): node.parent for kind in _RAISED for node in document.findall(kind)}
    for parent in parents.values():
        before = ""
        for index, child in enumerate(parent.children):
            if isinstance(child, _RAISED):
                noted = isinstance(child, nodes.footnote_reference)
                parent[index] = nodes.Text("" if noted else raised.in_line(before, child.astext()))
            before = (before + parent[index].astext())[-_NEAR:]


_RAISED: Final = (nodes.superscript, nodes.footnote_reference)
# So many letters before a word tell what it is.
_NEAR: Final = 20
_LEAVES: Final = (
    *(nodes.title, nodes.literal_block, nodes.doctest_block, nodes.field, nodes.paragraph),
    *(nodes.line, nodes.term, nodes.rubric, nodes.attribution),
)


class _Reader:
    """Makes blocks of what docutils read."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.obstacles: list[Obstacle] = []
        self._lines = lines
        self._line = 1

    def blocks(self, node: nodes.Node, level: int, bullet: bool = False) -> Iterator[Block]:
        """Give the blocks of a node, in their order; `bullet`: it is an item of a list."""
        for child in node.children:
            if isinstance(child, nodes.table):
                yield from self._table(child)
            elif isinstance(child, nodes.system_message):
                yield from self._complaint(child)
            elif isinstance(child, nodes.definition_list_item):
                yield from self._defined(child, level)
            elif isinstance(child, _LEAVES):
                yield from self._leaf(child, level, bullet)
                bullet = False
            elif isinstance(child, nodes.Element) and not isinstance(child, nodes.Invisible):
                within = isinstance(child, nodes.list_item) or (bullet and not isinstance(child, nodes.section))
                yield from self.blocks(child, level + isinstance(child, nodes.section), within)

    def _defined(self, node: Any, level: int) -> Iterator[Block]:
        """A term and the first paragraph of its definition are one item of a list."""
        term, *classifiers, definition = node.children
        of = ", ".join(one.astext() for one in classifiers)
        first = definition.children[0] if definition.children else None
        if isinstance(first, nodes.paragraph):
            cell, explained = self._cell(term), self._cell(first)
            named = f"{cell.text} ({of})" if of else cell.text
            yield Bullet(f"{named}: {explained.text}", cell.first_line, explained.last_line, _depth(node) + 1)
            definition.remove(first)
            yield from self.blocks(definition, level)
        else:
            yield from self.blocks(node, level)

    def _leaf(self, node: Any, level: int, bullet: bool) -> Iterator[Block]:
        if isinstance(node, nodes.title):
            line = self._title_line(node)
            yield Heading(node.astext(), line, line, max(level, 1))
        elif isinstance(node, nodes.literal_block | nodes.doctest_block):
            if typed := code(node.line or self._line, node.astext()):
                yield typed
        elif isinstance(node, nodes.field):
            line, name, said = node.line or self._line, node.children[0].astext(), node.children[-1].astext()
            role, *words = name.split()
            if name[:1].isdigit():
                yield Bullet(f"{name}: {said}", line, line)
            elif role in FIELDS and words:
                # As sphinxcontrib-httpdomain has it: ":query boolean pretty: …", ":statuscode 200: …".
                kind = f" ({' '.join(words[:-1])})" if words[1:] else ""
                yield from (Paragraph(heading, line, line) for heading in FIELDS[role])
                yield Bullet(f"{words[-1]}{kind}: {said}", line, line)
            else:
                yield Paragraph(f":{name}: {said}", line, line)
        else:
            cell = self._cell(node)
            if cell.text.strip():
                if isinstance(node, nodes.rubric) and TAB in node["classes"]:
                    yield Tab(cell.text, cell.first_line, cell.last_line)
                elif bullet:
                    yield Bullet(cell.text, cell.first_line, cell.last_line, _depth(node))
                else:
                    yield Paragraph(cell.text, cell.first_line, cell.last_line, _depth(node) > 0)

    def _cell(self, node: Any) -> Cell:
        first = node.line or self._line
        self._line = max(self._line, first)
        return Cell(node.astext(), first, first + (node.rawsource or "").count("\n"))

    def _title_line(self, node: Any) -> int:
        """The line of a heading's words: docutils names that of the line drawn below or above them."""
        near = node.line or self._line
        words = node.astext().split()[:1]
        for number in (near, near - 1, near - 2, near + 1):
            if words and 0 < number <= len(self._lines) and words[0] in self._lines[number - 1]:
                return int(number)
        return int(near)

    def _table(self, node: Any) -> Iterator[Block]:
        caption: Cell | None = None
        header: list[Cell] = []
        rows: list[tuple[Cell, ...]] = []
        for title in node.findall(nodes.title):
            caption = self._cell(title)
            break
        start = node.line or self._line
        for row in node.findall(nodes.row):
            cells = [self._entry(entry, start) for entry in row.children if isinstance(entry, nodes.entry)]
            start = max([start, *(cell.last_line for cell in cells)])
            if isinstance(row.parent, nodes.thead) or (not header and not rows):
                header = cells
            elif any(cell.text for cell in cells):
                rows.append(tuple(cells))
        if header:
            yield Table(caption, tuple(header), tuple(rows))

    def _entry(self, entry: Any, start: int) -> Cell:
        """A cell: the text of all that is in it."""
        pieces = list(self.blocks(entry, 9))
        texts = [("\n".join(line.text for line in one.lines), one) for one in pieces if not isinstance(one, Table)]
        if not texts:
            return Cell("", start, start)
        first, last = min(one.first_line for _, one in texts), max(one.last_line for _, one in texts)
        return Cell("\n".join(text for text, _ in texts), first, last)

    def _complaint(self, node: Any) -> Iterator[Block]:
        """What docutils did not understand: the text stays, and where it is lost to a reader it is an obstacle."""
        line = int(node.get("line") or self._line)
        message = next((child.astext() for child in node.children if isinstance(child, nodes.paragraph)), "")
        refused = "disabled" in message or "deactivated" in message
        if node.get("level", 0) < ERROR and not refused:
            return
        self.obstacles.append(Obstacle(line, "reStructuredText that is well formed", " ".join(message.split())))
        for child in node.children:
            if isinstance(child, nodes.literal_block) and (typed := code(line, child.astext())):
                yield typed


def _depth(node: Any) -> int:
    """In how many lists a node stands."""
    depth = 0
    while node := node.parent:
        depth += isinstance(node, nodes.list_item)
    return depth
