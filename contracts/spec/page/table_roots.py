"""Which tables are about the object itself that a page is about. Pure."""

from collections.abc import Sequence
from typing import Final

from contracts.spec.page.known_tables import Found, KnownTables, matched
from contracts.spec.page.member_types import plain_name
from contracts.spec.page.model import REQUEST, RESPONSE, Document, Obstacle, Structure

# What is sent with a deletion are options, and not the object.
_OPTIONS: Final = "DELETE"


def roots_of(document: Document, shown: Sequence[str], known: KnownTables, obstacles: list[Obstacle]) -> list[Found]:
    """Give the page's own tables of its request and of its response, and those that it refers to by number.

    `shown`: the members of the object as far as the page shows it, by which a table of another page is told.
    """
    others = {one.number for one in document.tables} - {one.number for one in document.structures}
    found = dict.fromkeys(_own(document, known))
    for reference in document.references:
        own = reference.number in others and not reference.elsewhere
        if reference.source.section not in (REQUEST, RESPONSE) or own:
            continue
        table = known.numbered(reference.number, elsewhere=reference.elsewhere)
        line = reference.source.first_line
        if table is None:
            if len(known.pages) > 1:
                obstacles.append(Obstacle(line, f"Table {reference.number} in the files of structures"))
        elif table.of.page and shown and not matched([one.name for one in table.structure.members], shown):
            wanted = f"Table {reference.number} to be about the object that the page shows"
            obstacles.append(Obstacle(line, wanted, table.structure.name))
        elif table.structure.role != "values":
            found[table] = None
    return list(found)


def _own(document: Document, known: KnownTables) -> list[Found]:
    """The first table of a body, and where that is the request's, the first of the response."""
    bodies = [one for one in known.own if _is_body(one.structure, document)]
    if document.method == _OPTIONS:
        bodies = [one for one in bodies if one.structure.source.section != REQUEST]
    answers = [one for one in bodies if one.structure.source.section == RESPONSE]
    of_request = bodies[:1] and bodies[0].structure.source.section == REQUEST
    return [*bodies[:1], *(answers[:1] if of_request else ())]


def _is_body(structure: Structure, document: Document) -> bool:
    """Whether a table is about the whole body: it says so, or bears the name of the page's kind."""
    of_kind = document.kind and structure.name.split()[:1] == [document.kind] and structure.number is not None
    return structure.role == "body" or bool(of_kind and structure.source.section in (REQUEST, RESPONSE))


def names_of_own(tables: Sequence[Found], roots: Sequence[Found]) -> dict[str, frozenset[str]]:
    """Give by its plain name what all tables of the page of that name hold; those about the object itself are one."""
    names: dict[str, frozenset[str]] = {}
    for one in tables:
        name = plain_name(one.structure.name)
        names[name] = names.get(name, frozenset()).union(member.name for member in one.structure.members)
    whole = {plain_name(one.structure.name) for one in roots if not one.of.page}
    together = frozenset[str]().union(*(names.get(name, ()) for name in whole))
    return {**names, **dict.fromkeys(whole, together)}
