"""The columns of tables of statuses, also of tables without a header. Pure."""

import re
from collections.abc import Iterator

from contracts.spec.page import cell_words
from contracts.spec.page.blocks import Code, Table
from contracts.spec.page.shown_json import apart
from contracts.spec.page.status_codes import LONGEST, WORDS_OF_HTTP, begun, with_ascii_digits
from contracts.spec.page.status_sentences import CODE


def answers_in_cells(table: Table) -> Iterator[tuple[int, Code]]:
    """The JSON that the rows of a table of statuses hold, each with its status."""
    roles = roles_of(table)
    at = roles.index("status") if "status" in roles else 0
    for row in table.rows:
        match = re.match(CODE, row[at].flat.strip("` ")) if at < len(row) else None
        found = (apart(cell)[1] for cell in row) if match else ()
        yield from ((int(match[0]), shown) for shown in found if match and shown)


def is_headless(table: Table, at: int) -> bool:
    """Whether a status, alone or with the words of HTTP, stands where the header of a column would be."""
    words = begun(with_ascii_digits(table.header[at].flat[:LONGEST])) if at < len(table.header) else None
    return words is not None and re.sub(r"\W", "", words[2]).casefold() in {"", *WORDS_OF_HTTP}


def roles_of(table: Table) -> tuple[str | None, ...]:
    """The roles of a table's columns; "status" also by what stands in the first, where nothing is known of it."""
    roles = cell_words.columns([cell.flat for cell in table.header])
    headless = is_headless(table, 0)
    rows = (table.header, *table.rows) if headless else table.rows
    if "status" in roles or roles[:1] not in ((None,), ("reason",), ("name",)) or not rows:
        return roles
    known = [bool(row) and re.match(r"`?[1-5]\d\d\b", with_ascii_digits(row[0].flat)) is not None for row in rows]
    # Behind the statuses there may be all others.
    others = [row[0].flat for row, is_known in zip(rows, known, strict=True) if row and not is_known]
    listed = known[0] and all(re.match(r"(?:other|default|any|其他|其它)\b", one, re.IGNORECASE) for one in others)
    return ("status", *roles[1:]) if listed else roles
