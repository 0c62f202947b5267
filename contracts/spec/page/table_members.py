"""The members that a table lists: a row each, by the roles of its columns. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from contracts.spec.page import cell_words, mutability, vocabulary
from contracts.spec.page.blocks import Cell, Table
from contracts.spec.page.listed_parameters import PLACES
from contracts.spec.page.member_names import NAME, Beside, name_of
from contracts.spec.page.member_types import SCALARS, member_type
from contracts.spec.page.model import Member, Obstacle
from contracts.spec.page.outline import Placed
from contracts.spec.page.status_columns import roles_of

_SPECIFIED = re.compile(r"(?P<type>[A-Za-z]+)\s*[(（](?P<of>[^()（）]+)[)）]")
_OF_NAME = re.compile(r"object ?\([A-Z]\w*\)")


def says_where(table: Table) -> bool:
    """Whether its rows say where their parameters stand: each in a cell, or some for those below them."""
    roles = roles_of(table)
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


def has_names(roles: Sequence[str | None]) -> bool:
    """Whether columns with these roles list members: names, or values, and something about them."""
    names = "name" if "name" in roles else "values"
    return names in roles and bool(set(roles) & {"description", "type", "mandatory", "optional", "in"})


def members(one: Placed, table: Table, obstacles: list[Obstacle]) -> Iterator[tuple[Member, Cell | None]]:
    """The rows of a table, each with the cell that says where the parameter stands, if there is one."""
    roles = roles_of(table)
    if not has_names(roles):
        obstacles.append(
            Obstacle(table.first_line, "a table with a column of names", ", ".join(cell.flat for cell in table.header))
        )
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
        name, beside = name_of(cell, above) if names == "name" else (cell.flat, Beside())
        if names == "name" and not NAME.fullmatch(name):
            obstacles.append(Obstacle(cell.first_line, "the name of a parameter", cell.flat))
            continue
        told = len(obstacles)
        mandatory = _mandatory(cells, obstacles)
        if len(obstacles) > told and (kind_of_name := member_type(name)) and kind_of_name.kind in SCALARS:
            continue  # the row lacks a cell: what stands in the place of its name is its type
        mandatory = beside.mandatory if mandatory is None else mandatory
        kind, specified = _specified(cells["type"].flat if "type" in cells else beside.type or "")
        if not kind:
            kind, cells = _type_above(cells)
            mandatory = _mandatory(cells, obstacles) if kind and mandatory is None else mandatory
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
            and all(cell_words.yes_or_no(one) is not None for one in words)
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


def _type_above(cells: dict[str, Cell]) -> tuple[str, dict[str, Cell]]:
    """The type that stands in a line of its own above a description, and the cells without it."""
    lines = cells["description"].lines if "description" in cells else ()
    kind = member_type(lines[0].text) if len(lines) > 1 else None
    if kind is None or not (kind.kind in SCALARS or _OF_NAME.fullmatch(lines[0].text)):
        return "", cells
    below = replace(cells["description"], text="\n".join(line.text for line in lines[1:]))
    return lines[0].text, {**cells, "description": below}


def _described(cells: Mapping[str, Cell], names: str) -> str:
    """The description, and what columns of their own say of the values, in the words of a description."""
    said = [cells["description"].text] if "description" in cells else []
    said += [beside] if "mandatory" in cells and (beside := cell_words.default_beside(cells["mandatory"].flat)) else []
    for role, words in (("values", "Values"), ("range", "Value range"), ("default", "Default")):
        if role in cells and role != names and not cell_words.absent(cells[role].flat):
            said.append(f"{words}: {cells[role].flat.strip(' `')}.")
    return "\n".join(said)


def _mandatory(cells: Mapping[str, Cell], obstacles: list[Obstacle]) -> bool | None:
    """What the column about it says or, without one, the first word of the description."""
    says = cells.get("mandatory") or cells.get("optional")
    if says is None:
        first = re.split(r"[.。,，;；:：]", cells["description"].flat, maxsplit=1)[0] if "description" in cells else ""
        return cell_words.said_mandatory(first)
    mandatory = cell_words.yes_or_no(says.text)
    if mandatory is None and says.flat and not cell_words.absent(says.text):
        obstacles.append(Obstacle(says.first_line, "yes or no", says.flat))
    return mandatory if mandatory is None or "mandatory" in cells else not mandatory


def _row(row: Sequence[Cell], roles: Sequence[str | None], obstacles: list[Obstacle]) -> dict[str, Cell] | None:
    """The cells by the roles of their columns; None for a row of another width."""
    if len(row) != len(roles):
        obstacles.append(Obstacle(row[0].first_line, f"a table row of {len(roles)} cells", str(len(row))))
        return None
    return {role: cell for role, cell in reversed(list(zip(roles, row, strict=True))) if role}
