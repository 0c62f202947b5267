"""Which fields the page says can be replaced or updated: in a sentence, in a list, or both apart. Pure.

The following fields can be replaced:      Only a.b and c.d can be updated.      如下字段可被替换：
• a.b                                      The other fields cannot be updated.

A list is over where a heading, another list or a sentence about something else begins.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from contracts.spec.page import change_rows, mutability, restrictions
from contracts.spec.page.after_answers import answered
from contracts.spec.page.blocks import Bullet, Cell, Code, Heading, Paragraph, Tab, Table
from contracts.spec.page.change_rows import UNCONDITIONAL
from contracts.spec.page.denied import Denied
from contracts.spec.page.field_lines import begins_list, is_list, unbroken_fields
from contracts.spec.page.field_paths import Objects, dotted, listed_within, named_in, unbroken, words
from contracts.spec.page.field_statements import (
    ANNOUNCES,
    DENIES,
    NAMES,
    NEUTRAL,
    UNCLEAR,
    Statement,
    field_alone,
    statements,
)
from contracts.spec.page.model import (
    FUNCTION,
    HEAD,
    HEADING,
    RESPONSE,
    STATUS_CODE,
    Obstacle,
    PageLines,
    ReplaceableField,
)
from contracts.spec.page.outline import Placed
from contracts.spec.page.unsaid import Unsaid
from contracts.spec.page.vocabulary import EXAMPLE

_PATH: Final = "the dotted path of a field that can be replaced"
_LIST: Final = "the fields that can be replaced, named here or below"
_CLEAR: Final = "the fields that can be replaced by their names, not those that are excepted"

_UNKNOWN: Final = Objects()

Found = Iterator[tuple[str, PageLines]]


def replaceable(
    placed: Sequence[Placed], obstacles: list[Obstacle], objects: Objects = _UNKNOWN
) -> tuple[ReplaceableField, ...]:
    """Give the fields in the order of the page, each once; none where no sentence speaks of any."""
    found: dict[str, ReplaceableField] = {}
    lists = _Lists(objects, obstacles)
    for path, source in lists.read(placed):
        if path in found:
            obstacles.append(Obstacle(source.first_line, "each replaceable field once", path))
        found.setdefault(path, ReplaceableField(path, source))
    for of_found in (lists.denied.contradictions, lists.unsaid.told):
        told = {one.line for one in obstacles}
        obstacles += [one for one in of_found([*found]) if one.line not in told]
    return tuple(found.values())


class _Lists:
    """Reads a page from its beginning; knows whether a list of fields is open."""

    def __init__(self, objects: Objects, obstacles: list[Obstacle]) -> None:
        self._objects = objects
        self._obstacles = obstacles
        self._announced: Placed | None = None
        self._open = False
        self._listed = False
        self._apart = False
        self._noted = False
        self.unsaid = Unsaid(objects)
        self.denied = Denied(objects)
        # Whether a list of these is open.
        self._refusing = False

    def read(self, placed: Sequence[Placed]) -> Found:
        """Give all fields with their places."""
        index = 0
        placed = unbroken_fields(placed)
        while index < len(placed):
            one, after = placed[index], index + 1
            if one.section in (RESPONSE, STATUS_CODE) or one.part == EXAMPLE or one.kind == HEADING:
                self._close()
                if one.part != EXAMPLE and isinstance(one.block, Bullet | Paragraph) and not one.kind:
                    self._obstacles += answered(one.block, self._objects)
                if isinstance(one.block, Heading | Paragraph | Tab) and one.kind == HEADING:
                    self._take([s for s in statements(one.block.flat) if s.says in (ANNOUNCES, DENIES, UNCLEAR)], one)
            elif isinstance(one.block, Bullet) and not one.kind:
                while after < len(placed) and isinstance(placed[after].block, Bullet) and not placed[after].kind:
                    after += 1
                if not self._open:
                    self.unsaid.note_list(placed[index - 1] if index else None, placed[index:after])
                yield from self._bullets(placed[index:after])
            elif not one.kind:
                before = placed[index - 1] if index else None
                if not (self._open or self._refusing) and begins_list(before, one):
                    self.unsaid.note_list(before, [one])
                yield from self._block(one)
            index = after
        self._close()

    def _block(self, one: Placed) -> Found:
        block = one.block
        if isinstance(block, Table):
            yield from self._table(one, block)
        elif isinstance(block, Code):
            cells = [Cell(line.text.strip(), line.number, line.number) for line in block.lines]
            if self._open and not self._listed and all(is_list(cell.flat, names=True) for cell in cells):
                yield from (found for cell in cells for found in self._item(one, cell))
        elif isinstance(block, Paragraph) and self._open and self._is_item(block.flat):
            yield from self._item(one, block)
        elif isinstance(block, Paragraph) and self._refusing and is_list(block.flat, names=True):
            self.denied.note(block, words(block.flat)[0])
        elif isinstance(block, Paragraph):
            yield from self._paragraph(one, block)

    def _is_item(self, text: str) -> bool:
        """Whether a line without the mark of an item is one: it lists fields, perhaps with a remark behind them."""
        items = words(text)[0]
        rooted = ["." in one and one.partition(".")[0] in self._objects.roots for one in items]
        return is_list(text, names=True) or (bool(items) and all(rooted))

    def _paragraph(self, one: Placed, block: Cell) -> Found:
        said = [self._of_root(one) for one in statements(block.flat)]
        for clause in said:
            self._note(clause, block)
        if self._remark(said, block):
            return
        if all(clause.says == NEUTRAL for clause in said):
            self._neutral(block)
            self._refusing = any(clause.opens and mutability.refuses(clause.text) for clause in said)
            return
        self._take(said, one)
        for clause in said:
            for written in clause.paths if clause.says == NAMES else ():
                yield from self._path(one, block, written, certain=False)

    def _note(self, clause: Statement, block: Cell) -> None:
        """Note the fields of a clause that says that they cannot be replaced, or not clearly whether they can."""
        denied = clause.says == NEUTRAL and mutability.refuses(clause.text)
        if denied or clause.says == DENIES:
            self.denied.note(block, named_in(clause.text))
        if clause.says == NEUTRAL:
            self.unsaid.note_sentence(clause.text, block, listing=self._open)

    def _of_root(self, clause: Statement) -> Statement:
        """A clause about one field at the root of the object, which it calls a field or marks as one."""
        name = field_alone(clause.text) if clause.says == ANNOUNCES and not clause.opens else None
        return replace(clause, says=NAMES, paths=(name,)) if name in self._objects.roots and name else clause

    def _remark(self, said: Sequence[Statement], block: Cell) -> bool:
        """Whether a text is a note within a list: it neither ends it nor begins another one.

        What it says of a field's change holds under a condition, which is told.
        """
        if not (self._open and self._listed):
            return False
        note = mutability.NOTE.match(block.flat)
        label = bool(note and not block.flat[note.end() :].strip(" *"))
        of_it = [one for one in said if one.says != NEUTRAL and (self._noted or note or mutability.of_it(one.text))]
        if not (label or note or self._noted or of_it) or any(one.opens and one.of_fields for one in of_it):
            return False
        self._noted = label
        if of_it:
            self._obstacles.append(Obstacle(block.first_line, UNCONDITIONAL, block.flat))
        return True

    def _take(self, said: Sequence[Statement], one: Placed) -> None:
        """Open or close a list by what clauses say."""
        for clause in said:
            if clause.says == NEUTRAL or not (one.section in (HEAD, FUNCTION) or clause.of_fields):
                continue
            self._close()
            if clause.says == UNCLEAR:
                self._obstacles.append(Obstacle(one.block.first_line, _CLEAR, clause.text))
            elif clause.under and (clause.says != DENIES or named_in(clause.text)):
                self._obstacles.append(Obstacle(one.block.first_line, UNCONDITIONAL, clause.under))
            self._open = clause.says == ANNOUNCES
            self._refusing = clause.says == DENIES and clause.opens
            self._announced = one if self._open else None

    def _neutral(self, block: Cell) -> None:
        """A sentence about something else: the beginning of another list ends the one before."""
        text = block.flat
        if not self._open:
            return
        label = text.rstrip(" *").endswith((":", "：")) and len(text) < 20 and mutability.OF_FIELDS.search(text)
        other = mutability.FOLLOWING.search(text) and (self._listed or mutability.OF_FIELDS.search(text))
        if (text.rstrip(" *").endswith((":", "：")) and not label) or other:
            self._close()
        elif self._listed and not mutability.NOTE.match(text):
            if restrictions.BEGINS.match(text) and not any(True for _ in dotted(text)):
                self._obstacles.append(Obstacle(block.first_line, UNCONDITIONAL, text))
            self._apart = True

    def _close(self) -> None:
        if self._announced and not self._listed:
            self._obstacles.append(Obstacle(self._announced.block.first_line, _LIST))
        self._announced, self._open, self._listed, self._apart, self._noted = None, False, False, False, False
        self._refusing = False

    def _bullets(self, listed: Sequence[Placed]) -> Found:
        """The items of a list; what is listed below an item is within it, or explains it."""
        above: list[tuple[Bullet, str]] = []
        groups: dict[int, str] = {}
        found: list[tuple[int, str, PageLines]] = []
        for index, one in enumerate(listed):
            bullet = one.block
            assert isinstance(bullet, Bullet)
            if self._refusing and (items := words(bullet.flat)[0]):
                self.denied.note(bullet, items)
                continue
            if not self._open:
                found += [(index, *field) for field in self._paragraph(one, bullet)]
                continue
            while above and above[-1][0].depth >= bullet.depth:
                above.pop()
            if above and above[-1][1]:
                parent = above[-1][1]
                for path in self._inner(bullet, parent):
                    groups[bullet.first_line] = parent
                    found.append((index, path, one.of(bullet)))
                    above.append((bullet, path))
                continue
            own = list(self._item(one, bullet))
            found += [(index, *field) for field in own]
            above.append((bullet, own[0][0] if len(own) == 1 else ""))
        grouped = set(groups.values())
        yield from ((path, source) for _, path, source in found if path not in grouped)

    def _inner(self, bullet: Bullet, parent: str) -> Iterator[str]:
        """The fields of an item that stands below that of another field."""
        items, remark = words(bullet.flat)
        if not items or mutability.refuses(remark):
            if mutability.refuses(bullet.flat) or mutability.EXCEPTION.search(bullet.flat):
                self._obstacles.append(Obstacle(bullet.first_line, _PATH, bullet.flat))
            else:
                self._restrict(bullet, bullet.flat)
            return
        self._restrict(bullet, remark)
        for item in items:
            path = self._objects.within(parent, item)
            path = self._objects.path(path) if path else path
            if path is None:
                self._obstacles.append(Obstacle(bullet.first_line, _PATH, item))
            elif path:
                yield path

    def _table(self, one: Placed, table: Table) -> Found:
        """A table has a column about what can be replaced, or it is the list that was announced, or of an operation."""
        if change_rows.is_of_operation(table):
            rows = change_rows.of_operation(table)
        else:
            columns = change_rows.columns(table)
            if columns.at is None and (not self._open or self._listed):
                self.unsaid.note_table(table)
                self._close()
                return
            self._open, self._announced = True, self._announced if columns.at is None else None
            if columns.at is not None and columns.about:
                self._restrict(table.header[columns.at], table.header[columns.at].flat)
            rows = change_rows.of_columns(table, columns)
        for row in rows:
            self._obstacles += row.obstacles
            if row.replaceable:
                yield from self._item(one, row.cell)
            elif row.replaceable is False:
                self.denied.note(row.cell, words(row.cell.flat)[0])
        self._listed = True
        self._close()

    def _item(self, one: Placed, cell: Cell) -> Found:
        """The fields of an item in a list that is open."""
        text = unbroken(mutability.of_others(cell.flat) or cell.flat)
        items, remark = words(text)
        parent, inner = listed_within(text) or ("", []) if not items else ("", [])
        if self._apart:
            # After a sentence about something else it is not certain that the list goes on.
            if any("." in item for item in items):
                self._obstacles.append(Obstacle(cell.first_line, "the fields that can be replaced in one list", text))
            return
        self._listed = True
        refused = mutability.refuses(remark) or mutability.EXCEPTION.search(remark)
        if not (items or inner) or refused:
            self._obstacles.append(Obstacle(cell.first_line, _PATH, text))
            return
        self._restrict(cell, remark)
        for item in [*items, *(f"{parent}.{item}" for item in inner)]:
            yield from self._path(one, cell, item, certain=True)

    def _restrict(self, cell: Cell, remark: str) -> None:
        """Tell what a remark beside a field says, where it may restrict how the field can be replaced."""
        # Another field in a remark may be one more, or what the first depends on.
        if restrictions.restricts(remark) or any(True for _ in dotted(remark)):
            self._obstacles.append(Obstacle(cell.first_line, UNCONDITIONAL, cell.flat))

    def _path(self, one: Placed, cell: Cell, written: str, certain: bool) -> Found:
        """A field by its path; in a sentence (not certain) a name with dots may be that of anything."""
        path = self._objects.path(written)
        if path is not None and not certain and path.partition(".")[0].partition("[")[0] not in self._objects.roots:
            path = None
        if path is None:
            self._obstacles.append(Obstacle(cell.first_line, _PATH, written))
        else:
            yield path, one.of(cell) if isinstance(one.block, Table) or certain else one.source()
