"""The lines of a page that show a method and a path. Pure."""

import re
from collections.abc import Iterator, Sequence

from contracts.spec.page.blocks import Bullet, Code, Line, Paragraph
from contracts.spec.page.model import FUNCTION, HEAD, OTHER, REQUEST, URI, DocumentError, Obstacle, Operation
from contracts.spec.page.outline import Placed
from contracts.spec.page.resource_path import API
from contracts.spec.page.vocabulary import EXAMPLE

METHODS = r"(GET|PUT|POST|PATCH|DELETE)"
OPERATION = re.compile(METHODS + r"\s+(?:https?://[^\s/]+)?(/\S*)")
_WITHIN = re.compile(r"(?<![A-Za-z])" + METHODS + r"\s+(?:https?://[^\s/]+)?(/[^\s,;，；。]*)")
_PATH = re.compile(r"(/([A-Za-z0-9._-]+|\{[A-Za-z][A-Za-z0-9_-]*\}))+")


def operations(placed: Sequence[Placed], obstacles: list[Obstacle]) -> tuple[Operation, ...]:
    """Give the operations that the page is about, all of one method.

    Raises DocumentError where there is none.
    """
    found: dict[tuple[str, str], Operation] = {}
    for one, line, match in _shown(placed):
        method, path = match[1], match[2].partition("?")[0]
        if not _PATH.fullmatch(path.rstrip("/") or path):
            obstacles.append(Obstacle(line.number, "a path of names and {parameters}", path))
        elif found and method != next(iter(found))[0]:
            obstacles.append(Obstacle(line.number, f"one method, {next(iter(found))[0]}, on the page", line.text))
        else:
            found.setdefault((method, path), Operation(method, path, one.source(line.number)))
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


def _shown(placed: Sequence[Placed]) -> Iterator[tuple[Placed, Line, re.Match[str]]]:
    """Lines of the section about the URI; without any there, lines elsewhere that show nothing else."""
    within = [(one, line, match) for one, line in _lines(placed, (URI,)) for match in _WITHIN.finditer(line.text)]
    if within:
        return iter(within)
    elsewhere = _lines(placed, (HEAD, FUNCTION, REQUEST, OTHER))
    return ((one, line, match) for one, line in elsewhere if (match := OPERATION.fullmatch(line.text.strip(" `"))))


def _lines(placed: Sequence[Placed], sections: Sequence[str]) -> Iterator[tuple[Placed, Line]]:
    for one in placed:
        if one.section in sections and one.part != EXAMPLE and isinstance(one.block, Paragraph | Bullet | Code):
            yield from ((one, line) for line in one.block.lines)
