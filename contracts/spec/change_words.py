"""The words for what changed on a page. Pure."""

from itertools import takewhile
from typing import Any, Final

from contracts.jsonvalue.paths import MISSING
from contracts.spec.changes import Change

# By kind: what came, what went, and what is otherwise.
WORDS: Final = {
    "operation": ("the operation {after} appeared", "the operation {before} disappeared", ""),
    "path": ("", "", "the path was {before}, and is {after}"),
    "title": ("the title {after} appeared", "the title {before} disappeared", "the title was {before}, and is {after}"),
    "updated": ("the date {after} appeared", "the date {before} disappeared", "the date was {before}, and is {after}"),
    "group": ("", "", "the API group was {before}, and is {after}"),
    "version": ("", "", "the API version was {before}, and is {after}"),
    "kind": ("the kind {after} appeared", "the kind {before} disappeared", "the kind was {before}, and is {after}"),
    "deprecated": ("the operation became deprecated", "the operation is deprecated no more", ""),
    "replaceable": ("{subject} became replaceable", "{subject} became immutable", ""),
    "parameter": (
        "the {after} parameter {subject} appeared",
        "the {before} parameter {subject} disappeared",
        "the parameter {subject} was {before}, and is {after}",
    ),
    "status": (
        "the status {subject} ({after}) appeared",
        "the status {subject} ({before}) disappeared",
        "the reason of status {subject} was {before}, and is {after}",
    ),
    "example": ("an example of the {subject} appeared", "an example of the {subject} disappeared", ""),
    "request-value": (
        "the example of the request shows {subject}, {after}",
        "the example of the request shows {subject} no more, which was {before}",
        "in the example of the request {subject} was {before}, and is {after}",
    ),
    "response-value": (
        "the example of the response shows {subject}, {after}",
        "the example of the response shows {subject} no more, which was {before}",
        "in the example of the response {subject} was {before}, and is {after}",
    ),
    "values": ("", "", "the values of the parameter {subject} were {before}, and are {after}"),
    "schema": (
        "the field {subject} appeared: {after}",
        "the field {subject} disappeared",
        "{subject} was described as {before}, and is as {after}",
    ),
    "sentence": ("a sentence appeared", "a sentence disappeared", ""),
    "bullet": ("an item of a list appeared", "an item of a list disappeared", ""),
    "row": ("a row of a table appeared", "a row of a table disappeared", ""),
    "caption": ("the caption of a table appeared", "the caption of a table disappeared", ""),
    "columns": ("the columns of a table appeared", "the columns of a table disappeared", ""),
    "heading": ("a heading appeared", "a heading disappeared", ""),
    "member": ("a member of an example appeared", "a member of an example disappeared", ""),
    "file": ("", "", "the file is another one, but says the same"),
}


# Values that may be long, in so many letters.
_LONGEST: Final = {"values": 120, "schema": 120, "request-value": 60, "response-value": 60}
# So much of what two values share precedes where they differ.
_BEFORE: Final = 20


def sentence(change: Change) -> str:
    """Give what changed, on one line; where it stands is said by `where`."""
    came, went, other = WORDS[change.kind]
    form = came if change.before is MISSING else went if change.is_gone else other
    before, after = _shortened(change.before, change.after, _LONGEST.get(change.kind))
    return form.format(subject=change.subject, before=before, after=after)


def _shortened(before: Any, after: Any, limit: int | None) -> tuple[Any, Any]:
    """Two values in at most so many letters each, from shortly before where they differ, if they are longer."""
    texts = [one for one in (before, after) if isinstance(one, str)]
    if limit is None or all(len(one) <= limit for one in texts):
        return before, after
    same = 0 if len(texts) < len((before, after)) else _shared(*texts)
    first = max(0, same - _BEFORE) if same > limit - _BEFORE else 0
    return _from(before, first, limit), _from(after, first, limit)


def _shared(one: str, other: str) -> int:
    """How many letters two texts begin with in common."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _from(text: Any, first: int, limit: int) -> Any:
    if not isinstance(text, str):
        return text
    shown = f"…{text[first:]}" if first else text
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def where(change: Change) -> str:
    """Give the lines, of the earlier page where what changed is gone; empty where they are not known."""
    if change.lines is None:
        return ""
    first, last = change.lines
    lines = f"line {first}" if first == last else f"lines {first}-{last}"
    return f"{lines} before" if change.is_gone else lines
