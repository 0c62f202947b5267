"""Traceability: each unit of the page, the elements of the specification made of it, the requirements that judge it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from contracts.jsonvalue import paths
from contracts.report.model import Traced
from contracts.spec.contract import Contract, ContractError
from contracts.spec.page.model import STRUCTURE, PageLines, Unit
from contracts.spec.unit_notes import Note, note_of

NOT_READ: Final = "new or other words: nobody has said yet what it holds (contracts/spec/traceability.yaml)"
GONE: Final = "no longer on the page"


def units(contract: Contract) -> tuple[Unit, ...]:
    """Of what the page consists that the specification was derived from."""
    return tuple(
        Unit(str(row["kind"]), PageLines(str(row["section"]), *row["lines"]), str(row["digest"]))
        for row in contract.spec.derived.get("x-units", ())
    )


def matrix(contract: Contract, notes: Mapping[str, Note]) -> tuple[Traced, ...]:
    """A row for each unit of the page.

    Raises `ContractError` for a note that names a requirement which the contract of the page lacks that the notes are
    about, the one that ships; units of another page may have the same words.
    """
    for digest, note in notes.items() if not contract.spec.file else ():
        if unknown := sorted(set(note.requirements) - set(contract.requirements)):
            raise ContractError(f"traceability.yaml: {digest}: unknown requirement {', '.join(unknown)}")
    elements = tuple(_elements(contract.spec.derived))
    return tuple(_row(contract, unit, notes.get(unit.digest), elements) for unit in units(contract))


def matrix_of_page(contract: Contract, notes: Mapping[str, Note], page: Sequence[Unit]) -> tuple[Traced, ...]:
    """The same of another edition of the page: what is new there is uncovered, what is gone stands in the end.

    A unit is known by its words, wherever it stands.
    """
    known: defaultdict[str, list[Traced]] = defaultdict(list)
    for unit, row in zip(units(contract), matrix(contract, notes), strict=True):
        known[unit.digest].append(row)
    rows = []
    for unit in page:
        found = known[unit.digest].pop(0) if known[unit.digest] else _row(contract, unit, None, ())
        rows.append(replace(found, section=unit.source.section, lines=_lines(unit.source)))
    return (*rows, *(replace(row, reason=GONE) for left in known.values() for row in left))


def _row(contract: Contract, unit: Unit, note: Note | None, elements: Sequence[tuple[str, PageLines]]) -> Traced:
    holding = _holding(unit, elements)
    if note is None and contract.spec.file:  # of the page whose specification ships, somebody reads every unit
        note = note_of(contract, unit.kind, holding)
    asked = note is not None and not note.reason
    note = note or Note(NOT_READ)
    judging = (*_judging(contract, unit, holding), *note.requirements) if asked else ()
    ordered = tuple(contract.shown(name) for name in contract.requirements if name in judging)
    return Traced(unit.kind, unit.source.section, _lines(unit.source), note.holds, holding, ordered, note.reason)


def _lines(source: PageLines) -> str:
    first, last = source.first_line, source.last_line
    return str(first) if first == last else f"{first}-{last}"


def _elements(document: Any) -> Iterator[tuple[str, PageLines]]:
    """JSON pointer (RFC 6901) and place of everything that says where on the page it stands."""
    for path, value in paths.walk(document):
        if isinstance(value, dict) and "x-source" in value:
            yield paths.pointer(path), PageLines(value["x-source"]["section"], *value["x-source"]["lines"])


def _holding(unit: Unit, elements: Sequence[tuple[str, PageLines]]) -> tuple[str, ...]:
    """The elements that come from the unit; where there are none, the smallest that come from more than it."""
    if unit.kind in STRUCTURE:
        return ()
    inside = [pointer for pointer, place in elements if _within(place, unit.source)]
    around = {name: place.last_line - place.first_line for name, place in elements if _within(unit.source, place)}
    smallest = min(around.values(), default=0)
    return tuple(inside or (pointer for pointer, length in around.items() if length == smallest))


def _within(inner: PageLines, outer: PageLines) -> bool:
    return outer.first_line <= inner.first_line and inner.last_line <= outer.last_line


def _judging(contract: Contract, unit: Unit, holding: Sequence[str]) -> Iterator[str]:
    """The requirements whose source lines hold the unit, but for those about other fields than the one it names."""
    named = {_replaceable(contract, pointer) for pointer in holding} - {None}
    place = unit.source
    for requirement in contract.requirements.values():
        first, _, last = requirement.source.lines.partition("-")
        covers = first and int(first) <= place.first_line and place.last_line <= int(last or first)
        elsewhere = named and requirement.fields and not named & set(requirement.fields)
        if covers and not elsewhere:
            yield requirement.id


def _replaceable(contract: Contract, pointer: str) -> str | None:
    _, marked, index = pointer.partition(f"/{contract.write.method.lower()}/x-replaceable-fields/")
    return contract.listed[int(index)] if marked else None
