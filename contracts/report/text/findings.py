"""One finding for the terminal, in at most six lines: what happened, what asks for it, what was sent, how to see it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from rich.cells import cell_len, set_cell_size
from rich.console import Console, RenderableType
from rich.text import Text

from contracts.report.apart import apart_behind_words
from contracts.report.model import RecordedFinding, RequirementResult
from contracts.report.record import FILE_NAME
from contracts.report.reproduction.script import command, from_here
from contracts.report.text.layout import shorten, verbatim, visible

MOST_LINES: Final = 6
LONGEST_VALUE: Final = 40
# On a wide terminal the id of a finding stays beside its title.
TITLE_WIDTH: Final = 110
FAILED: Final = "bold red"
HANG: Final = "  "

Lines = Iterator[RenderableType]


def finding(requirement: RequirementResult, found: RecordedFinding, width: int, where: str) -> Lines:
    """The first finding of a requirement; `where` names the record that holds it.

    Behind its id stands how many more there are.
    """
    sent, again = _sent(found, width), _again(found, where)
    expected, observed = (visible(one).strip() or "nothing" for one in (found.expected, found.observed))
    values = [*_values(expected, observed, width)]
    others: list[RenderableType] = [
        Text(_asked(requirement, width)),
        *([Text(_line("sent", sent, width))] if sent else []),
        *map(Text, values),
        *([verbatim(_label("show it") + again)] if again else []),
    ]
    more = f"and {requirement.counting - 1} more" if requirement.counting > 1 else ""
    tag = " ".join(filter(None, (f"#{visible(found.id)}" if found.id else "", more)))
    yield from _title(requirement.id, found.said, tag, width, MOST_LINES - len(others))
    yield from others


def failed_cases(requirement: RequirementResult, names: Sequence[str], width: int) -> Lines:
    """A requirement that failed without a finding, by the cases that did."""
    yield from _title(requirement.id, requirement.reason or "failed", "", width, 2)
    yield Text(_asked(requirement, width))
    if names:
        yield Text(_line("cases", _as_many_as_fit(list(map(visible, names)), width - len(_label("cases"))), width))


def _title(name: str, said: str, tag: str, width: int, most: int) -> Lines:
    """What happened behind the requirement's id, which is never cut, with the finding's id at the end of the line."""
    name, limit = visible(name), min(width, TITLE_WIDTH)
    room = max(limit - (len(tag) + 2 if tag else 0), cell_len(name) + 1)
    text = Text(f"{name}  {visible(said)}" if said else name)
    text.stylize(FAILED, 0, len(name))
    first, *rest = text.wrap(Console(width=room), room)
    if not rest:
        yield _tagged(first, tag, limit)
        return
    left = text[len(first.plain) :].plain.strip()
    if most > 1:
        yield _tagged(first, tag, limit)
        yield Text(HANG + shorten(left, limit - len(HANG)))
    else:
        text.truncate(room, overflow="ellipsis")
        yield _tagged(text, tag, limit)


def _tagged(line: Text, tag: str, width: int) -> Text:
    line.rstrip()
    return line.append(" " * max(2, width - line.cell_len - cell_len(tag)) + tag) if tag else line


def _asked(requirement: RequirementResult, width: int) -> str:
    """What asks for it; where there is too little room, of the sentence rather than of where it stands."""
    label = _label("page" if requirement.level == "document" else "rule")
    source = f" ({visible(str(requirement.source))})"
    room = width - len(label) - cell_len(source)
    statement = visible(requirement.statement.rstrip("."))
    return shorten(label + (shorten(statement, room) + source if room > len(label) else statement), width)


def _sent(found: RecordedFinding, width: int) -> str:
    """What was sent otherwise than stored, or the line of the request."""
    if found.change:
        return _as_many_as_fit([operation(one) for one in telling_first(found)], width - len(_label("sent")))
    if not found.exchange:
        return ""
    parts = urlsplit(found.exchange.url)
    return visible(f"{found.exchange.method} {parts.path}{f'?{parts.query}' if parts.query else ''}")


def telling_first(found: RecordedFinding) -> list[Mapping[str, object]]:
    """The operations of a change: those on the finding's field before others, what is set before what is taken away.

    Where a line has room for one of them, it is not what an earlier request has left there.
    """
    steps = "/" + found.field.replace(".", "/").replace("[", "/").replace("]", "")

    def rank(one: Mapping[str, object]) -> tuple[bool, bool]:
        path = str(one.get("path", ""))
        near = bool(found.field) and (path.startswith(steps) or steps.startswith(path))
        return not near, one.get("op") == "remove"

    return sorted(found.change, key=rank)


def operation(one: Mapping[str, object]) -> str:
    """An operation of a JSON Patch, its value as JSON and shortened."""
    value = shorten(json.dumps(one["value"], ensure_ascii=False), LONGEST_VALUE) if "value" in one else ""
    return visible(f"{one.get('op', '')} {one.get('path', '')} {value}").strip()


def _as_many_as_fit(parts: Sequence[str], room: int) -> str:
    """As many of the parts as there is room for, at least one, and how many more there are."""
    for shown in range(len(parts), 0, -1):
        more = f" and {len(parts) - shown} more" if shown < len(parts) else ""
        said = ", ".join(parts[:shown])
        if cell_len(said + more) <= room:
            break
    return shorten(said, room - len(more)) + more


def _values(expected: str, observed: str, width: int) -> Iterator[str]:
    for gap in (8, 4, 2):
        together = f"{_label('expected')}{expected}{'':{gap}}observed: {observed}"
        if cell_len(together) <= width:
            yield together
            return
    for label, said in zip(
        ("expected", "observed"), apart_behind_words(expected, observed, width - len(_label(""))), strict=True
    ):
        yield _line(label, said, width)


def _again(found: RecordedFinding, where: str) -> str:
    """What shows the finding again: the command, and the script where there is one."""
    if not found.id or not where:
        return visible(found.reproduce)
    path = Path(where)
    directory = path.parent if path.name == FILE_NAME else path
    script = from_here(found.reproduce, directory)
    beside = f"   or: {script}" if script != found.reproduce else ""
    return visible(f"{command(found.id, str(directory), scripted=False)}{beside}")


def _line(label: str, text: str, width: int) -> str:
    return shorten(_label(label) + text, width)


def _label(name: str) -> str:
    return set_cell_size(f"  {name}:", 13)
