"""The JSON (or YAML) that a page shows as request or response, with the header lines before it. Pure."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from contracts.jsonvalue import strict
from contracts.jsonvalue.paths import Path
from contracts.spec.page import cell_words, curl, operation_words, shown_yaml
from contracts.spec.page.blocks import Bullet, Code, Heading, Line, Paragraph, Tab, Table
from contracts.spec.page.model import FUNCTION, HEAD, OTHER, RESPONSE, STATUS_CODE, URI, Example, Obstacle
from contracts.spec.page.outline import Placed
from contracts.spec.page.places import places
from contracts.spec.page.shown_json import as_json, json_end, opens_json
from contracts.spec.page.statements import member_lines
from contracts.spec.page.status_columns import answers_in_cells
from contracts.spec.page.vocabulary import EXAMPLE

DEEPEST_JSON: Final = 64
MERGE_PATCH: Final = "application/merge-patch+json"
JSON_PATCH: Final = "application/json-patch+json"
NO_MERGE_PATCH: Final = "a merge patch, not an operation of a JSON patch"
# The members of an operation (RFC 6902, 4).
_OF_JSON_PATCH: Final = frozenset({"op", "path", "value", "from"})
_SINGLE_WORDS = "Accept|Host|Authorization|Connection|Cookie|Date|ETag|Expect|Server|Vary|Warning"
_HEADER = re.compile(rf"(?P<name>{_SINGLE_WORDS}|[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)+)\s*[:：]\s*(?P<value>\S.*)")
_REQUEST_LINE = re.compile(r"(GET|PUT|POST|PATCH|DELETE)\s+\S+.*|HTTP/[\d.]+ \d{3}.*")
_PATCH_TYPE = re.compile(r"application/[a-z.-]*patch\+(?:json|yaml)")
# Words above an example that say what it is are no longer.
_LABEL = 80


def unplaced(placed: Sequence[Placed]) -> Iterator[Obstacle]:
    """Give the JSON of which nothing says whether it is a request or a response."""
    for one in placed:
        if one.section in (HEAD, OTHER, FUNCTION, URI) and isinstance(one.block, Code):
            line = one.block.lines[0]
            body = curl.request(one.block.lines)[1] if curl.is_command(line.text) else ()
            if re.match(r'\s*\{\s*("|$)', (*body, line)[0].text):
                yield Obstacle(
                    line.number, "a heading that says of JSON whether it is a request or a response", line.text
                )


def examples(
    placed: Sequence[Placed], section: str, obstacles: list[Obstacle], *, patches: bool = False
) -> tuple[Example, ...]:
    """Give the examples of a section: below its heading for them or, without one, wherever code stands in it.

    `patches`: words above an example that name one kind of patch, as those on a tab, name its media type.
    """
    within = [one for one in placed if one.section == section]
    headed = any(one.part == EXAMPLE for one in within)
    if headed:
        within = [one for one in within if one.part == EXAMPLE]
    found: list[Example] = []
    media_type: str | None = None
    labelled: str | None = None
    before, empty = len(obstacles), False
    for one in within:
        if isinstance(one.block, Code):
            for lines in _pieces(one.block, obstacles):
                media_type = content_type(lines) or media_type or labelled
                body = _body(lines)
                if body and (example := _example(one, body, media_type, obstacles)):
                    found.append(example)
                media_type, labelled = (None, None) if body else (media_type, labelled)
            continue
        if patches and not isinstance(one.block, Table):
            labelled = _patch_of_label(one.block.flat) or (None if isinstance(one.block, Heading | Tab) else labelled)
        if isinstance(one.block, Paragraph | Bullet):
            media_type = content_type(one.block.lines) or media_type
            empty = empty or cell_words.absent(one.block.flat)
    if section == RESPONSE:
        found += _in_cells(placed, obstacles)
    if headed and not found and not empty and len(obstacles) == before:
        obstacles.append(Obstacle(within[0].block.first_line, "a JSON object below the heading"))
    return tuple(found)


def _in_cells(placed: Sequence[Placed], obstacles: list[Obstacle]) -> Iterator[Example]:
    """The answers that stand in the cells of tables of statuses."""
    for one in placed:
        if isinstance(one.block, Table) and one.section in (RESPONSE, STATUS_CODE):
            for status, shown in answers_in_cells(one.block):
                if example := _example(replace(one, status=status), shown.lines, None, obstacles):
                    yield example


def _patch_of_label(words: str) -> str | None:
    """The media type of the one kind of patch that a label names ("JSON patch", "Using merge patch:")."""
    short = len(words) <= _LABEL and not re.search(r"[.;。；]\s|\bnot\b|不", words)
    named = {*operation_words.patches(words), *_PATCH_TYPE.findall(words.lower())} if short else set()
    return named.pop() if len(named) == 1 else None


def _pieces(code: Code, obstacles: list[Obstacle]) -> Iterator[tuple[Line, ...]]:
    """The parts of code that each end with a JSON value, or hold header lines alone."""
    lines, start, index = code.lines, 0, 0
    while index < len(lines):
        text = lines[index].text.strip()
        if opens_json(text):
            end = json_end(lines, index)
            yield lines[start:end]
            start = index = end
        elif _HEADER.fullmatch(text) or _REQUEST_LINE.fullmatch(text) or text.startswith(("#", "//")):
            index += 1
        elif shown_yaml.opens_yaml(text):
            yield lines[start:]
            return
        elif curl.is_command(text):
            headers, body = curl.request(lines[index:])
            if headers or body:
                yield (*headers, *body)
            return
        else:
            obstacles.append(Obstacle(lines[index].number, "valid JSON and nothing around it", text))
            return
    if start < len(lines):
        yield lines[start:]


def content_type(lines: Sequence[Line]) -> str | None:
    """Give the media type that a header line among these names; none where it lists several."""
    for line in lines:
        match = _HEADER.fullmatch(line.text.strip())
        if match and match["name"] == "Content-Type":
            named = re.split(r";|\s#", match["value"])[0].strip().lower()
            return named if re.fullmatch(r"\S+[^\s,]", named) and "," not in named else None
    return None


def _body(lines: Sequence[Line]) -> Sequence[Line]:
    opens = (opens_json(line.text) or shown_yaml.opens_yaml(line.text) for line in lines)
    return lines[next((index for index, begins in enumerate(opens) if begins), len(lines)) :]


def _example(one: Placed, lines: Sequence[Line], media_type: str | None, obstacles: list[Obstacle]) -> Example | None:
    text = "\n".join(line.text for line in lines)
    try:
        value, members = (_read_json if opens_json(text) else _read_yaml)(text, lines, obstacles)
        json.dumps(value, ensure_ascii=False).encode()
    except (strict.NotJson, shown_yaml.NotYaml, UnicodeEncodeError) as error:
        at = getattr(error, "line", 0) + isinstance(error, shown_yaml.NotYaml)
        wanted = "valid JSON and nothing after it" if at else "JSON that every reader takes alike"
        obstacles.append(Obstacle(lines[min(max(at, 1), len(lines)) - 1].number, wanted, str(error)))
        return None
    if media_type == MERGE_PATCH and is_json_patch(value):
        obstacles.append(Obstacle(lines[0].number, NO_MERGE_PATCH, lines[0].text))
        return None
    numbers = [line.number for line in lines]
    top = tuple((str(path[0]), one.source(numbers[i], numbers[k])) for path, i, k in members if len(path) == 1)
    within = tuple((path, one.source(numbers[first])) for path, first, _ in members)
    return Example(value, one.source(numbers[0], numbers[-1]), top, media_type, one.status, within)


def is_json_patch(value: Any) -> bool:
    """Whether a value is a JSON patch, or an operation of one."""
    steps = value if isinstance(value, list) else [value]
    are_steps = (isinstance(step, dict) and {"op", "path"} <= set(step) <= _OF_JSON_PATCH for step in steps)
    return bool(steps) and all(are_steps)


def _read_json(
    text: str, lines: Sequence[Line], obstacles: list[Obstacle]
) -> tuple[Any, Sequence[tuple[Path, int, int]]]:
    """The value and the first and last line of its members (of those within others: the first, twice)."""
    try:
        value = strict.parse(text, deepest=DEEPEST_JSON)
    except strict.NotJson as error:
        text, left_out = as_json(text)
        try:
            value = strict.parse(text, deepest=DEEPEST_JSON)
        except strict.NotJson:
            raise error from None
        if left_out:
            obstacles.append(Obstacle(lines[0].number, "an example of which nothing is left out", lines[0].text))
    last = {name: end for name, _, end in member_lines(text)} if isinstance(value, dict) else {}
    return value, [(path, line, last[str(path[0])] if len(path) == 1 else line) for path, line in places(text)]


def _read_yaml(
    text: str, _lines: Sequence[Line], _obstacles: list[Obstacle]
) -> tuple[Any, Sequence[tuple[Path, int, int]]]:
    value, members = shown_yaml.parse(text)
    return value, [(path, first, min(last, text.count("\n"))) for path, first, last in members]
