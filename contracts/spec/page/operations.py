"""The lines of a page that show a method and a path. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence

from contracts.spec.page import curl, operation_words
from contracts.spec.page.blocks import Bullet, Code, Heading, Line, Paragraph, Table
from contracts.spec.page.model import (
    FUNCTION,
    HEAD,
    HEADING,
    OTHER,
    REQUEST,
    RESPONSE,
    URI,
    DocumentError,
    Obstacle,
    Operation,
    PageLines,
)
from contracts.spec.page.outline import DEEPEST, TITLE, Placed
from contracts.spec.page.resource_path import API
from contracts.spec.page.vocabulary import EXAMPLE

METHODS = r"(GET|PUT|POST|PATCH|DELETE)"
# What stands before a path: an address, or a variable that stands for one.
_SERVER = r"(?:https?://[^\s/]+|\$?\{\{?\s*\w+\s*\}\}?)?"
# What stands between both: also nothing, where a badge shows the method.
_BETWEEN = r"\]?(?:\s*[:：]\s*|\s+|(?=/apis?/))"
OPERATION = re.compile(rf"\[?{METHODS}{_BETWEEN}{_SERVER}(/\S*)(?:\s+HTTP/[\d.]+)?")
# Behind a label: "Request line: PUT /path".
_LABELLED = re.compile(
    rf"(?:HTTP )?(?:[Rr]equest(?: line| syntax)?|[Ee]ndpoint|[Cc]all|[Oo]peration)\s*[:：]\s*[`*]*{OPERATION.pattern}"
)
_TARGET = rf"{_SERVER}(/(?:\{{\?[\w,*]+\}}|[^\s,;，；。])*)"
_WITHIN = re.compile(rf"(?<![A-Za-z]){METHODS}{_BETWEEN}{_TARGET}")
# In small letters only a whole line, and only of an API as Kubernetes has it.
_SMALL = re.compile(r"(get|put|post|patch|delete)\s*(?:https?://[^\s/]+)?(/\S*?apis?/\S+)")
_PATH = re.compile(r"(/([A-Za-z0-9._-]+|\{[A-Za-z][A-Za-z0-9_.-]*\}))+")
_ALONE = re.compile(rf"{_SERVER}(/\S*)")
# What goes on a path that was broken behind or before a slash.
_PIECE = re.compile(r"/?[A-Za-z0-9{][A-Za-z0-9._{}/-]*")
# The query behind a path: "?a={a}&b={b}", also in brackets, or as URI templates have it ("{?a,b}").
_QUERY = re.compile(r"(?:\[|\{)?\?.*$")
_PARAMETER = re.compile(r"(?<=/)(?:<|\$?\{\{?|:|\$|\[)\s*([A-Za-z][A-Za-z0-9_.-]*)\s*(?:>|\}\}?|\])?(?=[/?]|[\[{]\?|$)")

# An operation whose path goes on behind a blank or a line break after a slash.
_BROKEN = re.compile(rf"(\[?{METHODS}{_BETWEEN}{_SERVER}/\S*/)\s+(?=[\w./-]*{{[\w.{{}}/-]*\s*$)")
_PROTOCOL = re.compile(r"\s+HTTP/[\d.]+$")

Shown = tuple[Placed, int, str, str]


def operations(placed: Sequence[Placed], obstacles: list[Obstacle]) -> tuple[Operation, ...]:
    """Give the operations that the page is about, all of one method.

    Raises DocumentError where there is none.
    """
    found: dict[tuple[str, str], Operation] = {}
    told = len(obstacles)
    for one, line, method, text in _shown(placed):
        # A full stop behind the path ends the sentence.
        written = re.sub(r"(?<=[\w}>])\.$", "", text)
        path = _QUERY.sub("", _PARAMETER.sub(_in_braces, written))
        if not _PATH.fullmatch(path.rstrip("/") or path):
            obstacles.append(Obstacle(line, "a path of names and {parameters}", path))
        elif found and method != next(iter(found))[0]:
            obstacles.append(Obstacle(line, f"one method, {next(iter(found))[0]}, on the page", f"{method} {path}"))
        else:
            found.setdefault((method, path), Operation(method, path, one.source(line)))
        if path.endswith("/") and API.search(path):
            obstacles.append(Obstacle(line, "a path that goes on behind its last slash", path))
    if not found:
        raise DocumentError(
            str(obstacles[told]) if len(obstacles) > told else "expected a line 'METHOD /path', found none"
        )
    return tuple(found.values())


def queries(placed: Sequence[Placed]) -> Iterator[tuple[str, PageLines]]:
    """Give the names of the parameters that stand behind the paths of a page, with their lines."""
    for one, line, _, text in _shown(placed):
        if query := _QUERY.search(text):
            names = (piece.partition("=")[0].strip("[]{}<> ") for piece in re.split(r"[?&,]", query[0]))
            yield from ((name, one.source(line)) for name in names if re.fullmatch(r"[A-Za-z][\w.-]*", name))


def own_part(placed: Sequence[Placed], shown: Sequence[Operation]) -> Sequence[Placed]:
    """The page without what is about operations of other methods: what is below the heading above such a one."""
    at = {id(one): index for index, one in enumerate(placed)}
    kept, start = list[Placed](), 0
    begun = done = 0
    for one, _, method, _ in _shown(placed):
        index = at[id(one)]
        if method == shown[0].method:
            begun = max(begun, index + 1)
        elif begun and index >= done and (headings := [*_headings(placed, max(begun, done), index)]):
            first = min(headings, key=lambda heading: (_level(placed[heading]), -heading))
            done = _end(placed, first)
            kept += placed[start:first]
            start = done
    return (*kept, *placed[start:])


def _headings(placed: Sequence[Placed], first: int, last: int) -> Iterator[int]:
    return (index for index in range(first, last) if placed[index].kind == HEADING)


def _end(placed: Sequence[Placed], heading: int) -> int:
    """Where what is below a heading ends; below one that begins a section about the address the page does."""
    if placed[heading].section == URI and placed[heading].opens:
        return len(placed)
    level = _level(placed[heading])
    return next(
        (end for end in _headings(placed, heading + 1, len(placed)) if _level(placed[end]) <= level), len(placed)
    )


def _level(one: Placed) -> int:
    """The level of a heading; of one that the page does not mark the deepest."""
    return one.block.level if isinstance(one.block, Heading) else DEEPEST


def api_version(operation: Operation) -> str | None:
    """Give `version` or `group/version`, which the path of an operation names."""
    match = API.search(operation.path + "/")
    return (match["core"] or match["group"]) if match else None


def placeholders(shown: Sequence[Operation]) -> tuple[str, ...]:
    """Give the names of the parameters in all the paths, each once."""
    return tuple(dict.fromkeys(name for one in shown for name in re.findall(r"\{(.+?)\}", one.path)))


def _shown(placed: Sequence[Placed]) -> list[Shown]:
    """Lines of the section about the URI; without any, method and path apart; else lines that show nothing else."""
    within = [
        (one, line.number, *_groups(match))
        for one, line in _lines(placed, (URI,))
        for match in [*_WITHIN.finditer(line.text)] or [*_whole(_SMALL, line)]
    ]
    if within := within or [*_apart(placed)]:
        return within
    elsewhere = [
        (one, line.number, *_groups(match))
        for one, line in _lines(placed, (HEAD, FUNCTION, REQUEST, OTHER))
        for match in [*_whole(OPERATION, line)] or [*_whole(_LABELLED, line)] or [*_whole(_SMALL, line)]
        # As HTTP writes it, with all names filled in, it is that of an example.
        if not _PROTOCOL.search(line.text.strip(" `*")) or _has_parameter(match[0])
    ]
    # Some sites show it beside the answers, and in small letters.
    return elsewhere or [*_in_commands(placed)] or [*_beside_answers(placed)]


def _beside_answers(placed: Sequence[Placed]) -> Iterator[Shown]:
    lines = _lines(placed, (RESPONSE,))
    return ((one, line.number, *_groups(match)) for one, line in lines for match in _whole(_SMALL, line))


def _has_parameter(text: str) -> bool:
    return "{" in text or _PARAMETER.search(text) is not None


def _in_commands(placed: Sequence[Placed]) -> Iterator[Shown]:
    """The operations of curl commands whose address has parameters."""
    for one in placed:
        found = curl.operation(one.block.lines) if isinstance(one.block, Code) else None
        match = _ALONE.fullmatch(found[2]) if found and _has_parameter(found[2]) else None
        if found and match:
            yield one, found[0], found[1], match[1]


def _in_braces(match: re.Match[str]) -> str:
    """A parameter of a path in its one form; the name of a shell's variable in small letters."""
    return f"{{{match[1].lower() if match[0].startswith('$') and match[1].isupper() else match[1]}}}"


def _whole(form: re.Pattern[str], line: Line) -> Iterator[re.Match[str]]:
    if match := form.fullmatch(line.text.strip(" `*")):
        yield match


def _groups(match: re.Match[str]) -> tuple[str, str]:
    method, path = (group for group in match.groups() if group)
    return method.upper(), path


def _apart(placed: Sequence[Placed]) -> Iterator[Shown]:
    """Methods and paths that stand in cells of a table, each behind its name, or each in a line of its own."""
    named = [*_named(placed)]
    bare = [*_paired(_bare(placed, (URI,)))] or [*_paired(_bare(placed, (HEAD, FUNCTION, OTHER)))]
    return iter([*_paired(named)] or bare or [*_below_path(placed)] or [*_paired(named, _method_of_title(placed))])


def _below_path(placed: Sequence[Placed]) -> Iterator[Shown]:
    """A path of such an API on a line of its own, also as a heading, and the first method that is told below it."""
    above: tuple[Placed, int, str] | None = None
    label = ""
    for one in placed:
        if one.part == EXAMPLE or not isinstance(one.block, Heading | Paragraph | Bullet | Code):
            continue
        for line in one.block.lines:
            words = line.text.strip(" `*")
            path = _ALONE.fullmatch(words)
            name, _, said = (part.strip(" `*") for part in words.partition(":"))
            method = said or (words if operation_words.of_operation(label) == "method" else "")
            told = operation_words.of_operation(name if said else label) == "method"
            if path and API.search(path[1] + "/") and _has_parameter(path[1]):
                above = one, line.number, path[1]
            elif above and told and re.fullmatch(METHODS, method):
                yield *above[:2], method, above[2]
                return
            label = words


def _method_of_title(placed: Sequence[Placed]) -> str:
    """The one method that the page's title tells ("PUT Lamp", "Replacing a Lamp"); empty where it tells none."""
    for one in placed:
        if one.kind == TITLE and isinstance(one.block, Heading | Paragraph):
            first = re.match(METHODS + r"\b", one.block.flat)
            methods = (first[0],) if first else operation_words.methods_of(one.block.flat)
            return methods[0] if len(methods) == 1 else ""
    return ""


def _paired(said: Iterable[tuple[Placed, int, str, str]], method: str = "") -> Iterator[Shown]:
    for one, line, name, text in said:
        words = text.strip(" `*")
        if name == "method" and re.fullmatch(METHODS, words, re.IGNORECASE):
            method = words.upper()
        elif name == "path" and method and (match := _ALONE.fullmatch(words)):
            yield one, line, method, match[1]


def _named(placed: Sequence[Placed]) -> Iterator[tuple[Placed, int, str, str]]:
    """What the page says of method and path: the name of what it says, and that."""
    for one in placed:
        if one.section not in (HEAD, FUNCTION, URI, REQUEST, OTHER) or one.part == EXAMPLE:
            continue
        if isinstance(one.block, Table):
            names = [operation_words.of_operation(cell.flat) for cell in one.block.header]
            for row in one.block.rows if "method" in names and "path" in names else ():
                cells = sorted(zip(names, row, strict=False), key=lambda pair: pair[0] or "")
                yield from ((one, cell.first_line, name, cell.flat) for name, cell in cells if name)
            for row in (one.block.header, *one.block.rows):
                if len(row) == 2 and (name := operation_words.of_operation(row[0].flat)):
                    yield one, row[1].first_line, name, row[1].flat
        elif isinstance(one.block, Paragraph | Bullet):
            for line in one.block.lines:
                name, mark, said = (
                    part.strip(" *") for part in re.split(r"([:：\t])", f"{line.text.lstrip(':')}:", maxsplit=1)
                )
                if mark and (role := operation_words.of_operation(name)):
                    yield one, line.number, role, said.rstrip(":")


def _bare(placed: Sequence[Placed], sections: Sequence[str]) -> Iterator[tuple[Placed, int, str, str]]:
    """A method on a line of its own, and a path below it, of which the rest may stand on further lines."""
    lines = [(one, line) for one, line in _lines(placed, sections) if not isinstance(one.block, Bullet)]
    for index, (one, line) in enumerate(lines):
        small = re.fullmatch(METHODS, line.text.strip(), re.IGNORECASE) is not None
        after = lines[index + 1][1].text if small and index + 1 < len(lines) else ""
        # In small letters only above a path of such an API.
        if small and (line.text.strip().isupper() or (_ALONE.fullmatch(after.strip()) and API.search(after + "/"))):
            yield one, line.number, "method", line.text
            path = ""
            for _, more in lines[index + 1 :]:
                if not (_PIECE if path else _ALONE).fullmatch(more.text.strip()):
                    break
                path += more.text.strip()
            yield one, line.number + 1, "path", path


def _lines(placed: Sequence[Placed], sections: Sequence[str]) -> Iterator[tuple[Placed, Line]]:
    """The lines of sections outside of examples; one that ends within a path together with the next."""
    found = [
        (one, line)
        for one in placed
        if one.section in sections
        and one.part != EXAMPLE
        and isinstance(one.block, Heading | Paragraph | Bullet | Code)
        for line in one.block.lines
    ]
    for index, (one, line) in enumerate(found):
        after = found[index + 1][1].text if index + 1 < len(found) else ""
        both = f"{line.text} {after}" if line.text.endswith("/") else ""
        yield (
            one,
            Line(line.number, _unbroken(both) or _rejoined(line.text, after) or _unbroken(line.text) or line.text),
        )


def _rejoined(text: str, after: str) -> str:
    """An operation whose path a line break parts before a slash or within a name; empty where it does not."""
    if not (OPERATION.fullmatch(text) and _PIECE.fullmatch(after) and API.search(text) and not API.search(after)):
        return ""
    within_braces = text.count("{") > text.count("}") and "}" in after
    within_name = text[-1].isalnum() and "/{" in after
    return text + after if within_braces or within_name or after.startswith("/") else ""


def _unbroken(text: str) -> str:
    """An operation whose path a blank parts, without the blank; empty for any other text."""
    found, parted = _BROKEN.subn(r"\1", text)
    return found if parted else ""
