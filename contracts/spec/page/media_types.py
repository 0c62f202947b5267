"""The media types of a request's body: shown with its examples, or named in words. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from contracts.spec.page import operation_words
from contracts.spec.page.blocks import Bullet, Code, Paragraph, Table
from contracts.spec.page.examples import content_type
from contracts.spec.page.model import FUNCTION, HEAD, OTHER, REQUEST, URI, Example, MediaType, PageLines, Parameter
from contracts.spec.page.outline import Placed
from contracts.spec.page.vocabulary import EXAMPLE

# In Chinese no blank parts it from the word before: "取值为application/json".
_MEDIA_TYPE: Final = re.compile(r"(?<![A-Za-z0-9])(?:application|text)/[A-Za-z0-9.+-]*[A-Za-z0-9]")
_NOT: Final = re.compile(r"\b(?:not|cannot)\b|不", re.IGNORECASE)
_SENTENCES: Final = re.compile(r"(?<=[.;])\s+|[。；\n]")


def media_types(
    placed: Sequence[Placed], method: str, shown: Sequence[Example], parameters: Sequence[Parameter]
) -> tuple[MediaType, ...]:
    """Give each once; what is shown with an example goes before what is said in general."""
    found = {one.media_type: one.source for one in shown if one.media_type}
    for parameter in parameters:
        if parameter.location == "header" and parameter.name.lower() == "content-type":
            for name in _named(parameter.description):
                found.setdefault(name, parameter.source)
    # A page that tells the kinds of patches apart may show some of them and name others.
    said = [*_said(placed, method)] if not found or method == "PATCH" else []
    for name, source in said or (_beside_examples(placed) if not found else ()):
        found.setdefault(name, source)
    return tuple(MediaType(name, source) for name, source in found.items())


def _said(placed: Sequence[Placed], method: str) -> Iterator[tuple[str, PageLines]]:
    """What sentences and header lines outside of the examples say."""
    for one in placed:
        if one.part == EXAMPLE or one.section not in (HEAD, FUNCTION, URI, REQUEST, OTHER) or one.kind:
            continue
        block = one.block
        if isinstance(block, Code) and one.section in (URI, REQUEST):
            name = content_type(block.lines)
            yield from [(name, one.source())] if name else []
        elif isinstance(block, Table):
            cells = [row[1] for row in (block.header, *block.rows) if len(row) > 1 and _is_label(row[0].flat)]
            yield from ((name, one.of(cell)) for cell in cells for name in _named(cell.flat))
        elif isinstance(block, Paragraph | Bullet):
            for sentence in _SENTENCES.split(block.text):
                if re.search(r"content-type", sentence, re.IGNORECASE):
                    yield from ((name, one.source()) for name in _named(sentence))
                elif method == "PATCH" and not _NOT.search(sentence):
                    yield from ((name, one.source()) for name in operation_words.patches(sentence))


def _is_label(text: str) -> bool:
    return text.strip("`* ").lower() == "content-type"


def _beside_examples(placed: Sequence[Placed]) -> Iterator[tuple[str, PageLines]]:
    """Those of header lines with examples that could not be taken."""
    for one in placed:
        if one.section == REQUEST and isinstance(one.block, Code | Paragraph | Bullet):
            name = content_type(one.block.lines)
            yield from [(name, one.source())] if name else []


def _named(text: str) -> Iterator[str]:
    for sentence in _SENTENCES.split(text):
        for match in () if _NOT.search(sentence) else _MEDIA_TYPE.finditer(sentence):
            yield match[0].lower()
