"""reStructuredText, by docutils, which neither reads nor writes a file here nor prints a warning."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Final

from docutils import frontend, nodes, utils
from docutils.parsers.rst import Directive, Parser, directives, roles, states

from contracts.spec.page.blocks import Block, Bullet, Cell, Heading, Paragraph, Table, code
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
# The level from which on docutils leaves out what it complains of.
ERROR: Final = 3
MOST_SEARCHED: Final = 20_000_000
# Of Sphinx; shown is the text before the target.
ROLES: Final = (
    "ref",
    "doc",
    "term",
    "guilabel",
    "menuselection",
    "file",
    "command",
    "option",
    "download",
    "numref",
    "any",
)


def read(text: str) -> tuple[list[Block], list[Obstacle]]:
    """Read a page into blocks, and what docutils could not make out; raises DocumentError where it fails altogether."""
    _register()
    settings = frontend.get_default_settings(Parser)
    for name, value in SETTINGS.items():
        setattr(settings, name, value)
    document = utils.new_document("page", settings)
    try:
        with _any_directive():
            Parser(inliner=_inliner()).parse(text, document)
    except (RecursionError, DocumentError):
        raise
    except Exception as error:  # What a parser of others does with broken text is not ours to list.
        words = " ".join(str(error).split())
        raise DocumentError(f"expected reStructuredText that docutils can read, found {words[:80]!r}") from error
    reader = _Reader(text.split("\n"))
    return list(reader.blocks(document, 0)), reader.obstacles


@contextmanager
def _any_directive() -> Iterator[None]:
    """Within, a directive that docutils does not know (Sphinx has many more) is what stands in it."""
    known = directives.directive

    def found(name: str, *context: Any) -> Any:
        directive, said = known(name, *context)
        return (directive, said) if directive is not None else (_Operation if name[:5] == "http:" else _Plain, [])

    directives.directive = found  # type: ignore[assignment]
    try:
        yield
    finally:
        directives.directive = known


class _Plain(Directive):
    """Its argument and its content, as if they stood there without it."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[Any] = None

    def run(self) -> list[nodes.Node]:
        """Give the argument as a paragraph, and the content; raises docutils' error where that is in another file."""
        if "include" in self.name:
            raise self.error(f'The file of the directive "{self.name}" is not read.')
        container = nodes.container()
        words = self.words()
        if words:
            paragraph = nodes.paragraph(words, words)
            paragraph.line = self.lineno
            container += paragraph
        self.state.nested_parse(self.content, self.content_offset, container)
        return list(container.children)

    def words(self) -> str:
        """What stands behind its name."""
        return " ".join(self.arguments)


class _Operation(_Plain):
    """An operation as sphinxcontrib-httpdomain writes it: `.. http:put:: /apis/{name}`."""

    def words(self) -> str:
        """Method and path, with braces around the parameters."""
        path = re.sub(r"\((?:\w+:)?(\w+)\)", r"{\1}", " ".join(self.arguments))
        return f"{self.name.partition(':')[2].upper()} {path}"


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


class _Typed(Directive):
    """Text that stands as it was typed; its first line is told by the directive's content."""

    has_content = True
    optional_arguments = 9
    option_spec: ClassVar[Any] = None

    def run(self) -> list[nodes.Node]:
        """Give the content as it is."""
        block = nodes.literal_block("\n".join(self.content), "\n".join(self.content))
        block.line = self.content_offset + 1
        return [block]


def _register() -> None:
    for name in ROLES:
        roles.register_local_role(name, _shown)
    for name in ("code", "code-block", "sourcecode", "parsed-literal", "highlight", "prompt"):
        directives.register_directive(name, _Options)


class _Options(_Typed):
    """The same, with any options."""

    option_spec: ClassVar[Any] = dict.fromkeys(
        ("linenos", "lineno-start", "caption", "name", "class", "emphasize-lines", "force"), directives.unchanged
    )


def _shown(_name: str, _raw: str, text: str, *_rest: Any) -> Any:
    shown = utils.unescape(text).partition(" <")[0].strip()
    return [nodes.inline(text, shown)], []


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
        term, *_, definition = node.children
        first = definition.children[0] if definition.children else None
        if isinstance(first, nodes.paragraph):
            cell, explained = self._cell(term), self._cell(first)
            yield Bullet(f"{cell.text}: {explained.text}", cell.first_line, explained.last_line, _depth(node) + 1)
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
            if name[:1].isdigit():
                yield Bullet(f"{name}: {said}", line, line)
            else:
                yield Paragraph(f":{name}: {said}", line, line)
        else:
            cell = self._cell(node)
            if cell.text.strip():
                if bullet:
                    yield Bullet(cell.text, cell.first_line, cell.last_line, _depth(node))
                else:
                    yield Paragraph(cell.text, cell.first_line, cell.last_line)

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
