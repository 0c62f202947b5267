"""The JSON that a page shows as request or response, with the header lines before it. Pure."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from contracts.jsonvalue import strict
from contracts.spec.page import vocabulary
from contracts.spec.page.blocks import Bullet, Code, Line, Paragraph
from contracts.spec.page.model import Example, MediaType, Obstacle, Parameter
from contracts.spec.page.outline import Placed
from contracts.spec.page.places import places
from contracts.spec.page.statements import member_lines
from contracts.spec.page.vocabulary import EXAMPLE

DEEPEST_JSON: Final = 64
_HEADER = re.compile(r"(?P<name>Accept|Host|[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)+)\s*[:：]\s*(?P<value>\S.*)")
_REQUEST_LINE = re.compile(r"(GET|PUT|POST|PATCH|DELETE)\s+\S+.*|HTTP/[\d.]+ \d{3}.*")
_MEDIA_TYPE = re.compile(r"\b(?:application|text)/[A-Za-z0-9.+-]*[A-Za-z0-9]")
_NOT = re.compile(r"\b(?:not|cannot)\b|不", re.IGNORECASE)
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\]]')


def json_end(lines: Sequence[Line], start: int) -> int:
    """Give the index after the line that closes the brackets opened in line `start`; after the last if none does."""
    depth = 0
    for index in range(start, len(lines)):
        for match in _BRACKET.finditer(lines[index].text):
            depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(match[0], 0)
        if depth <= 0:
            return index + 1
    return len(lines)


def opens_json(text: str) -> bool:
    """Whether a line can be the first of a JSON object or array."""
    return re.match(r'\s*(\{|\[\s*($|[\[{"\]]))', text) is not None


def examples(placed: Sequence[Placed], section: str, obstacles: list[Obstacle]) -> tuple[Example, ...]:
    """Give the examples of a section: below its heading for them or, without one, wherever code stands in it."""
    within = [one for one in placed if one.section == section]
    headed = any(one.part == EXAMPLE for one in within)
    if headed:
        within = [one for one in within if one.part == EXAMPLE]
    found: list[Example] = []
    media_type: str | None = None
    before, empty = len(obstacles), False
    for one in within:
        if isinstance(one.block, Code):
            for lines in _pieces(one.block, obstacles):
                media_type = _content_type(lines) or media_type
                body = _body(lines)
                if body and (example := _example(one, body, media_type, obstacles)):
                    found.append(example)
                media_type = None if body else media_type
        elif isinstance(one.block, Paragraph | Bullet):
            media_type = _content_type(one.block.lines) or media_type
            empty = empty or vocabulary.absent(one.block.flat)
    if headed and not found and not empty and len(obstacles) == before:
        obstacles.append(Obstacle(within[0].block.first_line, "a JSON object below the heading"))
    return tuple(found)


def media_types(shown: Sequence[Example], parameters: Sequence[Parameter]) -> tuple[MediaType, ...]:
    """Give the media types of the request: shown with its examples, or in the description of its Content-Type."""
    found = {one.media_type: one.source for one in shown if one.media_type}
    for parameter in parameters:
        if parameter.location == "header" and parameter.name.lower() == "content-type":
            for sentence in re.split(r"(?<=[.;])\s+|[。；\n]", parameter.description):
                for match in () if _NOT.search(sentence) else _MEDIA_TYPE.finditer(sentence):
                    found.setdefault(match[0].lower(), parameter.source)
    return tuple(MediaType(name, source) for name, source in found.items())


def _pieces(code: Code, obstacles: list[Obstacle]) -> Iterator[tuple[Line, ...]]:
    """The parts of code that each end with a JSON value, or hold header lines alone."""
    lines, start, index = code.lines, 0, 0
    while index < len(lines):
        text = lines[index].text.strip()
        if opens_json(text):
            end = json_end(lines, index)
            yield lines[start:end]
            start = index = end
        elif _HEADER.fullmatch(text) or _REQUEST_LINE.fullmatch(text):
            index += 1
        else:
            obstacles.append(Obstacle(lines[index].number, "valid JSON and nothing around it", text))
            return
    if start < len(lines):
        yield lines[start:]


def _content_type(lines: Sequence[Line]) -> str | None:
    for line in lines:
        match = _HEADER.fullmatch(line.text.strip())
        if match and match["name"] == "Content-Type":
            return match["value"].partition(";")[0].strip().lower()
    return None


def _body(lines: Sequence[Line]) -> Sequence[Line]:
    start = next((index for index, line in enumerate(lines) if opens_json(line.text)), len(lines))
    return lines[start:]


def _example(one: Placed, lines: Sequence[Line], media_type: str | None, obstacles: list[Obstacle]) -> Example | None:
    text = "\n".join(line.text for line in lines)
    try:
        value = strict.parse(text, deepest=DEEPEST_JSON)
        json.dumps(value, ensure_ascii=False).encode()
    except (strict.NotJson, UnicodeEncodeError) as error:
        at = getattr(error, "line", 0)
        wanted = "valid JSON and nothing after it" if at else "JSON that every reader takes alike"
        obstacles.append(Obstacle(lines[min(max(at, 1), len(lines)) - 1].number, wanted, str(error)))
        return None
    place = (lines[0].number, lines[-1].number)
    members: tuple[tuple[str, tuple[int, int]], ...] = ()
    if isinstance(value, dict):
        members = tuple((name, (lines[i].number, lines[k].number)) for name, i, k in member_lines(text))
    placed = tuple((name, one.source(*at)) for name, at in members)
    within = tuple((path, one.source(lines[line].number)) for path, line in places(text))
    return Example(value, one.source(*place), placed, media_type, one.status, within)
