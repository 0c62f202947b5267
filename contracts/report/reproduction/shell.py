"""Text and bytes as words of a POSIX shell, with values of variables put in. Pure."""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

# The encodings in which a body may spell a value, by the shell function that puts it in.
ENCODINGS: Final = {
    "utf-8": "",
    "utf-16-le": r"&\\000",
    "utf-16-be": r"\\000&",
    "utf-32-le": r"&\\000\\000\\000",
    "utf-32-be": r"\\000\\000\\000&",
}
_SPECIAL: Final = re.compile(r'([\\$`"])')


@dataclass(frozen=True)
class Variable:
    """A variable of the shell; `expression`: what is put in instead of its plain value, as in double quotes."""

    name: str
    meaning: str = ""
    expression: str = ""

    @property
    def quoted(self) -> str:
        """What stands for it within double quotes."""
        return self.expression or f"${{{self.name}}}"


Template = tuple[str | Variable, ...]


def word(template: Template) -> str:
    """A text with the values of variables in it as one word."""
    if not any(isinstance(one, Variable) for one in template):
        return shlex.quote("".join(map(str, template)))
    pieces = (one.quoted if isinstance(one, Variable) else _SPECIAL.sub(r"\\\1", one) for one in template)
    return f'"{"".join(pieces)}"'


def variables(template: Template) -> Iterator[Variable]:
    """The variables in a template."""
    return (one for one in template if isinstance(one, Variable))


def printf_format(data: bytes) -> str:
    """Bytes as a format of printf."""
    # A hyphen is written as its number too: a format that begins with one is taken for an option.
    special = {ord("%"): "%%", ord("\\"): "\\\\", ord("-"): "\\055"}
    return "".join(special.get(byte, chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}") for byte in data)


def output(pieces: Sequence[bytes | Variable], encoding: str) -> Iterator[str]:
    """The commands that write bytes to standard output, with the values of variables in an encoding."""
    for piece in pieces:
        if isinstance(piece, bytes):
            yield f"printf {shlex.quote(printf_format(piece))}"
        elif widened := ENCODINGS[encoding]:
            yield f"printf \"$(printf %s {word((piece,))} | sed 's/./{widened}/g')\""
        else:
            yield f"printf %s {word((piece,))}"
