"""Sentences that stand with the answers and say that fields can be replaced: told, as they may be about these. Pure."""

import re
from collections.abc import Iterator
from typing import Final

from contracts.spec.page.blocks import Cell
from contracts.spec.page.field_paths import Objects, dotted
from contracts.spec.page.field_statements import ANNOUNCES, DENIES, NAMES, statements
from contracts.spec.page.model import Obstacle

_BEFORE: Final = "the fields that can be replaced before the answers"
# What stands beside a status is its reason.
_OF_STATUS: Final = re.compile(r"\W*[1-5]\d\d\b")


def answered(block: Cell, objects: Objects) -> Iterator[Obstacle]:
    """Give the obstacle of a text with the answers that names a field of the object as one that can be replaced."""
    said = [] if _OF_STATUS.match(block.flat) else [*statements(block.flat)]
    said = [one for one in said if one.says in (NAMES, ANNOUNCES, DENIES)]
    named = (path for one in said for path in (*one.paths, *dotted(one.text)))
    if any(path.partition(".")[0] in objects.roots for path in named):
        yield Obstacle(block.first_line, _BEFORE, block.flat)
