"""The words for what changed on a page. Pure."""

from typing import Final

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


def sentence(change: Change) -> str:
    """Give what changed, on one line; where it stands is said by `where`."""
    came, went, other = WORDS[change.kind]
    form = came if change.before is MISSING else went if change.is_gone else other
    return form.format(subject=change.subject, before=change.before, after=change.after)


def where(change: Change) -> str:
    """Give the lines, of the earlier page where what changed is gone; empty where they are not known."""
    if change.lines is None:
        return ""
    first, last = change.lines
    lines = f"line {first}" if first == last else f"lines {first}-{last}"
    return f"{lines} before" if change.is_gone else lines
