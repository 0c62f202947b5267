"""Plain text for a terminal: display width, wrapping, and styles. Pure; knows nothing of reports."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_STYLES = {
    "bold": "1",
    "dim": "2",
    "red": "1;31",
    "green": "32",
    "yellow": "33",
    "magenta": "1;35",
    "cyan": "36",
}


@dataclass(frozen=True, slots=True)
class Paint:
    """Puts text into a style, or leaves it as it is where colour is not wanted."""

    colour: bool

    def __call__(self, text: str, style: str) -> str:
        """The text in the named style."""
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.colour and text else text


def visible(text: str) -> str:
    """The text on one line with every control or invisible character written as its escape.

    What a target answers ends up on somebody's terminal; an escape sequence in it must not be obeyed there.
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def cells(text: str) -> int:
    """How many terminal columns the text takes: none for combining characters, two for wide ones."""
    return sum(_cells_of(character) for character in text) if not text.isascii() else len(text)


def pad(text: str, width: int) -> str:
    """The text followed by as many spaces as it lacks to the width."""
    return text + " " * (width - cells(text))


def shorten(text: str, width: int) -> str:
    """The text cut to the width, with an ellipsis where something was cut off."""
    return text if cells(text) <= width else _head(text, width - 1) + "…"


def wrap(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Lines of at most `width` columns, the first beginning with `first`, the others with `rest`.

    Lines end at spaces, of which none is dropped within a line; only a word longer than a line is cut.
    """
    lines: list[str] = []
    line, empty = first, True
    for word in text.split(" "):
        for piece in _pieces(word, max(2, width - max(cells(first), cells(rest)))):
            if not empty and cells(line) + 1 + cells(piece) > width:
                lines.append(line.rstrip())
                line, empty = rest, True
            line, empty = line + ("" if empty else " ") + piece, False
    return [*lines, line.rstrip()]


def _pieces(word: str, width: int) -> Iterator[str]:
    while cells(word) > width:
        head = _head(word, width)
        yield head
        word = word[len(head) :]
    yield word


def _head(text: str, width: int) -> str:
    used = 0
    for index, character in enumerate(text):
        used += _cells_of(character)
        if used > width:
            return text[:index]
    return text


def _cells_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
