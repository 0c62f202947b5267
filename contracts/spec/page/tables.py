"""Parameters, statuses and structures out of a page's tables, and statuses out of lists. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import TypeVar

from contracts.spec.page import vocabulary
from contracts.spec.page.blocks import Bullet, Cell, Paragraph, Table
from contracts.spec.page.model import (
    FUNCTION,
    HEAD,
    STATUS_CODE,
    URI,
    DocumentedStatus,
    Member,
    Obstacle,
    Parameter,
    Structure,
    TableReference,
)
from contracts.spec.page.outline import Placed

_NAME = re.compile(r"[A-Za-z$_][A-Za-z0-9_.$/\[\]*{}-]*")
_STATUS = re.compile(r"[1-5]\d\d")
_STATUS_LINE = re.compile(r"(?:HTTP(?:/[\d.]+)? )?([1-5]\d\d)(?!\d)[\s:：,(（|–—-]*(.*?)[)）]?", re.DOTALL)

_Item = TypeVar("_Item", Parameter, DocumentedStatus)


def parameters(placed: Sequence[Placed], in_path: Sequence[str], obstacles: list[Obstacle]) -> tuple[Parameter, ...]:
    """Give the parameters of path, query and headers; a table that does not say which is told by the path."""
    found = []
    for one, table in _tables(placed):
        where = _location(table)
        if where not in ("path", "query", "header") and (where != "" or one.section != URI):
            continue
        for member in _members(one, table, obstacles):
            place = where or ("path" if member.name in in_path else "query")
            mandatory, kind = member.mandatory, member.type
            found.append(Parameter(member.name, place, mandatory, member.source, kind, member.description))
    return _distinct(found, lambda parameter: (parameter.location, parameter.name), "parameter", obstacles)


def structures(placed: Sequence[Placed], obstacles: list[Obstacle]) -> tuple[Structure, ...]:
    """Give the tables of a body's fields, of the types in it, and of the values that a field may have."""
    found = []
    for one, table in _tables(placed):
        where, roles = _location(table), _roles(table)
        if where in ("path", "query", "header") or (where == "" and one.section == URI) or "status" in roles:
            continue
        number, name = _named(table)
        role = "type" if where is None else "body"
        role = "values" if "values" in roles and "name" not in roles else role
        members = tuple(_members(one, table, obstacles))
        found.append(Structure(number, vocabulary.structure(name), role, members, one.source(), one.status))
    return tuple(found)


def statuses(placed: Sequence[Placed], obstacles: list[Obstacle]) -> tuple[DocumentedStatus, ...]:
    """Give the statuses that tables of them list, or lines in the section about them."""
    found = [status for one in placed for status in _statuses(one, obstacles)]
    pairs = []
    # Code and reason may stand on a line each.
    within = [one for one in placed if one.section == STATUS_CODE and not one.kind]
    for one, after in pairwise([*within, None]):
        if one and isinstance(one.block, Paragraph) and _STATUS.fullmatch(one.block.flat):
            reason = after.block if after and isinstance(after.block, Paragraph) else None
            plain = reason is not None and not _STATUS.match(reason.flat)
            last = reason.last_line if reason and plain else one.block.last_line
            said = reason.flat if reason and plain else ""
            pairs.append(DocumentedStatus(int(one.block.flat), said, one.source(one.block.first_line, last)))
    return _distinct([*found, *pairs], lambda status: status.code, "status", obstacles)


def references(placed: Sequence[Placed]) -> tuple[TableReference, ...]:
    """Give the places outside of tables that refer to a table by its number, each number once a section."""
    found: dict[tuple[str, int], TableReference] = {}
    for one in placed:
        block = one.block
        if one.kind or not isinstance(block, Paragraph | Bullet) or vocabulary.caption(block.flat):
            continue
        for match in vocabulary.REFERENCE.finditer(block.flat):
            number = int(match[1][:9])
            found.setdefault((one.section, number), TableReference(number, one.source()))
    return tuple(found.values())


def captions(placed: Sequence[Placed]) -> tuple[TableReference, ...]:
    """Give the captions of the page's tables that have a number."""
    found = []
    for one in placed:
        above = one.block.caption if isinstance(one.block, Table) else None
        if above and (named := vocabulary.caption(above.flat)):
            found.append(TableReference(named[0], one.of(above)))
    return tuple(found)


def missing(placed: Sequence[Placed]) -> Iterator[Obstacle]:
    """Give the captions below which no table was recognised."""
    for one in placed:
        block = one.block
        if isinstance(block, Paragraph) and one.section not in (HEAD, FUNCTION) and vocabulary.caption(block.flat):
            yield Obstacle(block.first_line, "a table below its caption, with columns that are known", block.flat)


def _tables(placed: Sequence[Placed]) -> Iterator[tuple[Placed, Table]]:
    """All tables that may describe fields or parameters."""
    for one in placed:
        if isinstance(one.block, Table) and one.section not in (FUNCTION, STATUS_CODE):
            yield one, one.block


def _roles(table: Table) -> tuple[str | None, ...]:
    return tuple(vocabulary.column(cell.flat) for cell in table.header)


def _named(table: Table) -> tuple[int | None, str]:
    if table.caption is None:
        return None, ""
    return vocabulary.caption(table.caption.flat) or (None, table.caption.flat)


def _location(table: Table) -> str | None:
    name = _named(table)[1]
    return vocabulary.location(name)


def _members(one: Placed, table: Table, obstacles: list[Obstacle]) -> Iterator[Member]:
    roles = _roles(table)
    names = "name" if "name" in roles else "values"
    if names not in roles or len(set(roles) & {"description", "type", "mandatory", "optional"}) == 0:
        shown = ", ".join(cell.flat for cell in table.header)
        obstacles.append(Obstacle(table.first_line, "a table with a column of names", shown))
        return
    for row in table.rows:
        cells = _row(row, roles, obstacles)
        if cells is None:
            continue
        name, says = cells[names], cells.get("mandatory") or cells.get("optional")
        mandatory = vocabulary.yes_or_no(says.text) if says else None
        if mandatory is not None and "mandatory" not in cells:
            mandatory = not mandatory
        if names == "name" and not _NAME.fullmatch(name.flat):
            obstacles.append(Obstacle(name.first_line, "the name of a parameter", name.flat))
            continue
        if says and mandatory is None and not vocabulary.absent(says.text):
            obstacles.append(Obstacle(says.first_line, "yes or no", says.flat))
        kind = cells["type"].flat if "type" in cells else None
        description = cells["description"].text if "description" in cells else ""
        last = max(cell.last_line for cell in row)
        yield Member(name.flat, kind or None, mandatory, description, one.source(name.first_line, last))


def _row(row: Sequence[Cell], roles: Sequence[str | None], obstacles: list[Obstacle]) -> dict[str, Cell] | None:
    """The cells by the roles of their columns; None for a row of another width."""
    if len(row) != len(roles):
        obstacles.append(Obstacle(row[0].first_line, f"a table row of {len(roles)} cells", str(len(row))))
        return None
    return {role: cell for role, cell in reversed(list(zip(roles, row, strict=True))) if role}


def _statuses(one: Placed, obstacles: list[Obstacle]) -> Iterator[DocumentedStatus]:
    block = one.block
    if isinstance(block, Table):
        roles = _roles(block)
        if "status" not in roles and one.section != STATUS_CODE:
            return
        # A table of statuses without a header that is known has the code in the first column.
        at = roles.index("status") if "status" in roles else 0
        wanted = "reason" if "reason" in roles else "description"
        beside = roles.index(wanted) if wanted in roles else at + 1
        for row in block.rows:
            match = _STATUS_LINE.fullmatch(row[at].flat) if at < len(row) else None
            if match is None:
                found = row[at].flat if at < len(row) else ""
                obstacles.append(Obstacle(row[0].first_line, "an HTTP status", found))
                continue
            reason = match[2] or (row[beside].flat if beside < len(row) else "")
            last = max(cell.last_line for cell in row)
            yield DocumentedStatus(int(match[1]), reason, one.source(row[at].first_line, last))
    elif one.section == STATUS_CODE and not one.kind and isinstance(block, Bullet | Paragraph):
        for line in block.lines:
            match = _STATUS_LINE.fullmatch(line.text)
            if match and (match[2] or isinstance(block, Bullet)):
                yield DocumentedStatus(int(match[1]), match[2], one.source(line.number))


def _distinct(
    items: list[_Item], key: Callable[[_Item], object], what: str, obstacles: list[Obstacle]
) -> tuple[_Item, ...]:
    items = sorted(items, key=lambda item: item.source.first_line)
    kept = []
    for _, same in groupby(sorted(items, key=lambda item: str(key(item))), key=key):
        first, *more = same
        kept.append(first)
        obstacles.extend(Obstacle(one.source.first_line, f"each {what} once", _name(one)) for one in more)
    return tuple(sorted(kept, key=lambda item: items.index(item)))


def _name(item: _Item) -> str:
    return item.name if isinstance(item, Parameter) else str(item.code)
