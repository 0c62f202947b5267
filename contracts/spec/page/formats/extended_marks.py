"""What pandoc, kramdown and sites' generators add to Markdown outside of code; every line keeps its number. Pure.

{: .class }     attributes, alone or behind `code`, [words] or a link     removed
::: note Title  a container, up to `:::`                                  a tab where its title says what stands in it
`<br>`{=html}   a part in another format                                  as it stands
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from contracts.spec.page.vocabulary import ATTRIBUTES

_ALONE: Final = re.compile(rf"\s*{ATTRIBUTES}\s*")
_RAW: Final = re.compile(r"`(<[^`\n]+>)`\{=html5?\}")
_WORDS: Final = re.compile(rf"\[((?:\\.|[^\[\]\\\n])+)\]{ATTRIBUTES}")
_BEHIND: Final = re.compile(rf"(?<=[`)*_]){ATTRIBUTES}")
# Its kind or attributes, and its title: in brackets or not.
_CONTAINER: Final = re.compile(
    r"\s*:{3,}\s*(?:\{[^}\n]*\}|[\w-]+)?\s*(?:\[(?P<bracketed>[^\]\n]*)\]|(?P<title>[^:\n]*?))\s*:*\s*"
)


def without(lines: Sequence[str], code: Sequence[bool], title: Callable[[str], str]) -> list[str]:
    """The lines without such marks; `code`: whether each is one of code; `title`: the line for a container's title."""
    return [line if inside else _plain(line, title) for line, inside in zip(lines, code, strict=True)]


def _plain(line: str, title: Callable[[str], str]) -> str:
    if ":::" in line and (container := _CONTAINER.fullmatch(line)):
        return title((container["bracketed"] or container["title"] or "").strip())
    if "{" not in line:
        return line
    if _ALONE.fullmatch(line):
        return ""
    return _BEHIND.sub("", _WORDS.sub(r"\1", _RAW.sub(r"\1", line)))
