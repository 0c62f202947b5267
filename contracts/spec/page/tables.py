"""Parameters and structures out of a page's tables, and the statuses, each once. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeVar

from contracts.spec.page import mutability, vocabulary
from contracts.spec.page.blocks import Cell, Table
from contracts.spec.page.listed_parameters import PLACES, listed_bodies, listed_parameters
from contracts.spec.page.member_types import SCALARS, member_type
from contracts.spec.page.model import (
    FUNCTION,
    HEAD,
    OTHER,
    REQUEST,
    STATUS_CODE,
    URI,
    DocumentedStatus,
    Member,
    Obstacle,
    Parameter,
    Structure,
)
from contracts.spec.page.outline import Placed
from contracts.spec.page.statuses import roles_of
from contracts.spec.page.statuses import statuses as listed_statuses

_NAME = re.compile(r"[A-Za-z$_][A-Za-z0-9_.$/\[\]*{}-]*")
_INDENTED = re.compile(r"[»>›└├─\s\u00a0-]+")
# Blanks that a page draws an indent with; ordinary ones may be anything.
_WIDE_BLANKS = re.compile(r"[\u00a0\u2000-\u200a\u3000]+")
_SPECIFIED = re.compile(r"(?P<type>[A-Za-z]+)\s*[(（](?P<of>[^()（）]+)[)）]")
_HEADER_NAME = re.compile(r"[A-Z][a-z]*(-[A-Z][A-Za-z]*)+|Authorization|Accept")
# What parts the words beside a name, and what may stand behind a type there: "string(uuid)".
_PARTING = re.compile(r"[(（)）\[\],，;；]|\bin\s|\s(?!of\b)(?<!of\s)")
# Fields of the object itself: a table with one of these is about the body.
_OF_OBJECT = frozenset({"apiVersion", "kind", "metadata", "spec"})
_FORMATS = frozenset({"byte", "binary", "uuid", "password", "uri", "email"})
_Item = TypeVar("_Item", Parameter, DocumentedStatus)


def parameters(placed: Sequence[Placed], in_path: Sequence[str], obstacles: list[Obstacle]) -> tuple[Parameter, ...]:
    """Give the parameters of path, query and headers; what does not say which is told by the path."""
    found = list(listed_parameters(placed, obstacles))
    for one, table in _tables(placed):
        where = _location(one, table)
        told = _says_where(table)
        mixed = where == "" and _lists_path(one, table, in_path)
        if where not in PLACES and not told and not mixed and (where != "" or one.section != URI):
            continue
        for member, cell in _members(one, table, obstacles):
            if mixed and cell is None and member.name not in in_path:
                obstacles.append(Obstacle(member.source.first_line, "path, query, header or body", member.name))
                continue
            place = where or ("path" if member.name in in_path else "query")
            if cell is not None:
                place = vocabulary.location(cell.flat) or ""
                if not place:
                    obstacles.append(Obstacle(cell.first_line, "path, query, header or body", cell.flat))
            elif member.name.lower() == "body" and place != "path":
                continue  # what some tables of parameters call the request's body
            if place in PLACES:
                mandatory, kind = member.mandatory, member.type
                found.append(Parameter(member.name, place, mandatory, member.source, kind, member.description))
    return _distinct(found, lambda parameter: (parameter.location, parameter.name), "parameter", obstacles)


def structures(
    placed: Sequence[Placed], obstacles: list[Obstacle], in_path: Sequence[str] = ()
) -> tuple[Structure, ...]:
    """Give the tables of a body's fields, of the types in it, and of the values that a field may have.

    `in_path`: the names of the parameters of the path; a table that lists all of these is one of parameters.
    """
    found = [*listed_bodies(placed)]
    for one, table in _tables(placed):
        where, roles = _location(one, table), _roles(table)
        if where in PLACES or (where == "" and (one.section == URI or _lists_path(one, table, in_path))):
            continue
        # Elsewhere a table without a caption may be about anything.
        elsewhere = one.section in (HEAD, OTHER) and where == "" and not _has_names(roles)
        if "status" in roles or (elsewhere and not _says_where(table)):
            continue
        number, name = _named(table)
        role = "type" if where is None else "body"
        role = "values" if "values" in roles and "name" not in roles else role
        rows = _members(one, table, obstacles)
        if _says_where(table):
            # A table of all parameters, of which some are fields of the body.
            of_body = tuple(member for member, cell in rows if cell and vocabulary.location(cell.flat) == "body")
            fields = _without_root(of_body)
            found += [Structure(None, "", "body", fields, one.source(), one.status)] if of_body else []
            continue
        members = tuple(member for member, _ in rows)
        members = _without_root(members) if role == "body" else members
        if members or _has_names(roles) or number is not None:
            # Wherever it stands, a table that says to be about a body is about the request's, but for one of an answer.
            asked = where == "body" and one.section in (HEAD, URI, OTHER)
            source = (replace(one, section=REQUEST) if asked else one).source()
            found.append(Structure(number, vocabulary.structure(name), role, members, source, one.status))
    return tuple(found)


def _without_root(members: tuple[Member, ...]) -> tuple[Member, ...]:
    """The fields of a body whose first row is about it as a whole, and others by marks below that row."""
    if not members or members[0].name.lower() != "body":
        return members
    return tuple(replace(one, name=one.name.removeprefix(f"{members[0].name}.")) for one in members[1:])


def statuses(placed: Sequence[Placed], obstacles: list[Obstacle]) -> tuple[DocumentedStatus, ...]:
    """Give the statuses that the page lists, each once."""
    return _distinct(listed_statuses(placed, obstacles), lambda status: status.code, "status", obstacles)


def _tables(placed: Sequence[Placed]) -> Iterator[tuple[Placed, Table]]:
    """All tables that may describe fields or parameters."""
    for one in placed:
        if not isinstance(one.block, Table) or one.section in (FUNCTION, STATUS_CODE):
            continue
        if "method" not in map(vocabulary.of_operation, _words(one.block)):
            yield one, one.block


def _roles(table: Table) -> tuple[str | None, ...]:
    return roles_of(table)


def _named(table: Table) -> tuple[int | None, str]:
    if table.caption is None:
        return None, ""
    return vocabulary.caption(table.caption.flat) or (None, table.caption.flat)


def _location(one: Placed, table: Table) -> str | None:
    """Where the parameters of a table stand, by its caption; without one by the heading above it."""
    if table.caption is None:
        above = vocabulary.location(one.under) or ""
        return above or ("header" if _are_headers(table) else "")
    name = _named(table)[1]
    where = vocabulary.location(name)
    # Below the path a table has the parameters, whatever it is called, but for one that says to be a structure's.
    return "" if where is None and one.section == URI and vocabulary.structure(name) == name else where


def _are_headers(table: Table) -> bool:
    """Whether all names of a table are such as headers have: `X-Auth-Token`."""
    roles = _roles(table)
    at = roles.index("name") if "name" in roles else len(roles)
    names = [row[at].flat for row in table.rows if at < len(row)]
    return bool(names) and all(_HEADER_NAME.fullmatch(name) for name in names)


def _lists_path(one: Placed, table: Table, in_path: Sequence[str]) -> bool:
    """Whether a table of the request that does not say where its rows stand has all parameters of the path in it."""
    roles = _roles(table)
    if one.section != REQUEST or "name" not in roles or _says_where(table):
        return False
    names = {row[at].flat for row in table.rows if (at := roles.index("name")) < len(row)}
    return bool(in_path) and names >= {*in_path} and not names & _OF_OBJECT


def _says_where(table: Table) -> bool:
    """Whether its rows say where their parameters stand: each in a cell, or some for those below them."""
    roles = _roles(table)
    return "in" in roles or any(_parting(row, roles) or _says_place(row, roles) for row in table.rows)


def _says_place(row: Sequence[Cell], roles: Sequence[str | None]) -> bool:
    """Whether the cell of a name says where the parameter stands: "glow string (query)"."""
    at = roles.index("name") if "name" in roles else len(row)
    brackets = re.findall(r"[(（]\s*(?:in )?(\w+)\s*[)）]", row[at].flat) if at < len(row) else []
    return any(vocabulary.location(one) in PLACES for one in brackets)


def _parting(row: Sequence[Cell], roles: Sequence[str | None]) -> Cell | None:
    """The only cell of a row that says where the parameters below it stand; None in any other row."""
    cells = [cell for cell in row if cell.flat]
    alone = len(cells) == 1 and len(row) in (1, len(roles)) and len(roles) > 1
    return cells[0] if alone and vocabulary.location(cells[0].flat) else None


def _words(table: Table) -> list[str]:
    return [cell.flat for cell in table.header]


def _has_names(roles: Sequence[str | None]) -> bool:
    names = "name" if "name" in roles else "values"
    return names in roles and bool(set(roles) & {"description", "type", "mandatory", "optional", "in"})


def _members(one: Placed, table: Table, obstacles: list[Obstacle]) -> Iterator[tuple[Member, Cell | None]]:
    """The rows of a table, each with the cell that says where the parameter stands, if there is one."""
    roles = _roles(table)
    if not _has_names(roles):
        obstacles.append(Obstacle(table.first_line, "a table with a column of names", ", ".join(_words(table))))
        return
    names = "name" if "name" in roles else "values"
    obstacles.extend(_unknown_columns(table, roles))
    above: list[tuple[int, str]] = []
    where: Cell | None = None
    for row in table.rows:
        if parting := _parting(row, roles):
            where = parting
            continue
        cells = _row(row, roles, obstacles)
        if cells is None:
            continue
        cell = cells[names]
        if len(table.rows) == 1 and re.fullmatch(r"[-–—/]+", cell.flat.strip("` ")):
            continue  # the row is about the whole body
        name, beside = _name_of(cell, above) if names == "name" else (cell.flat, _Beside())
        if names == "name" and not _NAME.fullmatch(name):
            obstacles.append(Obstacle(cell.first_line, "the name of a parameter", cell.flat))
            continue
        told = len(obstacles)
        mandatory = _mandatory(cells, obstacles)
        if len(obstacles) > told and (kind_of_name := member_type(name)) and kind_of_name.kind in SCALARS:
            continue  # the row lacks a cell: what stands in the place of its name is its type
        mandatory = beside.mandatory if mandatory is None else mandatory
        kind, specified = _specified(cells["type"].flat if "type" in cells else beside.type or "")
        description = "\n".join(filter(None, (_described(cells, names), specified)))
        source = one.source(cell.first_line, max(each.last_line for each in row))
        yield Member(name, kind or None, mandatory, description, source), cells.get("in", beside.place or where)


def _unknown_columns(table: Table, roles: Sequence[str | None]) -> Iterator[Obstacle]:
    """The columns beside those of names and descriptions of which nothing is known, and in which something stands."""
    for index, (cell, role) in enumerate(zip(table.header, roles, strict=True)):
        words = {row[index].flat for row in table.rows if index < len(row)} - {""}
        if (
            role is None
            and mutability.about_change(cell.flat) is None
            and cell.flat
            and words
            and all(vocabulary.yes_or_no(one) is not None for one in words)
        ):
            yield Obstacle(cell.first_line, "a column that is known", cell.flat)


def _specified(words: str) -> tuple[str, str]:
    """A type, and what brackets behind it say of its values, in the words of a description."""
    match = _SPECIFIED.fullmatch(words.replace("`", "").replace("\\|", "|"))
    if match is None or not (said := member_type(match["type"])) or said.kind not in SCALARS:
        return words, ""
    of = match["of"].strip()
    if re.fullmatch(r"-?\d+\s*(?:-|~|–|\.\.|to)\s*-?\d+", of):
        return match["type"], f"Value range: {of}."
    if "|" in of or "," in of:
        return match["type"], f"Values: {of}."
    return match["type"] if member_type(of) is None else words, ""


def _described(cells: Mapping[str, Cell], names: str) -> str:
    """The description, and what columns of their own say of the values, in the words of a description."""
    said = [cells["description"].text] if "description" in cells else []
    said += [beside] if "mandatory" in cells and (beside := vocabulary.default_beside(cells["mandatory"].flat)) else []
    for role, words in (("values", "Values"), ("range", "Value range"), ("default", "Default")):
        if role in cells and role != names and not vocabulary.absent(cells[role].flat):
            said.append(f"{words}: {cells[role].flat.strip(' `')}.")
    return "\n".join(said)


@dataclass(frozen=True)
class _Beside:
    """What stands beside a name in its cell: whether it is mandatory, its type, and where the parameter stands."""

    mandatory: bool | None = None
    type: str | None = None
    place: Cell | None = None


def _beside(words: str, cell: Cell) -> _Beside | None:
    """What all the words beside a name say together; None where one of them says nothing that is known."""
    found = _Beside(mandatory=True if re.search(r"[*＊]", words) else None)
    for word in filter(None, (one.strip("*＊_`$ ") for one in _PARTING.split(words))):
        said, kind = vocabulary.said_mandatory(word), member_type(word)
        place = vocabulary.location(word) if re.search(rf"[(（]\s*(?:in )?{re.escape(word)}\b", words) else None
        if said is not None:
            found = replace(found, mandatory=said)
        elif kind and not kind.name and not (kind.inner and kind.inner.name):
            found = replace(found, type=found.type or word)
        elif place:
            found = replace(found, place=replace(cell, text=place))
        elif word not in _FORMATS or found.type is None:
            return None
    return found


def _name_of(cell: Cell, above: list[tuple[int, str]]) -> tuple[str, _Beside]:
    """A name, and what stands beside it; marks before it put it below the one above."""
    match = _INDENTED.match(cell.text)
    depth = len(re.findall(r"[»>›└├]", match[0])) if match else 0
    text = cell.flat[len(match[0]) :] if match and depth else cell.flat
    if not depth and (wide := _WIDE_BLANKS.match(cell.text)):
        depth = len(wide[0])
    name, said = text, _Beside()
    if len(parts := re.split(r"\s+|(?=[(（])", text.strip(), maxsplit=1)) == 2:
        known = _beside(parts[1], cell)
        whole = parts[0].lower() == "body" and "\n" in cell.text
        name, said = (parts[0], known or said) if known or whole else (text, said)
    elif text.startswith("*") or text.endswith("*"):
        starred = text.strip("*")
        starred_alone = _NAME.fullmatch(starred) and not text.endswith(".*")
        name, said = (starred, _Beside(mandatory=True)) if starred_alone else (text, said)
    while above and above[-1][0] >= depth:
        above.pop()
    name = f"{above[-1][1]}.{name}" if above else name
    above.append((depth, name))
    return name, said


def _mandatory(cells: Mapping[str, Cell], obstacles: list[Obstacle]) -> bool | None:
    """What the column about it says or, without one, the first word of the description."""
    says = cells.get("mandatory") or cells.get("optional")
    if says is None:
        first = re.split(r"[.。,，;；:：]", cells["description"].flat, maxsplit=1)[0] if "description" in cells else ""
        return vocabulary.said_mandatory(first)
    mandatory = vocabulary.yes_or_no(says.text)
    if mandatory is None and says.flat and not vocabulary.absent(says.text):
        obstacles.append(Obstacle(says.first_line, "yes or no", says.flat))
    return mandatory if mandatory is None or "mandatory" in cells else not mandatory


def _row(row: Sequence[Cell], roles: Sequence[str | None], obstacles: list[Obstacle]) -> dict[str, Cell] | None:
    """The cells by the roles of their columns; None for a row of another width."""
    if len(row) != len(roles):
        obstacles.append(Obstacle(row[0].first_line, f"a table row of {len(roles)} cells", str(len(row))))
        return None
    return {role: cell for role, cell in reversed(list(zip(roles, row, strict=True))) if role}


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
