"""Where a row of a table contradicts itself: its columns and the words of its description. Pure."""

import re
from collections.abc import Iterable, Iterator

from contracts.spec.page import cell_words
from contracts.spec.page.facts import Facts, facts
from contracts.spec.page.member_types import SCALARS, member_type, type_in
from contracts.spec.page.model import Member, Obstacle, Parameter

Row = Member | Parameter


def contradictions(row: Row) -> list[str]:
    """Give what would have to be true of a row that agrees with itself, in words."""
    said = member_type(row.type, row.description)
    kind = said.kind if said and said.kind in SCALARS else None
    return [*facts(row.description, kind).contradictions, *use_contradicts(row)]


def use_contradicts(row: Row) -> Iterator[str]:
    """Give whether the column and the first words of the description differ about a field being mandatory."""
    first = re.split(r"[.。,，;；:：]", " ".join(row.description.split()), maxsplit=1)[0]
    said = cell_words.said_mandatory(first)
    if said is not None and row.mandatory is not None and said != row.mandatory:
        use = "mandatory" if row.mandatory else "optional"
        yield f"a description that does not say otherwise than its column, by which {row.name!r} is {use}"


def parameters_contradict(parameters: Iterable[Parameter]) -> Iterator[Obstacle]:
    """Give the rows of parameters that contradict themselves."""
    for one in parameters:
        for expected in [*schema_facts(one)[1].contradictions, *use_contradicts(one)]:
            yield Obstacle(one.source.first_line, expected, one.name)


def types_unknown(parameters: Iterable[Parameter]) -> Iterator[Obstacle]:
    """Give the types of parameters that are not known, such as that of one or another; no table is about them."""
    for one in parameters:
        kind = member_type(one.type)
        if kind and kind.name:
            yield Obstacle(one.source.first_line, "a type that is known", one.type or "")


def schema_facts(parameter: Parameter) -> tuple[str | None, Facts]:
    """Give the JSON type of a parameter and what its description says of its values.

    The type is that of its column or, without one, what the description says (None: neither does, it is a text).
    """
    told = member_type(parameter.type, parameter.description)
    if told is not None and told.kind in SCALARS:
        return told.kind, facts(parameter.description, told.kind)
    if told is not None:
        return "string", Facts()
    if parameter.location == "path":
        # Whatever it is called, what stands in a path is a text.
        return "string", facts(parameter.description, "string")
    said = type_in(parameter.description)
    return said, facts(parameter.description, said or "string")
