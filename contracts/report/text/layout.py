"""Text for a terminal by rich: nothing in it is interpreted, no line is too wide but those that are to be copied."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

_TRAILING_SPACE = re.compile(r" +$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text in lines that begin with `indent` spaces, all but the first with `hang` more.

    `most`: it is cut, with an ellipsis, where it has more lines; 0 for any number.
    """

    text: Text
    indent: int = 0
    hang: int = 2
    most: int = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines; of the space in a line only that at its end is dropped."""
        width = options.max_width - self.indent - self.hang
        lines = list(self.text.wrap(console, width))
        shown = lines[: self.most or None]
        for number, line in enumerate(shown):
            line.rstrip()
            if len(shown) < len(lines) and number == len(shown) - 1:
                line.truncate(width - 1)
                line.append("…")
            yield Text.assemble(" " * (self.indent + (self.hang if number else 0)), line)


def verbatim(line: str) -> Group:
    """A line that is never broken, however wide the terminal is, so that it can be copied."""
    # Within a group, since what is printed as plain text loses how it is wrapped.
    return Group(Text(line, no_wrap=True, overflow="ignore"))


def rendered(parts: Iterable[RenderableType], width: int, colour: bool = False) -> str:
    """The parts below each other, each ending its line; nothing for no parts. No line ends in a space.

    `colour` adds ANSI styles, whatever the environment says: whether they are wanted is for the caller to know.
    """
    stream = StringIO()
    console = Console(
        file=stream,
        width=width,
        height=25,
        force_terminal=colour,
        force_jupyter=False,
        color_system="standard" if colour else None,
        no_color=False,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
    for part in parts:
        console.print(part, crop=False)
    return _TRAILING_SPACE.sub("", stream.getvalue())


def labelled(label: str, text: str, style: str = "") -> Table:
    """Text beside its label, in as many lines as it needs."""
    table = Table.grid()
    table.add_column(width=cell_len(label), no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(Text(label, style), Text(text, style))
    return table


def shorten(text: str, width: int) -> str:
    """The text cut to so many columns, with an ellipsis where something was cut off."""
    line = Text(text)
    line.truncate(width, overflow="ellipsis")
    return line.plain


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


def colour_wanted(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether text for the stream is to be coloured (https://no-color.org, https://force-color.org).

    Never with NO_COLOR, always with FORCE_COLOR, else on a terminal that can; an empty variable is none.
    """
    if environment.get("NO_COLOR"):
        return False
    return bool(environment.get("FORCE_COLOR")) or (stream.isatty() and environment.get("TERM") != "dumb")
