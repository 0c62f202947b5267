"""The traceability matrix of a run as values for a page. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from contracts.report.model import Report, Traced


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the vendor page: what it demands or leaves uncovered, and `left`, of which nothing is asked."""

    title: str
    rows: Sequence[Traced]
    left: Sequence[Traced]


def sections(report: Report) -> list[Section]:
    """What the page says, section by section, in its order."""
    found = []
    for title, group in groupby(report.traceability, key=lambda row: row.section):
        rows = tuple(group)
        said = [row for row in rows if row.uncovered or row.requirements]
        found.append(Section(title, said, [row for row in rows if row not in said]))
    return found
