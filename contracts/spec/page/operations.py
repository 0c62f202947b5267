"""The lines of a page that show a method and a path. Pure."""

import re
from collections.abc import Iterator, Sequence

from contracts.spec.page import vocabulary
from contracts.spec.page.blocks import Bullet, Code, Line, Paragraph, Table
from contracts.spec.page.model import FUNCTION, HEAD, OTHER, REQUEST, URI, DocumentError, Obstacle, Operation
from contracts.spec.page.outline import Placed
from contracts.spec.page.resource_path import API
from contracts.spec.page.vocabulary import EXAMPLE

METHODS = r"(GET|PUT|POST|PATCH|DELETE)"
OPERATION = re.compile(
    METHODS + r"\s*[:：]?\s+(?:https?://[^\s/]+)?(/\S*)|" + METHODS + r"[:：](?:https?://[^\s/]+)?(/\S*)"
)
_TARGET = r"(?:https?://[^\s/]+)?(/[^\s,;，；。]*)"
_WITHIN = re.compile(r"(?<![A-Za-z])" + METHODS + r"(?:\s+|\s*[:：]\s*)" + _TARGET)
# In small letters only a whole line, and only of an API as Kubernetes has it.
_SMALL = re.compile(r"(get|put|post|patch|delete)\s+(?:https?://[^\s/]+)?(/\S*?apis?/\S+)")
_PATH = re.compile(r"(/([A-Za-z0-9._-]+|\{[A-Za-z][A-Za-z0-9_-]*\}))+")
_ALONE = re.compile(r"(?:https?://[^\s/]+)?(/\S*)")
_PARAMETER = re.compile(r"(?<=/)(?:<|\$?\{\{?|:)\s*([A-Za-z][A-Za-z0-9_-]*)\s*(?:>|\}\}?)?(?=[/?]|$)")

Shown = tuple[Placed, int, str, str]


def operations(placed: Sequence[Placed], obstacles: list[Obstacle]) -> tuple[Operation, ...]:
    """Give the operations that the page is about, all of one method.

    Raises DocumentError where there is none.
    """
    found: dict[tuple[str, str], Operation] = {}
    for one, line, method, written in _shown(placed):
        path = _PARAMETER.sub(r"{\1}", written).partition("?")[0]
        if not _PATH.fullmatch(path.rstrip("/") or path):
            obstacles.append(Obstacle(line, "a path of names and {parameters}", path))
        elif found and method != next(iter(found))[0]:
            obstacles.append(Obstacle(line, f"one method, {next(iter(found))[0]}, on the page", f"{method} {path}"))
        else:
            found.setdefault((method, path), Operation(method, path, one.source(line)))
    if not found:
        raise DocumentError(str(obstacles[0]) if obstacles else "expected a line 'METHOD /path', found none")
    return tuple(found.values())


def api_version(operation: Operation) -> str | None:
    """Give `version` or `group/version`, which the path of an operation names."""
    match = API.search(operation.path + "/")
    return (match["core"] or match["group"]) if match else None


def placeholders(shown: Sequence[Operation]) -> tuple[str, ...]:
    """Give the names of the parameters in all the paths, each once."""
    return tuple(dict.fromkeys(name for one in shown for name in re.findall(r"\{(.+?)\}", one.path)))


def _shown(placed: Sequence[Placed]) -> Iterator[Shown]:
    """Lines of the section about the URI; without any, method and path apart; else lines that show nothing else."""
    within = [
        (one, line.number, *_groups(match))
        for one, line in _lines(placed, (URI,))
        for match in [*_WITHIN.finditer(line.text)] or [*_whole(_SMALL, line)]
    ]
    if within := within or [*_apart(placed)]:
        return iter(within)
    elsewhere = _lines(placed, (HEAD, FUNCTION, REQUEST, OTHER))
    return ((one, line.number, *_groups(match)) for one, line in elsewhere for match in _whole(OPERATION, line))


def _whole(form: re.Pattern[str], line: Line) -> Iterator[re.Match[str]]:
    if match := form.fullmatch(line.text.strip(" `*")):
        yield match


def _groups(match: re.Match[str]) -> tuple[str, str]:
    method, path = (group for group in match.groups() if group)
    return method.upper(), path


def _apart(placed: Sequence[Placed]) -> Iterator[Shown]:
    """Methods and paths that stand in cells of a table, or each behind its name in a line of its own."""
    method = ""
    for one, line, name, said in _named(placed):
        words = said.strip(" `*")
        if name == "method" and re.fullmatch(METHODS, words, re.IGNORECASE):
            method = words.upper()
        elif name == "path" and method and (match := _ALONE.fullmatch(words)):
            yield one, line, method, match[1]


def _named(placed: Sequence[Placed]) -> Iterator[tuple[Placed, int, str, str]]:
    """What the page says of method and path: the name of what it says, and that."""
    for one in placed:
        if one.section not in (HEAD, FUNCTION, URI, OTHER):
            continue
        if isinstance(one.block, Table):
            names = [vocabulary.of_operation(cell.flat) for cell in one.block.header]
            for row in one.block.rows if "method" in names and "path" in names else ():
                cells = sorted(zip(names, row, strict=False), key=lambda pair: pair[0] or "")
                yield from ((one, cell.first_line, name, cell.flat) for name, cell in cells if name)
            for row in (one.block.header, *one.block.rows):
                if len(row) == 2 and (name := vocabulary.of_operation(row[0].flat)):
                    yield one, row[1].first_line, name, row[1].flat
        elif isinstance(one.block, Paragraph | Bullet):
            for line in one.block.lines:
                name, mark, said = (part.strip(" *") for part in re.split(r"([:：])", f"{line.text}:", maxsplit=1))
                if mark and (role := vocabulary.of_operation(name)):
                    yield one, line.number, role, said.rstrip(":")


def _lines(placed: Sequence[Placed], sections: Sequence[str]) -> Iterator[tuple[Placed, Line]]:
    for one in placed:
        if one.section in sections and one.part != EXAMPLE and isinstance(one.block, Paragraph | Bullet | Code):
            yield from ((one, line) for line in one.block.lines)
