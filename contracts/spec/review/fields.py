"""Whether the fields that a page names, those that its examples show and those of its tables are the same. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import ANY, Path
from contracts.spec.page.agreement import CONVENTIONAL
from contracts.spec.page.model import Example, Member, PageLines, ReplaceableField
from contracts.spec.review.examples import form_of, kind_shown, member_place, shown, stable
from contracts.spec.review.model import Item, Page, Place, place
from contracts.spec.review.rows import forbidden, is_read_only
from contracts.spec.review.tables import Table, Tables, Type, near, read_type, unlike

# Deeper than any structure: a table's fields may lead back to it.
_DEEPEST = 32


def field_items(page: Page, tables: Tables) -> Iterator[Item]:
    """Give what disagrees between the fields of a page, its examples and its tables."""
    yield from _references(page, tables)
    walk = _Walk(page, tables)
    for example in shown(page):
        yield from walk.example(example)
    names = _names(page)
    for one in page.document.replaceable:
        yield from _replaceable(page, tables, one, names)


def root_of(page: Page, tables: Tables, kind: object) -> Table | None:
    """Give the table of a whole object of a kind: one that the page refers to, or its own of the request's body."""
    referred = [tables.by_number[one.number] for one in page.document.references if one.number in tables.by_number]
    return next((table for table in referred if table.kind == kind), next(iter(tables.bodies), None))


def _references(page: Page, tables: Tables) -> Iterator[Item]:
    """Tables that are referred to and not there, or that are about another kind."""
    document = page.document
    own = {one.number for one in document.tables}
    kinds = {kind_shown(example) for example in shown(page)}
    for one in document.references:
        number = str(one.number)
        table = tables.by_number.get(one.number)
        if table is None:
            if one.number not in own:
                yield Item(place(page, one.source), "table-missing", number, (), (number,))
        elif table.kind and table.kind not in kinds and document.kind:
            at = Place(table.file, table.structure.source.first_line)
            yield Item(place(page, one.source), "kind-of-table", number, (table.kind,), (document.kind,), at)


def _can_tell(page: Page, tables: Tables) -> bool:
    """Whether all tables are at hand that the page refers to: one that is not may know any field."""
    own = {one.number for one in page.document.tables}
    return all(one.number in tables.by_number or one.number in own for one in page.document.references)


def _replaceable(page: Page, tables: Tables, one: ReplaceableField, names: "_Names") -> Iterator[Item]:
    """The first step of the field's path that neither table nor examples know."""
    path = _plain(paths.parse(one.path))
    table = root_of(page, tables, page.document.kind)
    described = table is not None
    for index, step in enumerate(path):
        above = path[:index]
        examples, rows = names.shown.get(above, {}), _rows(table)
        if (rows and step not in rows) or (step not in examples and not rows):
            # What an example shows is compared with the table's rows alone.
            known = rows if step in examples else {**examples, **rows}
            other = near(step, (name for name in known if name not in names.listed[above]))
            at = place(page, one.source)
            if other:
                yield Item(at, "field-spelled-otherwise", one.path, (step,), (other,), known[other])
            elif step not in examples and (rows or _can_tell(page, tables)):
                yield Item(at, "replaceable-unknown", one.path, (step,))
            return
        member = next((member for member in table.structure.members if member.name == step), None) if table else None
        if table and member and is_read_only(member):
            row = Place(table.file, member.source.first_line)
            yield Item(place(page, one.source), "replaceable-read-only", one.path, (step,), (), row)
        table = tables.of_type(read_type(member.type).name, member, table) if table and member else None
        # Below a type without a table there may be any field.
        if described and table is None:
            return


def _rows(table: Table | None) -> Mapping[str, Place]:
    if table is None or table.is_open or table.structure.role == "values":
        return {}
    return {member.name: Place(table.file, member.source.first_line) for member in table.structure.members}


@dataclass(frozen=True)
class _Names:
    """By a path the names below it: those that the examples show, with their lines, and those that the page lists."""

    shown: Mapping[Path, Mapping[str, Place]]
    listed: Mapping[Path, frozenset[str]]


def _names(page: Page) -> _Names:
    examples: dict[Path, dict[str, Place]] = {}
    for example in shown(page):
        for path, source in example.places:
            plain = _plain(path)
            examples.setdefault(plain[:-1], {}).setdefault(str(plain[-1]), place(page, source))
    listed: dict[Path, set[str]] = {}
    for one in page.document.replaceable:
        path = _plain(paths.parse(one.path))
        for index, step in enumerate(path):
            listed.setdefault(path[:index], set()).add(str(step))
    return _Names(examples, {path: frozenset(names) for path, names in listed.items()})


def _plain(path: Path) -> tuple[str, ...]:
    """A path without the places in lists."""
    return tuple(step for step in path if isinstance(step, str) and step != ANY)


def _lacks(value: Mapping[str, Any], name: str) -> bool:
    """Whether an object lacks a field; one named by its path (`spec.dim`) only where what it is in is shown."""
    if name in value:
        return False
    parent, dot, rest = name.partition(".")
    below = value.get(parent)
    return _lacks(below, rest) if dot and isinstance(below, dict) else not dot


@dataclass(frozen=True)
class _Walk:
    """Compares examples with tables; what several examples of a page show alike is told once."""

    page: Page
    tables: Tables
    told: set[tuple[str, str, tuple[str, ...]]] = field(default_factory=set)

    def example(self, example: Example) -> Iterator[Item]:
        """Give what the example shows otherwise than its table says."""
        value = example.value
        if not isinstance(value, dict) or kind_shown(example) in CONVENTIONAL:
            return
        table = root_of(self.page, self.tables, kind_shown(example) or self.page.document.kind)
        whole = not (self.page.document.method == "PATCH" and example in self.page.document.requests)
        for item in self._object(value, table, _At(example, dict(example.places), (), (), whole)):
            key = (item.kind, item.subject, item.found)
            if key not in self.told:
                self.told.add(key)
                yield item

    def _object(self, value: Mapping[str, Any], table: Table | None, at: "_At") -> Iterator[Item]:
        if table is None or table.structure.role == "values" or len(at.path) > _DEEPEST:
            return
        members = {member.name: member for member in table.structure.members}
        spelled = {} if table.is_open else dict(unlike(value, members))
        for name, child in value.items():
            inner = at.below(name)
            member = members.get(spelled.get(name, name))
            if member is None and table.is_open:
                continue
            if member is None:
                rows = Place(table.file, table.structure.source.first_line)
                yield self._item(inner, "field-not-in-table", (name,), (table.structure.name,), rows)
                continue
            row = Place(table.file, member.source.first_line)
            if name in spelled:
                yield self._item(inner, "field-spelled-otherwise", (name,), (member.name,), row)
            yield from self._value(child, member, table, inner)
        if at.whole:
            for name, member in members.items():
                if member.mandatory and _lacks(value, name) and name not in spelled.values():
                    row = Place(table.file, member.source.first_line)
                    yield self._item(at.below(name), "mandatory-not-shown", (), (name,), row)

    def _value(self, value: Any, member: Member, within: Table, at: "_At") -> Iterator[Item]:
        kind, form = read_type(member.type), form_of(value)
        row = Place(within.file, member.source.first_line)
        table = self.tables.of_type(kind.name, member, within) if kind.name else None
        values = table.names if table and table.structure.role == "values" else ()
        wanted = "string" if values and kind.form != "array" else kind.form or ("object" if table else "")
        if wanted and form and form != wanted:
            yield self._item(at, "type-of-example", (form,), (wanted,), row)
        if values and isinstance(value, str) and value not in values:
            yield self._item(at, "value-of-example", (value,), values, row)
        if not values and form and form == wanted and (said := tuple(forbidden(value, member, form))):
            yield self._item(at, "bounds-of-example", (paths.show(value, 60),), said, row)
        if kind.name and kind.form and table is None and form in ("object", "array"):
            yield self._item(at, "type-without-table", (), (kind.name,), row)
        if table is not None and not values:
            yield from self._below(value, kind, table, at)

    def _below(self, value: Any, kind: Type, table: Table, at: "_At") -> Iterator[Item]:
        """What is within a value of a type that a table describes."""
        # Where a list was said, one object is shown, or a map to objects.
        if isinstance(value, dict) and (kind.form != "array" or set(value) & set(table.names)):
            yield from self._object(value, table, at)
            return
        if kind.form != "array":
            return
        elements: Sequence[tuple[str | int, Any]] = ()
        if isinstance(value, list | dict):
            elements = list(enumerate(value) if isinstance(value, list) else value.items())
        for step, element in elements:
            if isinstance(element, dict):
                yield from self._object(element, table, at.element(step))

    def _item(self, at: "_At", kind: str, found: tuple[str, ...], expected: tuple[str, ...], elsewhere: Place) -> Item:
        shown_at = member_place(self.page, at.example, at.path, at.lines)
        return Item(shown_at, kind, stable(at.shown), found, expected, elsewhere)


@dataclass(frozen=True)
class _At:
    """Where in an example; `shown`: the path with `[*]` for an element, `whole`: whether all must be shown."""

    example: Example
    lines: Mapping[Path, PageLines]
    path: Path
    shown: Path
    whole: bool

    def below(self, name: str) -> "_At":
        return _At(self.example, self.lines, (*self.path, name), (*self.shown, name), self.whole)

    def element(self, step: str | int) -> "_At":
        return _At(self.example, self.lines, (*self.path, step), (*self.shown, ANY), self.whole)
