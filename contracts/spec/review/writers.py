"""A review as text, JSON or Markdown, all made of the same items. Pure."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from contracts.spec.review.model import Item, Review
from contracts.spec.review.words import KINDS, sentence

SCHEMA_VERSION: Final = 1


def text(review: Review) -> str:
    """Give a line for each item, and one at the end that counts them."""
    lines = [
        f"{item.place.page}:{item.place.line}: {item.kind}: {sentence(item)}{_elsewhere(item, ' ({})')}"
        for item in review.items
    ]
    return "\n".join([*lines, _summary(review)]) + "\n"


def as_json(review: Review) -> str:
    """Give the pages and items as JSON; `message` is for people, the rest for programs."""
    value = {
        "schemaVersion": SCHEMA_VERSION,
        "pages": [
            {
                "page": page.name,
                "title": page.document.title,
                "sha256": page.document.sha256,
                "operations": [f"{one.method} {one.path}" for one in page.document.operations],
            }
            for page in review.pages
        ],
        "noPages": [{"page": one.name, "reason": one.reason} for one in review.no_pages],
        "items": [_item(item) for item in review.items],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def markdown(review: Review) -> str:
    """Give a section for each file with its items as a table, and what the kinds mean."""
    parts = ["# Review of the pages", _summary(review)]
    for name in dict.fromkeys(item.place.page for item in review.items):
        rows = [
            f"| {item.place.line} | `{item.kind}` | {_cell(sentence(item))} | {_cell(_elsewhere(item, '{}'))} |"
            for item in review.items
            if item.place.page == name
        ]
        parts += [f"## {_cell(name)}", "\n".join(["| line | kind | what | see |", "| ---: | --- | --- | --- |", *rows])]
    if kinds := sorted({item.kind for item in review.items}):
        rows = [f"| `{kind}` | {KINDS[kind].level} | {_cell(KINDS[kind].about)} |" for kind in kinds]
        parts += ["## Kinds", "\n".join(["| kind | level | what it is |", "| --- | --- | --- |", *rows])]
    return "\n\n".join(parts) + "\n"


WRITERS: Final[Mapping[str, Callable[[Review], str]]] = {"text": text, "json": as_json, "markdown": markdown}


def _item(item: Item) -> dict[str, Any]:
    where = {"page": item.elsewhere.page, "line": item.elsewhere.line} if item.elsewhere else None
    return {
        "page": item.place.page,
        "line": item.place.line,
        "kind": item.kind,
        "level": KINDS[item.kind].level,
        "subject": item.subject,
        "found": list(item.found),
        "expected": list(item.expected),
        "elsewhere": where,
        "message": sentence(item),
    }


def _elsewhere(item: Item, form: str) -> str:
    if item.elsewhere is None:
        return ""
    same = item.elsewhere.page == item.place.page
    return form.format(f"line {item.elsewhere.line}" if same else f"{item.elsewhere.page}:{item.elsewhere.line}")


def _summary(review: Review) -> str:
    counted = {level: sum(KINDS[item.kind].level == level for item in review.items) for level in _LEVELS}
    told = ", ".join(_count(number, level) for level, number in counted.items() if number) or "nothing found"
    return f"{_count(len(review.pages), 'page')}: {told}"


_LEVELS: Final = tuple(sorted({kind.level for kind in KINDS.values()}))


def _count(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")


def _cell(words: str) -> str:
    """Text that a cell of a table shows as it is."""
    for mark in "\\`*_[]<>|":
        words = words.replace(mark, f"\\{mark}")
    return words
