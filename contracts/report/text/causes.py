"""The causes of a run's findings for the terminal: the first thing that is read, in at most six lines each."""

from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len
from rich.console import RenderableType
from rich.text import Text

from contracts.report import words
from contracts.report.model import Cause
from contracts.report.outcomes import counted
from contracts.report.text.layout import Paragraph, verbatim, visible

MOST_SHOWN: Final = 5
MOST_LINES: Final = 6
EXPLAINED_LINES: Final = 2


def causes(found: tuple[Cause, ...], width: int) -> Iterator[RenderableType]:
    """What explains many findings, that which explains the most requirements first."""
    if found:
        yield Text(f"Causes ({len(found)})", "bold")
    for one in found[:MOST_SHOWN]:
        explained = f"explains: {_explained(one, EXPLAINED_LINES * (width - 8))}"
        others = 2 + (cell_len(explained) > width - 4) + bool(one.options)
        yield Paragraph(Text(visible(one.message), "bold red"), most=MOST_LINES - others)
        yield Paragraph(Text(f"seen: {visible(_seen(one))}"), indent=2, most=1)
        yield Paragraph(Text(explained), indent=2, most=EXPLAINED_LINES)
        if one.options:
            yield verbatim(f"  helps: {visible(words.options(one))}")
    if len(found) > MOST_SHOWN:
        yield Paragraph(Text(f"{len(found) - MOST_SHOWN} more in the report"))


def _seen(cause: Cause) -> str:
    often = words.rate(cause.count, cause.requests, cause.methods) if cause.requests else counted(cause.count, "time")
    exchange = cause.exchange
    first = f"{exchange.method} answered {exchange.status}" if exchange else ""
    return "; ".join([often, *([f"first by {cause.finding}: {first}"] if first else [])])


def _explained(cause: Cause, room: int) -> str:
    """How many findings of which requirements, as many as there is room for."""
    names, text = [visible(one) for one in cause.requirements], f"{counted(cause.findings, 'finding')} of "
    shown = 1
    while shown < len(names) and cell_len(text + ", ".join(names[: shown + 1])) + len(" and 99 more") <= room:
        shown += 1
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return f"{text}{', '.join(names[:shown])}{more}"
