"""Parameters and structures out of a page's tables, and the statuses, each once. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeVar

from contracts.spec.page import operation_words, vocabulary
from contracts.spec.page.blocks import Table
from contracts.spec.page.listed_fields import listed_fields
from contracts.spec.page.listed_parameters import PLACES, listed_bodies, listed_parameters
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
from contracts.spec.page.status_columns import roles_of
from contracts.spec.page.statuses import statuses as listed_statuses
from contracts.spec.page.table_members import has_names, members, says_where

_HEADER_NAME = re.compile(r"[A-Z][a-z]*(-[A-Z][A-Za-z]*)+|Authorization|Accept")
# Fields of the object itself: a table with one of these is about the body.
_OF_OBJECT = frozenset({"apiVersion", "kind", "metadata", "spec"})
_Item = TypeVar("_Item", Parameter, DocumentedStatus)


def parameters(placed: Sequence[Placed], in_path: Sequence[str], obstacles: list[Obstacle]) -> tuple[Parameter, ...]:
    """Give the parameters of path, query and headers; what does not say which is told by the path."""
    found = list(listed_parameters(placed, obstacles))
    for one, table in _tables(placed):
        where = _location(one, table)
        told = says_where(table)
        mixed = where == "" and _lists_path(one, table, in_path)
        if where not in PLACES and not told and not mixed and (where != "" or one.section != URI):
            continue
        for member, cell in members(one, table, obstacles):
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
        where, roles = _location(one, table), roles_of(table)
        if where in PLACES or (where == "" and (one.section == URI or _lists_path(one, table, in_path))):
            continue
        # Elsewhere a table without a caption may be about anything.
        elsewhere = one.section in (HEAD, OTHER) and where == "" and not has_names(roles)
        if "status" in roles or (elsewhere and not says_where(table)):
            continue
        number, name = _named(table)
        role = "type" if where is None else "body"
        role = "values" if "values" in roles and "name" not in roles else role
        rows = members(one, table, obstacles)
        if says_where(table):
            # A table of all parameters, of which some are fields of the body.
            of_body = tuple(member for member, cell in rows if cell and vocabulary.location(cell.flat) == "body")
            fields = _without_root(of_body)
            found += [Structure(None, "", "body", fields, one.source(), one.status)] if of_body else []
            continue
        listed = tuple(member for member, _ in rows)
        listed = _without_root(listed) if role == "body" else listed
        if listed or has_names(roles) or number is not None:
            # Wherever it stands, a table that says to be about a body is about the request's, but for one of an answer.
            asked = where == "body" and one.section in (HEAD, URI, OTHER)
            source = (replace(one, section=REQUEST) if asked else one).source()
            found.append(Structure(number, vocabulary.structure(name), role, listed, source, one.status))
    # A list is taken where no table is about the request's body.
    of_request = any(one.role == "body" and one.source.section == REQUEST and one.members for one in found)
    return tuple(found) if of_request else (*found, *listed_fields(placed))


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
        if "method" not in (operation_words.of_operation(cell.flat) for cell in one.block.header):
            yield one, one.block


def _named(table: Table) -> tuple[int | None, str]:
    if table.caption is None:
        return None, ""
    return vocabulary.caption(table.caption.flat) or (None, table.caption.flat)


def _location(one: Placed, table: Table) -> str | None:
    """Where the parameters of a table stand, by its caption; without one by the heading above it."""
    if table.caption is None:
        first = vocabulary.location(table.header[0].flat) if table.header else None
        above = vocabulary.location(one.under) or (first if first in PLACES else "") or ""
        return above or ("header" if _are_headers(table) else "")
    name = _named(table)[1]
    where = vocabulary.location(name)
    # Below the path a table has the parameters, whatever it is called, but for one that says to be a structure's.
    return "" if where is None and one.section == URI and vocabulary.structure(name) == name else where


def _are_headers(table: Table) -> bool:
    """Whether all names of a table are such as headers have: `X-Auth-Token`."""
    roles = roles_of(table)
    at = roles.index("name") if "name" in roles else len(roles)
    names = [row[at].flat for row in table.rows if at < len(row)]
    return bool(names) and all(_HEADER_NAME.fullmatch(name) for name in names)


def _lists_path(one: Placed, table: Table, in_path: Sequence[str]) -> bool:
    """Whether a table of the request that does not say where its rows stand has all parameters of the path in it."""
    roles = roles_of(table)
    if one.section != REQUEST or "name" not in roles or says_where(table):
        return False
    names = {row[at].flat for row in table.rows if (at := roles.index("name")) < len(row)}
    return bool(in_path) and names >= {*in_path} and not names & _OF_OBJECT


def _distinct(
    items: list[_Item], key: Callable[[_Item], object], what: str, obstacles: list[Obstacle]
) -> tuple[_Item, ...]:
    items = sorted(items, key=lambda item: item.source.first_line)
    kept = []
    for _, same in groupby(sorted(items, key=lambda item: str(key(item))), key=key):
        first, *more = same
        kept.append(first)
        obstacles.extend(Obstacle(one.source.first_line, f"each {what} once", _name(one)) for one in more)
    places = {id(item): place for place, item in enumerate(items)}
    return tuple(sorted(kept, key=lambda item: places[id(item)]))


def _name(item: _Item) -> str:
    return item.name if isinstance(item, Parameter) else str(item.code)
