"""A page about lamps with words of one's own in its function, and what is told of them."""

from __future__ import annotations

from contracts.spec.page.reader import parse_document

TOP = "Replacing a Lamp\n\nFunction\n\n{}\n\nURI\n\nPUT /apis/lights.example/v1/lamps/{{name}}\n"
LISTED = ["metadata.labels", "metadata.annotations", "spec.glowSeconds"]
LIST = "The following fields can be replaced:\n\n" + "\n".join(f"- {path}" for path in LISTED)
BELOW = 11

UNCONDITIONAL = "a field that can be replaced whatever it holds"
UNSAID = "a sentence that says whether these fields can be replaced"
UNCLEAR = "the fields that can be replaced by their names, not those that are excepted"
BOTH_WAYS = "a field that can be replaced, of which no other sentence says that it cannot"
PATH = "the dotted path of a field that can be replaced"


def read(words: str) -> tuple[list[str], list[tuple[int, str]]]:
    """The fields that can be replaced, and the obstacles with their lines."""
    document = parse_document(TOP.format(words).encode(), ".txt")
    return [one.path for one in document.replaceable], [(one.line, one.expected) for one in document.obstacles]
