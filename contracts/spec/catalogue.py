"""Requirements: the rows of requirements.yaml, made for a specification. Pure.

A row that is about a field is made for each field that the specification has of its kind; one whose source the page
lacks (no parameter `pretty`, no list of fields, a status that is not documented) is left out: what a page leaves open
is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contracts.report.sources import Source
from contracts.spec.contract import LEVELS, SEVERITIES, ContractError, Requirement, desired_state
from contracts.spec.fields import SPEC
from contracts.spec.schema import Specification, documented_operation, left_open

FIELD: Final = "<field>"
PART: Final = "<part>"
_CAPITALS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True)
class Catalogue:
    """Families with their titles, the requirements by id, and the ids of those that the page gives no reason for."""

    families: Mapping[str, str]
    requirements: Mapping[str, Requirement]
    left_out: frozenset[str] = frozenset()


def catalogue_of(content: Any, specification: Specification) -> Catalogue:
    """The catalogue for a specification, out of the content of requirements.yaml.

    Raises `ContractError` naming the row: unknown family, level, severity or source, an id twice, a missing key.
    """
    try:
        families = {str(name): str(title) for name, title in content["families"].items()}
        facts = _Facts(specification)
        made = [(row, [*_made(row, facts)]) for row in content["requirements"]]
        rows = [_requirement(row, source, families, facts.method) for _, found in made for row, source in found]
        left_out = frozenset(str(row["id"]) for row, found in made if not found)
    except (KeyError, TypeError, AttributeError) as error:
        raise ContractError(f"requirements.yaml: {' '.join(str(error).split())}") from error
    requirements = {row.id: row for row in rows}
    if len(requirements) != len(rows):
        raise ContractError("requirements.yaml: an id occurs twice")
    return Catalogue(families, requirements, left_out)


def kebab(name: str) -> str:
    """A field's name as requirement ids have it: `ttlSecondsAfterFinished` is `ttl-seconds-after-finished`."""
    return _CAPITALS.sub("-", name).lower()


def _names(paths: Sequence[str]) -> dict[str, str]:
    """By its path the name of each field: its last step, or as many of the last ones as tell it from the others."""
    steps = {path: re.sub(r"\[(\W*|(\d+))\]", r"\2", path).split(".") for path in paths}
    names = {}
    for path, own in steps.items():
        others = [other for one, other in steps.items() if one != path]
        tails = (own[-length:] for length in range(1, len(own) + 1))
        names[path] = "-".join(next((tail for tail in tails if all(one[-len(tail) :] != tail for one in others)), own))
    return names


class _Facts:
    """Where a page says what a requirement rests on."""

    def __init__(self, specification: Specification) -> None:
        found = documented_operation(specification.derived)
        self.method = found.method
        self.operation = "update" if found.method == "patch" else "replace"
        self.derived: Mapping[str, Any] = specification.derived["paths"][found.path][found.method]
        self.overlaid: Mapping[str, Any] = specification.overlaid["paths"][found.path][found.method]
        self.left_open = left_open(self.overlaid)
        self._units: Sequence[Mapping[str, Any]] = specification.derived.get("x-units", ())
        self._schema: Mapping[str, Any] = specification.derived["components"]["schemas"][found.kind]

    def fields(self) -> Iterator[tuple[str, str, Source]]:
        """Name, dotted path and source of each replaceable field: from the list's beginning to its line."""
        listed = [one for one in self.derived["x-replaceable-fields"] if str(one["path"]) not in self.left_open]
        names = _names([str(one["path"]) for one in listed])
        sentence = self.derived["x-source"]
        first = {**sentence, "lines": sentence["lines"][:1]}
        for one in listed:
            path = str(one["path"])
            yield names[path], path, _source(first, one["x-source"])

    def parts(self) -> Iterator[tuple[str, str, Source]]:
        """Name, dotted path and source of each field right below spec that cannot be replaced, as the page shows it.

        Of kinds without spec, of each field in its place.
        """
        names: Mapping[str, str] = self.overlaid.get("x-parts", {})
        replaceable = [path for _, path, _ in self.fields()]
        wanted, known = desired_state(self._schema), self._schema.get("properties", {})
        below = [f"{SPEC[0]}.{name}" for name in known[SPEC[0]].get("properties", {})] if wanted == SPEC else wanted
        for path in below:
            if replaceable and not any(one == path or one.startswith(f"{path}.") for one in replaceable):
                yield names.get(path, path.rpartition(".")[2]), path, _source(self.derived["x-source"])

    def source(self, told: Any) -> Source | None:
        """The source that a row names, None where the page has no such place; `ContractError` for an unknown name."""
        if not isinstance(told, str):
            return Source(told["convention"])
        what, _, name = told.partition(" ")
        places = {
            "fields": self._of_fields,
            "parameter": self._of_parameter,
            "status": self._of_status,
            "example": self._of_example,
        }
        if what not in places:
            raise ContractError(f"requirements.yaml: {told!r} is no source")
        found = places[what](name)
        return _source(*found) if found else None

    def _of_fields(self, _name: str) -> Sequence[Mapping[str, Any]]:
        return [self.derived["x-source"]] if self.derived["x-replaceable-fields"] else []

    def _of_parameter(self, name: str) -> Sequence[Mapping[str, Any]]:
        name, _, table = name.partition(" ")
        return self._placed((one for one in self.derived["parameters"] if one["name"] == name), whole=bool(table))

    def _of_status(self, name: str) -> Sequence[Mapping[str, Any]]:
        responses: Mapping[str, Any] = self.derived["responses"]
        return self._placed((one for code, one in responses.items() if name in ("*", code)), whole=name == "*")

    def _of_example(self, name: str) -> Sequence[Mapping[str, Any]]:
        bodies = {
            "request": self.derived.get("requestBody", {}),
            "response": next((one for one in self.derived["responses"].values() if "content" in one), {}),
        }
        found = [
            example["x-source"]
            for body in (bodies[one] for one in name.split("+"))
            for content in body.get("content", {}).values()
            for example in content.get("examples", {}).values()
        ]
        return found if len(found) >= len(name.split("+")) else []

    def _placed(self, elements: Iterator[Mapping[str, Any]], whole: bool) -> list[Mapping[str, Any]]:
        """Where elements stand; `whole`: with the caption of their table."""
        places = [one["x-source"] for one in elements]
        if not whole or not places:
            return places
        first = min(place["lines"][0] for place in places)
        captions = [unit for unit in self._units if unit["kind"] == "caption" and unit["lines"][0] < first]
        return [*captions[-1:], *places]


def _made(row: Mapping[str, Any], facts: _Facts) -> Iterator[tuple[Mapping[str, Any], Source]]:
    """A row as it is, or for each field of the kind that its id names; nothing where the page has no reason for it."""
    if row.get("operation", facts.operation) != facts.operation:
        return
    mark = next((one for one in (FIELD, PART) if one in row["id"]), None)
    if mark is None:
        if (source := facts.source(row["source"])) is not None:
            about = [field for field in row.get("fields", ()) if field not in facts.left_open]
            yield {**row, **({"fields": about} if "fields" in row else {})}, source
        return
    for name, path, source in facts.fields() if mark == FIELD else facts.parts():
        filled = {key: row[key].replace(mark, path) for key in ("statement",)}
        yield {**row, **filled, "id": row["id"].replace(mark, kebab(name)), "fields": [path]}, source


def _source(*places: Mapping[str, Any]) -> Source:
    """One source that reaches from the first to the last of some places on the page."""
    lines = [line for place in places for line in place["lines"]]
    sections = dict.fromkeys(str(place["section"]) for place in places)
    first, last = min(lines), max(lines)
    return Source(", ".join(sections), str(first) if first == last else f"{first}-{last}")


def in_terms_of(statement: str, method: str) -> str:
    """A statement about replacements, said of the operation of this method."""
    if method != "patch":
        return statement
    articled = re.sub(r"\b([Aa]) replacement", r"\1n update", statement)
    return articled.replace("replacement", "update").replace("be replaced", "be updated")


def _requirement(row: Mapping[str, Any], source: Source, families: Mapping[str, str], method: str) -> Requirement:
    family = row["id"].split(".")[0]
    for value, known in ((family, families), (row["level"], LEVELS), (row["severity"], SEVERITIES)):
        if value not in known:
            raise ContractError(f"requirements.yaml: {row['id']}: {value!r} is none of {', '.join(known)}")
    return Requirement(
        id=row["id"],
        family=family,
        level=row["level"],
        statement=in_terms_of(row["statement"], method),
        severity=row["severity"],
        source=source,
        fields=tuple(row.get("fields", ())),
        needs=tuple(row.get("needs", ())),
        witness=row.get("witness", ""),
    )
