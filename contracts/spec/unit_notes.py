"""What is known of a unit of the page: what a reader has noted of it, or what the deriver has made of it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from contracts.spec.contract import Contract, ContractError
from contracts.spec.fields import NAMESPACE
from contracts.spec.page.model import STRUCTURE

NOTES_FILE: Final = Path(__file__).with_name("traceability.yaml")
# Kinds of units that ask nothing of a target.
NAMING: Final = (*STRUCTURE, "title", "date")

_FIELD: Final = re.compile(r"/paths/[^/]+/\w+/x-replaceable-fields/(\d+)")
_PARAMETER: Final = re.compile(r"/paths/[^/]+/\w+/parameters/(\d+)")
_STATUS: Final = re.compile(r"/paths/[^/]+/\w+/responses/(\d+)")
_EXAMPLE: Final = re.compile(r"/paths/[^/]+/\w+/(requestBody|responses/\d+)/content/[^/]+/examples/[^/]+")
_MEMBER: Final = re.compile(r"/components/schemas/([^/]+)((?:/properties/[^/]+)+)")


@dataclass(frozen=True)
class Note:
    """What a unit holds; `reason`: why nothing is asked of a target because of it."""

    holds: str
    requirements: tuple[str, ...] = ()
    reason: str = ""


def parse_notes(text: str) -> dict[str, Note]:
    """Notes by digest out of the text of a traceability.yaml; `ContractError` names the row that is wrong."""
    notes: dict[str, Note] = {}
    try:
        for row in yaml.safe_load(text)["units"]:
            digest = str(row["digest"])
            note = Note(row["holds"], tuple(row.get("requirements", ())), row.get("reason", ""))
            if note.requirements and note.reason:
                raise ContractError(f"traceability.yaml: {digest}: either requirements or a reason why there are none")
            if digest in notes:
                raise ContractError("traceability.yaml: a digest occurs twice")
            notes[digest] = note
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ContractError(f"traceability.yaml: {' '.join(str(error).split())}") from error
    return notes


@cache
def load_notes() -> Mapping[str, Note]:
    """The notes that ship with the package; raises `ContractError` when they cannot be used."""
    return parse_notes(NOTES_FILE.read_text(encoding="utf-8"))


def note_of(contract: Contract, kind: str, holding: Iterable[str]) -> Note | None:
    """What the deriver has made of a unit that nobody has read: of its kind, and of the elements that come from it.

    `holding`: JSON pointers of these. None where it has made nothing of it, so that somebody has to read it.
    """
    if kind in NAMING:
        return Note(kind, reason="names what stands below it" if kind in STRUCTURE else "about the page itself")
    return next(filter(None, (_note_of_element(contract, kind, pointer) for pointer in holding)), None)


def _note_of_element(contract: Contract, kind: str, pointer: str) -> Note | None:
    if match := _FIELD.fullmatch(pointer):
        field = contract.listed[int(match[1])]
        open_ = ", which is not judged: the conventions leave it to the server" if field in contract.left_open else ""
        return Note(f"can be replaced ({field}){open_}")
    if match := _PARAMETER.fullmatch(pointer):
        return _of_parameter(contract, int(match[1]))
    if match := _STATUS.fullmatch(pointer):
        return Note(f"status {match[1]}")
    if match := _MEMBER.fullmatch(pointer):
        path = match[2].removeprefix("/properties/").split("/properties/")
        return Note(f"field {'.'.join(path)}", _immutable(contract, path) if match[1] == contract.kind else ())
    if _EXAMPLE.fullmatch(pointer):
        return Note("part of an example")
    if kind == "operation":
        return Note("method and path", ("status.200", "status.400"))
    # Of a sentence that the operation comes from only the list of fields was understood.
    return Note("which fields can be replaced") if kind == "sentence" and pointer.count("/") == 3 else None


def _of_parameter(contract: Contract, place: int) -> Note:
    one = contract.spec.derived["paths"][contract.item_path][contract.documented.method]["parameters"][place]
    denied = ("status.403",) if one["name"] == NAMESPACE[-1] else ()
    judging = ("immutable.identity", "status.400", *denied) if one["in"] == "path" else ()
    return Note(f"{one['in']} parameter {one['name']}", judging)


def _immutable(contract: Contract, path: Sequence[str]) -> tuple[str, ...]:
    """The requirements about the immutable part of a field, and of what lies below it."""
    found = [
        one.id
        for one in contract.requirements.values()
        for name in one.fields
        if one.family == "immutable" and name and name.split(".")[: len(path)] == list(path)
    ]
    return tuple(dict.fromkeys(found))
